import Glibc

/// Holds a folder for one process. The kernel gives the lock up when the process ends, however it ends.
final class FolderLock {
    private var descriptor: Int32

    /// Takes the lock of `folder`, or says who holds it.
    init(folder: String) throws(StoreError) {
        let path = "\(folder)/lock"
        descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw StoreError.system("cannot open \(path)") }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            let code = errno
            let holder = FolderLock.holder(descriptor)
            close(descriptor)
            guard code == EWOULDBLOCK else { throw StoreError.system("cannot lock \(path)", errno: code) }
            throw StoreError(
                .locked, "\(folder) is in use by process \(holder)",
                hint: "stop that process first: another --state beside it needs a kafka.group of its own")
        }
        let text = Array("\(getpid())\n".utf8)
        ftruncate(descriptor, 0)
        pwrite(descriptor, text, text.count, 0)
    }

    deinit { release() }

    /// Gives the lock up.
    func release() {
        guard descriptor >= 0 else { return }
        // Closing is not enough: a child process shares the lock until it executes its program.
        flock(descriptor, LOCK_UN)
        close(descriptor)
        descriptor = -1
    }

    private static func holder(_ descriptor: Int32) -> String {
        var bytes = [UInt8](repeating: 0, count: 32)
        let count = pread(descriptor, &bytes, bytes.count, 0)
        let digits = bytes.prefix(max(count, 0)).prefix { $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9") }
        return digits.isEmpty ? "of an unknown number" : String(decoding: digits, as: UTF8.self)
    }
}

extension StoreError {
    /// The disk refused, in the system's words.
    static func system(_ action: String, errno code: Int32 = errno) -> StoreError {
        let isFull = code == ENOSPC || code == EDQUOT
        return StoreError(
            FileError.Code(errno: code) == .unusable ? .unusable : .io, "\(action): \(String(cString: strerror(code)))",
            hint: isFull ? "make room; what was saved before stands" : nil)
    }
}
