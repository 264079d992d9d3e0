import FreshetCore
import FreshetKafka
import FreshetKernels
import FreshetRuntime

/// Compares a run with an undisturbed one of the same input, which was all there before either began.
///
/// Where batches were cut then has no say: without conflation all outputs are the same, byte for byte and in order a key; with it, the last
/// list of each user names the same items.
struct CalmComparison {
    private(set) var violations: [String] = []

    init(_ plan: SimulationPlan, _ run: SimulatedRun, _ calm: SimulatedRun) {
        if run.digests != calm.digests { violations.append("the state differs from that of an undisturbed run") }
        for partition in 0..<Int32(SimulationPlan.outputPartitions) {
            for topic in [OutputTopic.recommendations, .similarItems] {
                let place = TopicPartition(SimulationPlan.outputs[topic] ?? "", partition)
                let (found, expected) = (run.world.published(place), calm.world.published(place))
                if !plan.publication.conflate {
                    if found.map(CalmComparison.text) != expected.map(CalmComparison.text) { violate(place) }
                } else if topic == .recommendations {
                    if CalmComparison.lastLists(found) != CalmComparison.lastLists(expected) { violate(place) }
                }
            }
        }
    }

    private mutating func violate(_ place: TopicPartition) { violations.append("\(place) differs from that of an undisturbed run") }

    private static func text(_ record: MemoryRecord) -> String { "\(record.keyText ?? "null") \(record.valueText ?? "null")" }

    /// The item ids of each key's last list; none for a tombstone.
    private static func lastLists(_ records: [MemoryRecord]) -> [String: [Substring]?] {
        var lists: [String: [Substring]?] = [:]
        for record in records {
            let items = record.valueText.map { $0.split(separator: "\"items\":", maxSplits: 1).last ?? "" }
            lists[record.keyText ?? ""] = .some(items?.split(separator: "{\"item_id\":\"").dropFirst().map { $0.prefix { $0 != "\"" } })
        }
        return lists
    }
}
