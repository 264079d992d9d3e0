import FreshetKernels

extension OutputBuffer {
    /// Appends the receipt of an erasure: what is forgotten exactly, what is not, and what only retention removes. It names nobody.
    func appendReceipt(_ findings: ErasureFindings, until time: EventTime, at now: EventTime) {
        let pseudonym = findings.pseudonym.hexadecimal
        pseudonym.withView { begin(.receipts, key: $0) }
        bytes.append("{\"pseudonym\":\"")
        bytes.append(text: pseudonym)
        bytes.append("\",\"forgotten_until\":\"")
        bytes.append(rfc3339: time)
        bytes.append("\",\"generated_at\":\"")
        bytes.append(rfc3339: now)
        bytes.append("\",\"found\":{\"items\":")
        bytes.append(decimal: Int64(findings.items))
        bytes.append(",\"sessions\":")
        bytes.append(decimal: Int64(findings.sessions))
        bytes.append(",\"visitors\":")
        bytes.append(decimal: Int64(max(0, findings.ids.count - 1)))
        // What the history shows of popularity is taken back; repeated actions, and what follows what in sessions, only decay.
        bytes.append("},\"unlearned\":[\"profile\",\"lists\",\"item_similarity\",\"typed_links\"],\"decays\":[\"popularity\",\"next\"]")
        bytes.append(",\"until_retention\":[\"input topics\",\"dead letters\"],\"replays\":\"left out where the erasures are read first\"}")
        end()
    }
}
