import Glibc

/// Why a file cannot be read: its path, what is wrong and, where known, the remedy.
public struct FileError: Error, Equatable, Sendable, CustomStringConvertible {
    /// What kind of trouble it is.
    public enum Code: Sendable {
        /// The system refused, and may not the next time: a full or failing disk.
        case io
        /// The system refuses until somebody changes the path, or what it leads to: no such file, no permission.
        case unusable
        /// The bytes are not what the file's first bytes promise.
        case damaged

        /// The kind of a system's error.
        public init(errno code: Int32) {
            switch code {
            case ENOENT, ENOTDIR, EISDIR, EACCES, EPERM, EROFS, ELOOP, ENAMETOOLONG: self = .unusable
            default: self = .io
            }
        }
    }

    /// The kind.
    public var code: Code
    /// The file.
    public var path: String
    /// What is wrong.
    public var message: String

    /// An error from its parts.
    public init(_ code: Code, path: String, message: String) {
        self.code = code
        self.path = path
        self.message = message
    }

    /// An error of the system, in its words.
    static func system(_ path: String, _ action: String, errno code: Int32 = errno) -> FileError {
        FileError(Code(errno: code), path: path, message: "cannot \(action): \(String(cString: strerror(code)))")
    }

    /// `PATH: what is wrong`.
    public var description: String { "\(path): \(message)" }
}
