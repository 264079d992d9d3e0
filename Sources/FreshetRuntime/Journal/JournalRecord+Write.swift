import FreshetCore
import FreshetKafka
package import FreshetKernels

extension JournalRecord {
    /// Appends the record as JSON:
    /// `{"batch":7,"nonce":"…","config":"…","ranges":{"clicks":{"0":[10,25]}},"tick":1700000000000,"rejected":{"clicks":{"0":[12]}}}`,
    /// without `tick` and `rejected` where there is none; of side topics `"beside"`, as `ranges`, and `"sides":[["catalogue","items",0,17,"<key>","<value>"]]` (kind, topic, partition, offset) in Base64, a null value as null, and
    /// `"loaded":"catalogue","records":12` where they are not carried. Names of topics need no escapes: Kafka allows letters, digits, `.`, `_` and `-`.
    package func write(to bytes: ByteBuffer) {
        bytes.append("{\"batch\":")
        bytes.append(decimal: batch)
        bytes.append(",\"nonce\":\"")
        bytes.append(text: nonce)
        bytes.append("\",\"config\":\"")
        bytes.append(text: settingsDigest)
        bytes.append("\",\"ranges\":")
        write(taken, to: bytes) { [$0.range.lowerBound, $0.range.upperBound] }
        if let tick {
            bytes.append(",\"tick\":")
            bytes.append(decimal: tick)
        }
        let withVerdicts = (taken + takenSides).filter { !$0.rejected.isEmpty }.sorted { $0.partition < $1.partition }
        if !withVerdicts.isEmpty {
            bytes.append(",\"rejected\":")
            write(withVerdicts, to: bytes, \.rejected)
        }
        if !takenSides.isEmpty {
            bytes.append(",\"beside\":")
            write(takenSides, to: bytes) { [$0.range.lowerBound, $0.range.upperBound] }
        }
        if !sides.isEmpty { writeSides(to: bytes) }
        if let loaded {
            bytes.append(",\"loaded\":\"")
            bytes.append(loaded.name)
            bytes.append("\",\"records\":")
            bytes.append(decimal: loadedRecords)
        }
        bytes.append("}")
    }

    private func writeSides(to bytes: ByteBuffer) {
        bytes.append(",\"sides\":[")
        for (index, side) in sides.enumerated() {
            bytes.append(index == 0 ? "[\"" : ",[\"")
            bytes.append(side.topic.name)
            bytes.append("\",\"")
            bytes.append(text: side.partition.topic)
            bytes.append("\",")
            bytes.append(decimal: Int64(side.partition.partition))
            bytes.append(",")
            bytes.append(decimal: side.offset)
            bytes.append(",\"")
            side.key.withUnsafeBytes { Base64.write(ByteView($0), to: bytes) }
            if let value = side.value {
                bytes.append("\",\"")
                value.withUnsafeBytes { Base64.write(ByteView($0), to: bytes) }
                bytes.append("\"]")
            } else {
                bytes.append("\",null]")
            }
        }
        bytes.append("]")
    }

    /// `{"topic":{"partition":[numbers]}}`.
    private func write(_ taken: [Taken], to bytes: ByteBuffer, _ numbers: (Taken) -> [Int64]) {
        bytes.append("{")
        var topic: String?
        for part in taken {
            if topic == part.partition.topic {
                bytes.append(",\"")
            } else {
                bytes.append(topic == nil ? "\"" : "},\"")
                bytes.append(text: part.partition.topic)
                bytes.append("\":{\"")
                topic = part.partition.topic
            }
            bytes.append(decimal: Int64(part.partition.partition))
            bytes.append("\":[")
            for (index, number) in numbers(part).enumerated() {
                if index > 0 { bytes.append(",") }
                bytes.append(decimal: number)
            }
            bytes.append("]")
        }
        bytes.append(topic == nil ? "}" : "}}")
    }
}
