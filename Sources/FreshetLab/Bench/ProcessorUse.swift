import Glibc

/// How busy the machine is beside what is measured.
struct ProcessorUse {
    /// Seconds that all processors together have been busy since the machine started.
    var busySeconds: Double

    /// The same without what this process has used itself.
    var busyBesideBench: Double { busySeconds - Double(Stopwatch.read(CLOCK_PROCESS_CPUTIME_ID) ?? 0) / 1e9 }

    /// As it stands now.
    static var now: ProcessorUse { ProcessorUse(statistics: SystemFile.read("/proc/stat")) }

    /// Reads the text of `/proc/stat`; not a number where it is none.
    init(statistics: String) {
        let fields = statistics.prefix { $0 != "\n" }.split(separator: " ")
        guard fields.count > 7, fields[0] == "cpu" else {
            busySeconds = .nan
            return
        }
        // user, nice, system, then idle and iowait, which are not busy, then interrupts; ticks of 10 ms.
        busySeconds = [1, 2, 3, 6, 7].reduce(0) { $0 + (Double(fields[$1]) ?? .nan) } / 100
    }
}
