/// What was read of a program while it worked off a log: at its begin, about the middle, and at its end.
struct DrainReadings: Equatable {
    /// What was read at one moment.
    struct Reading: Equatable {
        /// Seconds, from any fixed moment on.
        var seconds: Double
        /// Processor seconds of the program so far.
        var processor: Double
        /// Processor seconds of everything else on the machine so far, the bench left out.
        var others: Double
        /// Records that it has committed.
        var committed: Int64

        /// What it says now of a process.
        init(_ process: MeasuredProcess, _ watch: Stopwatch, committed: Int64) {
            let processor = process.processorSeconds
            self.init(seconds: watch.seconds, processor: processor, others: ProcessorUse.now.busyBesideBench - processor, committed: committed)
        }

        init(seconds: Double, processor: Double, others: Double, committed: Int64) {
            self.seconds = seconds
            self.processor = processor
            self.others = others
            self.committed = committed
        }
    }

    var begin: Reading
    /// The first one with half of the records committed: what comes behind it is free of most of a start's cost.
    var middle: Reading
    var end: Reading

    /// Events a second, from begin to end.
    var eventsPerSecond: Double { DrainReadings.events(begin, end) / (end.seconds - begin.seconds) }
    /// Events per processor second of the program, from begin to end.
    var eventsPerProcessorSecond: Double { DrainReadings.events(begin, end) / (end.processor - begin.processor) }
    /// Events a second, from the middle on.
    var secondHalfPerSecond: Double { DrainReadings.events(middle, end) / (end.seconds - middle.seconds) }
    /// Events per processor second, from the middle on.
    var secondHalfPerProcessorSecond: Double { DrainReadings.events(middle, end) / (end.processor - middle.processor) }
    /// Cores that everything else kept busy.
    var others: Double { (end.others - begin.others) / (end.seconds - begin.seconds) }

    /// Not a number where nothing lies between.
    private static func events(_ from: Reading, _ to: Reading) -> Double {
        to.committed > from.committed ? Double(to.committed - from.committed) : .nan
    }
}
