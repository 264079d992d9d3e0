import FreshetKafka
import FreshetRuntime
import Glibc
import Synchronization

/// Looks at a daemon from time to time on a thread of its own, so that the load keeps its pace.
final class SoakWatch: Sendable {
    /// What is looked at.
    struct Subject: Sendable {
        var process: pid_t
        var stateFolder: String
        var brokers: String
        /// The daemon's group, its inputs, and its journal.
        var group: String
        var inputs: [String]
        var journal: String
    }

    private struct State {
        var samples: [SoakSample] = []
        var isClosing = false
        var failure: KafkaError?
    }

    private let subject: Subject
    private let interval: Double
    private let state = Mutex(State())

    /// A watch that looks every `interval` seconds.
    init(_ subject: Subject, interval: Double) {
        self.subject = subject
        self.interval = interval
    }

    /// The samples so far.
    var samples: [SoakSample] { state.withLock { $0.samples } }
    /// What ended the watch early.
    var failure: KafkaError? { state.withLock { $0.failure } }

    /// No more samples are wanted.
    func close() { state.withLock { $0.isClosing = true } }

    /// Looks until it is closed.
    func run() {
        let stopwatch = Stopwatch()
        do throws(KafkaError) {
            let inputs = try GroupProgress(brokers: subject.brokers, group: subject.group, topics: subject.inputs)
            let journal = try GroupProgress(brokers: subject.brokers, group: subject.group, topics: [subject.journal])
            while !state.withLock(\.isClosing) {
                if stopwatch.seconds >= Double(samples.count + 1) * interval {
                    let sample = try look(stopwatch.seconds, inputs, journal)
                    state.withLock { $0.samples.append(sample) }
                }
                Stopwatch.sleep(nanoseconds: 20_000_000)
            }
        } catch {
            state.withLock { $0.failure = error }
        }
    }

    private func look(_ seconds: Double, _ inputs: GroupProgress, _ journal: GroupProgress) throws(KafkaError) -> SoakSample {
        SoakSample(
            seconds: seconds, held: HeldResources(of: subject.process), lag: try inputs.behind(), stateBytes: Folder.bytes(in: subject.stateFolder),
            journalRecords: try journal.written())
    }
}
