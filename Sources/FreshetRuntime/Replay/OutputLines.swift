public import FreshetCore
import FreshetKernels
import Glibc

/// Writes outputs to a file, a JSON object a line: `{"topic","key","value"}`, and `"headers"` where a record has some.
public final class OutputLines {
    static let bufferBytes = 1 << 20

    private let path: String
    private let names: [OutputTopic: String]
    private let descriptor: Int32
    private let bytes = ByteBuffer(capacity: bufferBytes)

    /// Writes a new file at `path`, in place of one that is there. Topics without a name are left out.
    public init(path: String, names: [OutputTopic: String]) throws(FileError) {
        self.path = path
        self.names = names
        descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw FileError.system(path, "write it") }
    }

    deinit { if descriptor >= 0 { close(descriptor) } }

    /// Appends all records of a batch, in order.
    public func append(_ outputs: OutputBuffer) throws(FileError) {
        for index in 0..<outputs.count {
            guard let topic = names[outputs.topic(index)] else { continue }
            outputs.appendLine(index, topic: topic, to: bytes)
            if bytes.count >= OutputLines.bufferBytes { try flush() }
        }
    }

    /// Writes what is buffered. Call it at the end.
    public func flush() throws(FileError) {
        var written = 0
        while written < bytes.count {
            let rest = bytes.view[written..<bytes.count].buffer
            let count = write(descriptor, rest.baseAddress, rest.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw FileError.system(path, "write it") }
            written += count
        }
        bytes.removeAll()
    }
}

extension OutputBuffer {
    /// Appends a record as a line. Values of dead letters are text, those of all other outputs the JSON that they are.
    func appendLine(_ index: Int, topic: String, to bytes: ByteBuffer) {
        bytes.append("{\"topic\":\"")
        bytes.append(text: topic)
        bytes.append("\",\"key\":")
        bytes.appendText(key(index))
        bytes.append(",\"value\":")
        if let value = value(index), self.topic(index) != .deadLetters {
            bytes.append(value)
        } else {
            bytes.appendText(value(index))
        }
        var hasHeaders = false
        forEachHeader(index) { name, value in
            bytes.append(hasHeaders ? "," : ",\"headers\":{")
            hasHeaders = true
            bytes.appendText(name)
            bytes.append(":")
            bytes.appendText(value)
        }
        bytes.append(hasHeaders ? "}}\n" : "}\n")
    }
}

extension ByteBuffer {
    /// Appends bytes as JSON text, or `null`. Bytes that are no UTF-8 are repaired.
    fileprivate func appendText(_ bytes: ByteView?) {
        guard let bytes else { return append("null") }
        var text = bytes.text
        text.withUTF8 { appendJSON(string: ByteView(UnsafeRawBufferPointer($0))) }
    }
}
