import FreshetKernels

/// What the shop says of one item: the value of a record of the catalogue topic (DESIGN section 4).
public struct CatalogueRecord: Equatable, Sendable {
    /// The longest text of a field, in bytes.
    public static let textBytesMax = 4_096
    /// Levels of a category's path.
    public static let categoryLevelsMax = 8
    /// Keywords of an item.
    public static let keywordsMax = 64
    /// Attributes of an item.
    public static let attributesMax = 64

    /// A further property, its value as text.
    public struct Attribute: Equatable, Sendable {
        /// Its name.
        public var name: String
        /// Its value.
        public var value: String
    }

    /// What it is called.
    public var title = ""
    /// The path of its category, widest first.
    public var category: [String] = []
    /// Who makes it.
    public var brand = ""
    /// Words that describe it.
    public var keywords: [String] = []
    /// What it costs.
    public var price: Double?
    /// What the shop earns by it; negative for a loss leader.
    public var margin: Double?
    /// The currency of price and margin.
    public var currency = ""
    /// Whether it can be sold now.
    public var isAvailable = true
    /// The item that it is a variant of; empty where it is none.
    public var parent = ""
    /// Further properties, by rising name.
    public var attributes: [Attribute] = []
    /// Since when it is sold.
    public var publishedAt: EventTime?

    /// A record that says nothing but that there is the item.
    public init() {}
}

// MARK: Stored form

extension CatalogueRecord {
    /// Appends the record: the same for equal records.
    func encode(into bytes: ByteBuffer) {
        bytes.append(shortText: title)
        bytes.append(shortTexts: category)
        bytes.append(shortText: brand)
        bytes.append(shortTexts: keywords)
        for number in [price, margin] { bytes.append(littleEndian: (number ?? .nan).bitPattern) }
        bytes.append(shortText: currency)
        bytes.append(isAvailable ? 1 : 0)
        bytes.append(shortText: parent)
        bytes.append(shortTexts: attributes.flatMap { [$0.name, $0.value] })
        bytes.append(time: publishedAt ?? .never)
    }

    /// Reads what `encode` wrote.
    init(from reader: inout ByteReader) throws(CodecError) {
        title = try reader.text()
        category = try reader.texts()
        brand = try reader.text()
        keywords = try reader.texts()
        price = try reader.double()
        margin = try reader.double()
        currency = try reader.text()
        let flag: UInt8 = try reader.integer()
        isAvailable = flag == 1
        parent = try reader.text()
        let pairs = try reader.texts()
        for index in stride(from: 0, to: pairs.count - 1, by: 2) { attributes.append(Attribute(name: pairs[index], value: pairs[index + 1])) }
        let published = try reader.time()
        publishedAt = published == .never ? nil : published
    }
}

extension ByteReader {
    fileprivate mutating func double() throws(CodecError) -> Double? {
        let number = Double(bitPattern: try integer())
        return number.isNaN ? nil : number
    }
}
