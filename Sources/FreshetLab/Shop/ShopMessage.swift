/// A JSON object as the shop's front end writes it: fields in order, each value as JSON text.
struct ShopMessage {
    private var fields: [(name: String, json: String)] = []

    /// Sets a field to a text that needs no escaping.
    mutating func set(_ name: String, text: String) { set(name, json: "\"\(text)\"") }

    /// Sets a field to a value as it stands in JSON.
    mutating func set(_ name: String, json: String) {
        if let at = fields.firstIndex(where: { $0.name == name }) {
            fields[at].json = json
        } else {
            fields.append((name, json))
        }
    }

    /// A field's value as it stands in JSON; `nil` where there is no such field.
    func json(of name: String) -> String? { fields.first { $0.name == name }?.json }

    mutating func remove(_ name: String) { fields.removeAll { $0.name == name } }

    /// Adds a field whether or not there is one of that name.
    mutating func repeatField(_ name: String, json: String) { fields.append((name, json)) }

    var bytes: [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(256)
        for (name, json) in fields {
            bytes.append(UInt8(ascii: bytes.isEmpty ? "{" : ","))
            bytes.append(UInt8(ascii: "\""))
            bytes += name.utf8
            bytes += "\":".utf8
            bytes += json.utf8
        }
        bytes.append(UInt8(ascii: "}"))
        return bytes
    }
}
