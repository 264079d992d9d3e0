import Glibc

/// A key, and the file that holds it.
public struct KeyFile: Sendable, Equatable {
    /// How to make one.
    static let recipe = "(umask 077; head -c 32 /dev/urandom > FILE)"
    /// Access of others, and more than reading for the group.
    private static let refusedMode: mode_t = 0o037

    /// The file.
    public var path: String
    /// What it holds.
    public var key: SecretKey

    /// A key that was read from `path`.
    public init(path: String, key: SecretKey) {
        self.path = path
        self.key = key
    }

    /// Reads a key. A file that others may read holds no secret: it is refused.
    public init(reading path: String) throws(FileError) {
        var information = stat()
        guard stat(path, &information) == 0 else { throw FileError.system(path, "open it") }
        let content = try WholeFile.read(path, bytesMax: 1 << 10)
        guard information.st_mode & KeyFile.refusedMode == 0 else {
            let mode = String(information.st_mode & 0o777, radix: 8)
            throw FileError(.unusable, path: path, message: "others may use it (mode \(mode)): chmod 600 it, or 640 where a group must read it")
        }
        guard let key = SecretKey(content) else {
            throw FileError(
                .damaged, path: path,
                message: "it holds \(content.count) bytes that are no key: write 32 random bytes, as by \(KeyFile.recipe), or 64 hexadecimal digits")
        }
        self.init(path: path, key: key)
    }
}
