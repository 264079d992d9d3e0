import Glibc

/// What a process holds at one moment.
struct HeldResources: Equatable, Sendable {
    /// Memory in use, in MiB; not a number where there is no such process.
    var memory: Double
    /// The most memory that it held so far, in MiB.
    var peakMemory: Double
    var threads: Int
    /// Open files and sockets.
    var descriptors: Int

    /// What the process with this number holds now.
    init(of process: pid_t) {
        self.init(status: SystemFile.read("/proc/\(process)/status"), descriptors: Folder.names(in: "/proc/\(process)/fd").count)
    }

    /// Reads the text of a `/proc/N/status`.
    init(status: String, descriptors: Int) {
        var fields: [Substring: Double] = [:]
        for line in status.split(separator: "\n") {
            let parts = line.split(separator: ":", maxSplits: 1)
            if parts.count == 2, let number = Double(parts[1].filter(\.isNumber)) { fields[parts[0]] = number }
        }
        memory = (fields["VmRSS"] ?? .nan) / 1024
        peakMemory = (fields["VmHWM"] ?? .nan) / 1024
        threads = Int(fields["Threads"] ?? 0)
        self.descriptors = descriptors
    }
}
