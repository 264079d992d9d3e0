import FreshetCore
import FreshetKernels
import FreshetRuntime

/// `freshet recommend`: the list that a user would get now.
enum Recommend: Verb {
    static let specification = VerbSpecification(
        name: "recommend", summary: "Shows the list that a user would get now, with the reasons of each item.",
        options: [
            .value("user", "ID", "The user; an unknown one gets what is popular.", isRequired: true),
            .value("top", "N", "The length of the list.", standard: "20"),
            .value("exclude", "ID", "Items that are left out.", isList: true),
            .value("category", "PATH", "Only items of this category, or below it: 'Shoes > Running'."),
            .value("brand", "NAME", "Only items of this brand."), .value("price-max", "NUMBER", "Only items that cost at most so much."), .state,
            .keyFile, .configuration(isRequired: false), .json,
        ],
        examples: [("freshet recommend --user u42 --top 10 --state state", "Ten items for u42.")],
        exitCodes: [.done, .usage, .io, .tryAgain, .configuration])

    static func run(_ arguments: Arguments) throws(Failure) -> ExitCode {
        let limit = try arguments.integer("top", in: 1...Int.max) ?? 20
        let state = try arguments.openState()
        defer { state.store.close() }
        let bytes = ByteBuffer()
        let request = try request(arguments)
        try arguments.required("user").withBytes { state.publication.appendRecommendations(for: $0, limit: min(limit, 1000), request, into: bytes) }
        print(arguments.text(of: bytes))
        return .done
    }

    private static func request(_ arguments: Arguments) throws(Failure) -> Request {
        var request = Request()
        request.excluded = arguments.list("exclude")
        guard ["category", "brand", "price-max"].contains(where: arguments.has) else { return request }
        var filter = Request.Filter()
        filter.category = arguments["category"].map(CatalogueRecord.levels(of:)) ?? []
        filter.brand = arguments["brand"] ?? ""
        if let text = arguments["price-max"] {
            guard let price = Double(text), price.isFinite else { throw Failure(.usage, "freshet recommend: --price-max \(text) is no number") }
            filter.priceMax = price
        }
        request.filter = filter
        return request
    }
}
