import Glibc

/// Tells the service manager what the daemon does (the protocol of `sd_notify`). Without a manager it does nothing.
public struct ServiceNotifier: Sendable {
    private let path: String?

    /// A notifier for the socket that the manager named, as `NOTIFY_SOCKET` in the environment.
    public init(socket: String?) { path = socket.flatMap { $0.isEmpty ? nil : $0 } }

    /// The start is over.
    public func ready() { send("READY=1") }

    /// The stop has begun.
    public func stopping() { send("STOPPING=1") }

    /// One line for `systemctl status`.
    public func status(_ text: String) { send("STATUS=\(text)") }

    private func send(_ text: String) {
        guard let path, var address = ServiceNotifier.address(path) else { return }
        let descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return }
        defer { close(descriptor) }
        let bytes = Array(text.utf8)
        let size = socklen_t(MemoryLayout<sa_family_t>.size + path.utf8.count)
        withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { _ = sendto(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL), $0, size) }
        }
    }

    /// The socket's address; a path that begins with `@` is an abstract one. `nil` where it is too long.
    private static func address(_ path: String) -> sockaddr_un? {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let fits = withUnsafeMutableBytes(of: &address.sun_path) { place in
            guard path.utf8.count < place.count else { return false }
            place.copyBytes(from: path.utf8)
            if place[0] == UInt8(ascii: "@") { place[0] = 0 }
            return true
        }
        return fits ? address : nil
    }
}
