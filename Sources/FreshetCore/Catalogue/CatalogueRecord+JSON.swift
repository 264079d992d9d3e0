import FreshetKernels

extension CatalogueRecord {
    /// Reads the value of a record. Unknown fields are ignored, null is an absent field.
    init(json value: ByteView) throws(Rejection) {
        let fields = CatalogueFields(object: try JSONValue(objectIn: value))
        title = try fields.text("title")
        category = try fields.path("category")
        brand = try fields.text("brand")
        keywords = try fields.texts("keywords", atMost: CatalogueRecord.keywordsMax)
        price = try fields.number("price", isSigned: false)
        margin = try fields.number("margin", isSigned: true)
        currency = try fields.text("currency")
        isAvailable = try fields.flag("available") ?? true
        parent = try fields.id("parent_id")
        attributes = try fields.attributes("attributes")
        publishedAt = try fields.object.time("published_at")
    }

    /// The levels of a path in one text: `Shoes > Running`.
    public static func levels(of text: String) -> [String] {
        text.split(separator: ">").map { String($0.trimming(while: { $0 == " " })) }.filter { !$0.isEmpty }
    }
}

extension ByteBuffer {
    /// Appends a record as JSON; what is not known is left out.
    func append(_ record: CatalogueRecord) {
        var members = CatalogueMembers(bytes: self)
        members.add("title", record.title)
        members.add("category", record.category)
        members.add("brand", record.brand)
        members.add("keywords", record.keywords)
        members.add("price", record.price)
        members.add("margin", record.margin)
        members.add("currency", record.currency)
        members.name("available")
        append(record.isAvailable ? "true" : "false")
        members.add("parent_id", record.parent)
        members.add("attributes", record.attributes)
        if let time = record.publishedAt {
            members.name("published_at")
            append("\"")
            append(rfc3339: time)
            append("\"")
        }
        append("}")
    }
}

/// Writes the members of a record's object, those that are empty or not known left out.
private struct CatalogueMembers {
    let bytes: ByteBuffer
    private var isFirst = true

    init(bytes: ByteBuffer) { self.bytes = bytes }

    mutating func name(_ name: StaticString) {
        bytes.append(isFirst ? "{\"" : ",\"")
        isFirst = false
        bytes.append(name)
        bytes.append("\":")
    }

    mutating func add(_ label: StaticString, _ text: String) {
        guard !text.isEmpty else { return }
        name(label)
        bytes.appendJSON(text: text)
    }

    mutating func add(_ label: StaticString, _ number: Double?) {
        guard let number else { return }
        name(label)
        bytes.append(double: number)
    }

    mutating func add(_ label: StaticString, _ texts: [String]) {
        guard !texts.isEmpty else { return }
        name(label)
        for (index, text) in texts.enumerated() {
            bytes.append(index == 0 ? "[" : ",")
            bytes.appendJSON(text: text)
        }
        bytes.append("]")
    }

    mutating func add(_ label: StaticString, _ attributes: [CatalogueRecord.Attribute]) {
        guard !attributes.isEmpty else { return }
        name(label)
        for (index, attribute) in attributes.enumerated() {
            bytes.append(index == 0 ? "{" : ",")
            bytes.appendJSON(text: attribute.name)
            bytes.append(":")
            bytes.appendJSON(text: attribute.value)
        }
        bytes.append("}")
    }
}

/// Takes fields out of a record's object, each with the checks of its kind.
private struct CatalogueFields {
    let object: JSONValue

    private func value(_ name: String) -> JSONValue? { object[name].flatMap { $0 == .null ? nil : $0 } }

    private func wrongType(_ name: String, _ wanted: String) -> Rejection { Rejection(.wrongType, "\(name) must be \(wanted)") }

    private func checked(_ text: String, _ name: String) throws(Rejection) -> String {
        guard text.utf8.count <= CatalogueRecord.textBytesMax else {
            throw Rejection(.outOfRange, "\(name) has \(text.utf8.count) bytes; at most \(CatalogueRecord.textBytesMax) are taken")
        }
        return text
    }

    func text(_ name: String) throws(Rejection) -> String {
        guard let value = value(name) else { return "" }
        guard let text = value.string else { throw wrongType(name, "text") }
        return try checked(text, name)
    }

    func id(_ name: String) throws(Rejection) -> String {
        let id = try text(name)
        guard id.utf8.count <= EventAssembler.idBytesMax else {
            throw Rejection(.idTooLong, "\(name) has \(id.utf8.count) bytes; at most \(EventAssembler.idBytesMax) are taken")
        }
        return id
    }

    func texts(_ name: String, atMost limit: Int) throws(Rejection) -> [String] {
        guard let value = value(name) else { return [] }
        if let text = value.string { return [try checked(text, name)] }
        guard let elements = value.elements else { throw wrongType(name, "text or a list of texts") }
        guard elements.count <= limit else { throw Rejection(.outOfRange, "\(name) has \(elements.count) elements; at most \(limit) are taken") }
        var texts: [String] = []
        for element in elements {
            guard let text = element.string else { throw wrongType(name, "text or a list of texts") }
            texts.append(try checked(text, name))
        }
        return texts
    }

    func path(_ name: String) throws(Rejection) -> [String] {
        if let text = value(name)?.string {
            let levels = CatalogueRecord.levels(of: try checked(text, name))
            guard levels.count <= CatalogueRecord.categoryLevelsMax else {
                throw Rejection(.outOfRange, "\(name) has \(levels.count) levels; at most \(CatalogueRecord.categoryLevelsMax) are taken")
            }
            return levels
        }
        return try texts(name, atMost: CatalogueRecord.categoryLevelsMax).filter { !$0.isEmpty }
    }

    func number(_ name: String, isSigned: Bool) throws(Rejection) -> Double? {
        guard let value = value(name) else { return nil }
        guard let number = value.number else { throw wrongType(name, "a number") }
        guard number.isFinite else { throw Rejection(.outOfRange, "\(name) is beyond the range of numbers") }
        guard isSigned || number >= 0 else { throw Rejection(.outOfRange, "\(name) is negative") }
        return number == 0 ? 0 : number
    }

    func flag(_ name: String) throws(Rejection) -> Bool? {
        guard let value = value(name) else { return nil }
        guard let flag = value.bool else { throw wrongType(name, "true or false") }
        return flag
    }

    func attributes(_ name: String) throws(Rejection) -> [CatalogueRecord.Attribute] {
        guard let value = value(name) else { return [] }
        guard case .object(let members) = value else { throw wrongType(name, "an object") }
        guard members.count <= CatalogueRecord.attributesMax else {
            throw Rejection(.outOfRange, "\(name) has \(members.count) members; at most \(CatalogueRecord.attributesMax) are taken")
        }
        var attributes: [CatalogueRecord.Attribute] = []
        for member in members {
            guard let text = CatalogueFields.text(of: member.value) else {
                throw wrongType("\(name).\(member.name)", "text, a number, true or false")
            }
            attributes.append(CatalogueRecord.Attribute(name: try checked(member.name, name), value: try checked(text, name)))
        }
        return attributes.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
    }

    private static func text(of value: JSONValue) -> String? {
        switch value {
        case .string(let text): text
        case .integer(let number): "\(number)"
        case .number(let number): number.isFinite ? "\(number)" : nil
        case .bool(let flag): flag ? "true" : "false"
        case .null: ""
        case .array, .object: nil
        }
    }
}

extension Substring {
    /// Without what stands at both ends and meets `isLeftOut`.
    fileprivate func trimming(while isLeftOut: (Character) -> Bool) -> Substring {
        var rest = drop(while: isLeftOut)
        while let last = rest.last, isLeftOut(last) { rest.removeLast() }
        return rest
    }
}
