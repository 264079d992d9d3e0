import FreshetKernels
import FreshetRuntime
import Testing

@Suite struct JournalKeyTests {
    private func isOfAnother(than group: String, _ key: String) -> Bool {
        Array(key.utf8).withUnsafeBytes { JournalKey.isOfAnother(than: group, $0) }
    }

    @Test func aGroupKnowsItsOwnRecords() {
        let key = ByteBuffer()
        JournalKey.write(group: "shop/a", batch: 12, to: key)
        #expect(key.view.text == "shop/a/12")
        #expect(!JournalKey.isOfAnother(than: "shop/a", key.view.buffer))
        for other in ["shop", "shop/a/12", "a", ""] { #expect(JournalKey.isOfAnother(than: other, key.view.buffer)) }
        #expect(isOfAnother(than: "shop", "shop2/1") && isOfAnother(than: "shop2", "shop/1"))
    }

    @Test func whatNamesNoGroupIsNotPassedOver() {
        #expect(!JournalKey.isOfAnother(than: "shop", nil))
        #expect(!isOfAnother(than: "shop", "") && !isOfAnother(than: "shop", "7"))
    }
}
