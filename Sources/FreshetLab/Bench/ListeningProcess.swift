import Glibc

/// Finds the process behind a port of this machine.
enum ListeningProcess {
    /// The number of the process that listens where the first of `brokers` is, `host:port,…`.
    ///
    /// `nil` where it is on another machine or not ours to see.
    static func number(at brokers: String) -> pid_t? {
        let address = brokers.prefix { $0 != "," }
        guard let colon = address.lastIndex(of: ":"), let port = UInt16(address[address.index(after: colon)...]) else { return nil }
        guard ["127.0.0.1", "localhost", "[::1]", "::1"].contains(address[..<colon]) else { return nil }
        let sockets = ["/proc/net/tcp", "/proc/net/tcp6"].flatMap { inodes(listeningOn: port, in: SystemFile.read($0)) }.map { "socket:[\($0)]" }
        guard !sockets.isEmpty else { return nil }
        return Folder.names(in: "/proc").compactMap { pid_t($0) }.first { process in
            let folder = "/proc/\(process)/fd"
            return Folder.names(in: folder).contains { sockets.contains(Folder.target(ofLink: "\(folder)/\($0)")) }
        }
    }

    /// The sockets that listen on a port, from the text of `/proc/net/tcp`.
    static func inodes(listeningOn port: UInt16, in table: String) -> [Substring] {
        table.split(separator: "\n").dropFirst().compactMap { line in
            let fields = line.split(separator: " ")
            // Local address, remote address, state (0A: listening), …, inode.
            guard fields.count > 9, fields[3] == "0A", let colon = fields[1].lastIndex(of: ":") else { return nil }
            return UInt16(fields[1][fields[1].index(after: colon)...], radix: 16) == port ? fields[9] : nil
        }
    }
}
