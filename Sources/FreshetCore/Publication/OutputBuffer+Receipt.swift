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
        // What follows what in sessions is not a function of histories; what was done without consent is nobody's.
        bytes.append("},\"unlearned\":[\"profile\",\"lists\",\"item_similarity\",\"typed_links\",\"popularity\"]")
        bytes.append(",\"decays\":[\"next\",\"events without consent\"]")
        bytes.append(",\"until_retention\":[\"input topics\",\"dead letters\"],\"replays\":\"left out where the erasures are read first\"}")
        end()
    }
}
