import CZlib
import CZstd
import FreshetKernels
import FreshetRuntime

/// How a file's bytes are kept.
enum Compression: CaseIterable {
    case plain
    case gzip
    case zstandard

    /// `bytes` compressed at once, by the libraries' simplest calls.
    func compress(_ bytes: [UInt8]) throws -> [UInt8] {
        switch self {
        case .plain: return bytes
        case .gzip: return try gzip(bytes)
        case .zstandard:
            let context = ZSTD_createCCtx()
            defer { ZSTD_freeCCtx(context) }
            ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1)
            var output = [UInt8](repeating: 0, count: ZSTD_compressBound(bytes.count))
            let count = ZSTD_compress2(context, &output, output.count, bytes, bytes.count)
            guard ZSTD_isError(count) == 0 else { throw TestFileError() }
            return Array(output.prefix(count))
        }
    }

    private func gzip(_ bytes: [UInt8]) throws -> [UInt8] {
        var stream = z_stream()
        let size = Int32(MemoryLayout<z_stream>.size)
        guard deflateInit2_(&stream, 6, Z_DEFLATED, MAX_WBITS + 16, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION, size) == Z_OK else { throw TestFileError() }
        defer { deflateEnd(&stream) }
        var input = bytes
        var output = [UInt8](repeating: 0, count: Int(deflateBound(&stream, UInt(bytes.count))))
        let result = input.withUnsafeMutableBufferPointer { input in
            output.withUnsafeMutableBufferPointer { output in
                stream.next_in = input.baseAddress
                stream.avail_in = UInt32(input.count)
                stream.next_out = output.baseAddress
                stream.avail_out = UInt32(output.count)
                return deflate(&stream, Z_FINISH)
            }
        }
        guard result == Z_STREAM_END else { throw TestFileError() }
        return Array(output.prefix(Int(stream.total_out)))
    }
}

/// All bytes of a stream.
func readAll(_ path: String) throws(FileError) -> [UInt8] {
    let stream = try FileStream(path: path)
    var bytes: [UInt8] = []
    while let chunk = try stream.next() { bytes += chunk.buffer }
    return bytes
}
