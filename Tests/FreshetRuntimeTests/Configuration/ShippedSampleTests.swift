import Foundation
import FreshetCore
import FreshetRuntime
import Testing

/// `Deploy/freshet.yaml` is what operators copy: it holds every key at its default.
@Suite struct ShippedSampleTests {
    private static let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appending(path: "../../../Deploy/freshet.yaml").path

    @Test func itHoldsTheDefaults() throws {
        let loaded = try Configuration.load(path: Self.path, environment: [:])
        var expected = Configuration()
        expected.topics.events = [
            .init(name: "clicks", type: .click), .init(name: "carts", type: .cart), .init(name: "purchases", type: .purchase),
        ]
        #expect(loaded.configuration == expected)
        #expect(loaded.notices.isEmpty)
    }

    @Test func itNamesEveryKey() throws {
        let text = try String(contentsOfFile: Self.path, encoding: .utf8)
        let words = Set(text.split { !$0.isLetter && !$0.isNumber && $0 != "_" })
        for setting in Setting.all {
            let name = setting.key.split(separator: ".").last ?? ""
            #expect(words.contains(name), "\(setting.key)")
        }
    }

    @Test(arguments: ["scores", "user_embeddings", "item_embeddings", "item_insights"])
    func aKeyWithoutEffectSaysSo(_ name: String) throws {
        let setting = try #require(Setting.all.first { $0.key == "topics.\(name)" })
        #expect(setting.documentation.hasSuffix("by this version."))
    }
}
