import CZlib
import CZstd

/// What a compressed stream turned out to be.
struct DecodingProblem: Error {
    var message: String
}

/// Decompresses a stream piece by piece.
protocol StreamDecoder: AnyObject {
    /// Whether no data is missing where the stream ends here.
    var isComplete: Bool { get }
    /// Takes bytes from the front of `input` and writes some to `output`; answers how many were written.
    func decode(_ input: inout UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer) throws(DecodingProblem) -> Int
}

/// Gzip, also of several members one after the other.
final class GzipDecoder: StreamDecoder {
    static let magic: [UInt8] = [0x1f, 0x8b]

    private let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
    private(set) var isComplete = false

    init() {
        stream.initialize(to: z_stream())
        // 16: a gzip header is expected.
        let result = inflateInit2_(stream, MAX_WBITS + 16, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
        precondition(result == Z_OK, "zlib gives no decoder")
    }

    deinit {
        inflateEnd(stream)
        stream.deallocate()
    }

    func decode(_ input: inout UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer) throws(DecodingProblem) -> Int {
        if isComplete {
            inflateReset(stream)
            isComplete = false
        }
        // zlib's interface is older than const: it does not write to its input.
        stream.pointee.next_in = UnsafeMutablePointer(mutating: input.baseAddress?.assumingMemoryBound(to: UInt8.self))
        stream.pointee.avail_in = UInt32(input.count)
        stream.pointee.next_out = output.baseAddress?.assumingMemoryBound(to: UInt8.self)
        stream.pointee.avail_out = UInt32(output.count)
        let result = inflate(stream, Z_NO_FLUSH)
        switch result {
        case Z_STREAM_END: isComplete = true
        case Z_OK, Z_BUF_ERROR: break
        default:
            let words = stream.pointee.msg.map { String(cString: $0) } ?? "error \(result)"
            throw DecodingProblem(message: "its bytes are not gzip data: \(words)")
        }
        input = UnsafeRawBufferPointer(rebasing: input.suffix(Int(stream.pointee.avail_in)))
        return output.count - Int(stream.pointee.avail_out)
    }
}

/// Zstandard, also of several frames one after the other.
final class ZstdDecoder: StreamDecoder {
    static let magic: [UInt8] = [0x28, 0xb5, 0x2f, 0xfd]

    private let stream = ZSTD_createDStream()
    private(set) var isComplete = false

    deinit { ZSTD_freeDStream(stream) }

    func decode(_ input: inout UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer) throws(DecodingProblem) -> Int {
        var source = ZSTD_inBuffer(src: input.baseAddress, size: input.count, pos: 0)
        var target = ZSTD_outBuffer(dst: output.baseAddress, size: output.count, pos: 0)
        let result = ZSTD_decompressStream(stream, &target, &source)
        guard ZSTD_isError(result) == 0 else {
            throw DecodingProblem(message: "its bytes are not Zstandard data: \(String(cString: ZSTD_getErrorName(result)))")
        }
        isComplete = result == 0
        input = UnsafeRawBufferPointer(rebasing: input.dropFirst(source.pos))
        return target.pos
    }
}
