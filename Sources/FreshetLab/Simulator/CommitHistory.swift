import FreshetKafka
import FreshetRuntime

/// What was committed in a run, in order, and how its instances ended: breaches of the protocol show here, whatever the outputs look like.
final class CommitHistory {
    /// What must not have happened, in words.
    private(set) var violations: [String] = []
    private var instances = 0
    /// The last commit.
    private(set) var last: CommitMetadata?
    /// Instances that have committed, in order.
    private var committers: [String] = []

    /// A name that no instance had before.
    func newNonce() -> String {
        instances += 1
        return "i\(instances)"
    }

    /// Takes the text of the next commit: an instance begins with the batch that stands, goes on one by one, and never comes back behind another.
    func note(_ text: String) {
        guard let metadata = CommitMetadata(text) else { return violate("a commit says '\(text)'") }
        defer { last = metadata }
        if committers.last == metadata.nonce {
            guard let last, metadata.batch == last.batch || metadata.batch == last.batch + 1 else {
                return violate("\(metadata.nonce) commits batch \(metadata.batch) after \(last?.batch ?? 0)")
            }
        } else {
            if committers.contains(metadata.nonce) { violate("\(metadata.nonce) commits after it was fenced") }
            committers.append(metadata.nonce)
            if metadata.batch != last?.batch ?? 0 { violate("\(metadata.nonce) begins at batch \(metadata.batch) after \(last?.batch ?? 0)") }
        }
    }

    /// Judges how an instance ended.
    func judge(_ ending: SimulatedInstance.Ending, of instance: SimulatedInstance) {
        switch ending {
        case .killed: break
        case .stopped:
            guard instance.isTerminated, !instance.isDisturbed else { return }
            judgeStop(of: instance)
        case .failed(let error):
            guard let complaint = complaint(about: error, of: instance) else { return }
            violate("\(instance.nonce) ends: \(complaint)")
        }
    }

    func violate(_ words: String) { violations.append(words) }

    /// After SIGTERM, undisturbed, nothing is left to replay. One during the start may leave what it found, and a part of a first reading.
    private func judgeStop(of instance: SimulatedInstance) {
        guard last?.nonce == instance.nonce, instance.hasServed else { return }
        do throws(StoreError) {
            let store = try instance.disk.copy().open()
            defer { store.close() }
            let stored = try store.loadBoundary()?.batch
            if stored != instance.batch { violate("\(instance.nonce) stops at batch \(instance.batch) and has saved \(stored ?? -1)") }
        } catch {
            violate("\(instance.nonce) stops, and its state cannot be read: \(error)")
        }
    }

    /// What is wrong about an error; `nil` where a fault explains it.
    private func complaint(about error: DaemonError, of instance: SimulatedInstance) -> String? {
        let struck = instance.world.struck.map(\.kind)
        switch error {
        case .fenced(let by):
            return by.nonce == instance.nonce || !committers.contains(by.nonce) ? error.description : nil
        case .brokerUnavailable, .broker:
            return struck.contains(where: \.isOfBroker) ? nil : error.description
        case .store:
            return struck.contains(where: \.isOfDisk) ? nil : error.description
        case .refused(.stateLost): return instance.disk.isEmpty ? nil : error.description
        case .refused(.topicMissing): return struck.contains { if case .topicLoss = $0 { true } else { false } } ? nil : error.description
        case .refused, .inconsistent, .interrupted: return error.description
        }
    }
}

extension FaultKind {
    var isOfBroker: Bool {
        switch self {
        case .failure, .outage, .topicLoss, .stall, .secondInstance: true
        default: false
        }
    }

    var isOfDisk: Bool {
        switch self {
        case .saveFailure, .loadFailure: true
        default: false
        }
    }
}
