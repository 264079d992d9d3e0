public import FreshetKernels
import Glibc

/// A file as a stream of chunks: plain, gzip or Zstandard, told apart by its first bytes, whatever its name.
public final class FileStream {
    static let chunkBytes = 1 << 18

    /// The file.
    public let path: String
    private let descriptor: Int32
    private let input = UnsafeMutableRawBufferPointer.allocate(byteCount: chunkBytes, alignment: 16)
    private let output = UnsafeMutableRawBufferPointer.allocate(byteCount: chunkBytes, alignment: 16)
    /// Bytes that are read and not yet handed on.
    private var pending: UnsafeRawBufferPointer
    private var decoder: (any StreamDecoder)?

    /// Opens the file at `path`.
    public init(path: String) throws(FileError) {
        self.path = path
        descriptor = open(path, O_RDONLY | O_CLOEXEC)
        pending = UnsafeRawBufferPointer(start: nil, count: 0)
        guard descriptor >= 0 else { throw FileError.system(path, "open it") }
        pending = try read()
        if pending.starts(with: GzipDecoder.magic) {
            decoder = GzipDecoder()
        } else if pending.starts(with: ZstdDecoder.magic) {
            decoder = ZstdDecoder()
        }
    }

    deinit {
        if descriptor >= 0 { close(descriptor) }
        input.deallocate()
        output.deallocate()
    }

    /// The next bytes, at least one, valid until the next call; `nil` at the end. A compressed file that was cut off is an error.
    public func next() throws(FileError) -> ByteView? {
        guard let decoder else {
            let chunk = pending.isEmpty ? try read() : pending
            pending = UnsafeRawBufferPointer(start: nil, count: 0)
            return chunk.isEmpty ? nil : ByteView(chunk)
        }
        while true {
            if pending.isEmpty { pending = try read() }
            let isAtEnd = pending.isEmpty
            if isAtEnd && decoder.isComplete { return nil }
            let count: Int
            do throws(DecodingProblem) {
                count = try decoder.decode(&pending, into: output)
            } catch {
                throw FileError(.damaged, path: path, message: error.message)
            }
            if count > 0 { return ByteView(UnsafeRawBufferPointer(rebasing: output[..<count])) }
            guard !isAtEnd else { throw FileError(.damaged, path: path, message: "it ends in the middle of its data: it was cut off") }
        }
    }

    /// Fills `input` as far as the file goes.
    private func read() throws(FileError) -> UnsafeRawBufferPointer {
        var filled = 0
        while filled < input.count {
            let count = Glibc.read(descriptor, input.baseAddress! + filled, input.count - filled)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw FileError.system(path, "read it") }
            if count == 0 { break }
            filled += count
        }
        return UnsafeRawBufferPointer(rebasing: input[..<filled])
    }
}
