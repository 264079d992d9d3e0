import FreshetKernels

/// A rule of the shop: the value of a record of the rules topic. What it names is a union; a cap without names holds for all items.
public struct Rule: Equatable, Sendable {
    /// What a cap counts by.
    public enum Group: UInt8, Sendable {
        /// The whole path of an item's category.
        case category
        /// An item's brand.
        case brand
    }

    /// What it does to the items that it names.
    public enum Effect: Equatable, Sendable {
        /// They are not shown.
        case hide
        /// Their scores are multiplied by this.
        case boost(factor: Double)
        /// They stand in this place of every list, from 1, one after another in the order of the rule.
        case pin(position: Int)
        /// At most so many items of one group stand in a list.
        case cap(by: Group, max: Int)
        /// What was bought may be shown again after so many milliseconds.
        case repurchase(after: Int64)
    }

    /// Items, categories and brands that one rule names, together.
    public static let targetsMax = 1_000
    /// The largest factor of a boost; its inverse is the least.
    public static let factorMax = 100.0

    /// What it does.
    public var effect: Effect
    /// Ids of the items that it names.
    public var items: [String] = []
    /// The paths of the categories that it names, with all that lies below them.
    public var categories: [[String]] = []
    /// The brands that it names.
    public var brands: [String] = []

    /// A rule that names nothing yet.
    public init(_ effect: Effect) { self.effect = effect }

    /// The bytes of the texts that it holds.
    var textBytes: Int { (items + brands + categories.flatMap(\.self)).reduce(0) { $0 + $1.utf8.count } }

    /// Whether it names nothing.
    var isGeneral: Bool { items.isEmpty && categories.isEmpty && brands.isEmpty }
}

// MARK: Reading

extension Rule {
    /// Reads the value of a record.
    init(json value: ByteView) throws(Rejection) {
        let object = try JSONValue(objectIn: value)
        self.init(try Rule.effect(object))
        items = try Rule.texts(object, "items")
        categories = try Rule.categories(object)
        brands = try Rule.texts(object, "brands")
        let count = items.count + categories.count + brands.count
        guard count <= Rule.targetsMax else { throw Rejection(.outOfRange, "the rule names \(count) things; at most \(Rule.targetsMax) are taken") }
        switch effect {
        case .pin where items.isEmpty: throw Rejection(.outOfRange, "a pin names no items: write \"items\":[…]")
        case .pin where !categories.isEmpty || !brands.isEmpty: throw Rejection(.outOfRange, "a pin names items only, no categories or brands")
        case .hide where isGeneral, .boost where isGeneral:
            throw Rejection(.outOfRange, "the rule names nothing: write \"items\", \"categories\" or \"brands\"")
        default: return
        }
    }

    private static func effect(_ object: JSONValue) throws(Rejection) -> Effect {
        guard let type = object["type"] else { throw Rejection(.missingType, "the rule has no type: write hide, boost, pin, cap or repurchase") }
        switch type.string {
        case "hide": return .hide
        case "boost":
            let factor = try number(object, "factor", 1 / factorMax...factorMax)
            return .boost(factor: factor)
        case "pin": return .pin(position: Int(try whole(object, "position", 1...1_000) ?? 1))
        case "cap":
            guard let limit = try whole(object, "max", 1...1_000) else { throw Rejection(.outOfRange, "a cap has no max: write \"max\":3") }
            switch object["by"]?.string {
            case "category": return .cap(by: .category, max: Int(limit))
            case "brand": return .cap(by: .brand, max: Int(limit))
            default: throw Rejection(.outOfRange, "by must be category or brand")
            }
        case "repurchase": return .repurchase(after: Int64((try number(object, "after_days", 0...36_500) * 86_400_000).rounded()))
        default: throw Rejection(.unknownType, "type must be hide, boost, pin, cap or repurchase")
        }
    }

    private static func number(_ object: JSONValue, _ name: String, _ range: ClosedRange<Double>) throws(Rejection) -> Double {
        guard let number = object[name]?.number else { throw Rejection(.wrongType, "\(name) must be a number") }
        guard range.contains(number) else { throw Rejection(.outOfRange, "\(name) must be from \(range.lowerBound) to \(range.upperBound)") }
        return number
    }

    private static func whole(_ object: JSONValue, _ name: String, _ range: ClosedRange<Int64>) throws(Rejection) -> Int64? {
        guard let value = object[name] else { return nil }
        guard let number = value.integer else { throw Rejection(.wrongType, "\(name) must be a whole number") }
        guard range.contains(number) else { throw Rejection(.outOfRange, "\(name) must be from \(range.lowerBound) to \(range.upperBound)") }
        return number
    }

    private static func texts(_ object: JSONValue, _ name: String) throws(Rejection) -> [String] {
        guard let value = object[name], value != .null else { return [] }
        guard let elements = value.elements else { throw Rejection(.wrongType, "\(name) must be a list of texts") }
        var texts: [String] = []
        for element in elements {
            guard let text = element.string else { throw Rejection(.wrongType, "\(name) must be a list of texts") }
            guard text.utf8.count <= EventAssembler.idBytesMax else {
                throw Rejection(.idTooLong, "\(name) holds a text of \(text.utf8.count) bytes; at most \(EventAssembler.idBytesMax) are taken")
            }
            texts.append(text)
        }
        return texts
    }

    /// Each is a path in one text, or a list of its levels.
    private static func categories(_ object: JSONValue) throws(Rejection) -> [[String]] {
        guard let value = object["categories"], value != .null else { return [] }
        guard let elements = value.elements else { throw Rejection(.wrongType, "categories must be a list") }
        var paths: [[String]] = []
        for element in elements {
            let levels: [String]
            if let text = element.string {
                levels = CatalogueRecord.levels(of: text)
            } else {
                levels = try texts(.object([JSONValue.Member("categories", element)]), "categories")
            }
            if let long = levels.first(where: { $0.utf8.count > EventAssembler.idBytesMax }) {
                throw Rejection(.idTooLong, "a category has a level of \(long.utf8.count) bytes; at most \(EventAssembler.idBytesMax) are taken")
            }
            guard !levels.isEmpty, levels.count <= CatalogueRecord.categoryLevelsMax else {
                throw Rejection(.outOfRange, "a category has \(levels.count) levels; from 1 to \(CatalogueRecord.categoryLevelsMax) are taken")
            }
            paths.append(levels)
        }
        return paths
    }
}

// MARK: Stored form

extension Rule {
    /// Appends the rule: the same for equal rules.
    func encode(into bytes: ByteBuffer) {
        switch effect {
        case .hide: append(0, 0, 0, to: bytes)
        case .boost(let factor): append(1, 0, factor.bitPattern, to: bytes)
        case .pin(let position): append(2, 0, UInt64(position), to: bytes)
        case .cap(let group, let limit): append(3, group.rawValue, UInt64(limit), to: bytes)
        case .repurchase(let after): append(4, 0, UInt64(after), to: bytes)
        }
        for texts in [items, brands] + categories { bytes.append(shortTexts: texts) }
    }

    private func append(_ kind: UInt8, _ group: UInt8, _ number: UInt64, to bytes: ByteBuffer) {
        bytes.append(kind)
        bytes.append(group)
        bytes.append(littleEndian: number)
        bytes.append(littleEndian: UInt32(categories.count))
    }

    /// Reads what `encode` wrote.
    init(from reader: inout ByteReader) throws(CodecError) {
        let kind: UInt8 = try reader.integer()
        let group: UInt8 = try reader.integer()
        let number: UInt64 = try reader.integer()
        let paths = try reader.elementCount(ofAtLeast: 4)
        switch (kind, Group(rawValue: group), Int64(exactly: number)) {
        case (0, _, _): self.init(.hide)
        case (1, _, _): self.init(.boost(factor: Double(bitPattern: number)))
        case (2, _, let position?): self.init(.pin(position: Int(position)))
        case (3, let group?, let limit?): self.init(.cap(by: group, max: Int(limit)))
        case (4, _, let after?): self.init(.repurchase(after: after))
        default: throw CodecError(message: "a rule of kind \(kind) is not known")
        }
        items = try reader.texts()
        brands = try reader.texts()
        for _ in 0..<paths { categories.append(try reader.texts()) }
    }
}
