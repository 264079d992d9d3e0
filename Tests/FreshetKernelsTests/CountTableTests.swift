import FreshetKernels
import Testing

@Suite struct CountTableTests {
    @Test func aTableForgetsAKeyThatWasTakenOutThoughItsMemoryStillHoldsIt() {
        var table = CountTable<Int>()
        defer { table.free() }
        for key in UInt32(0)..<20 { _ = table.append(key, Int(key) * 10) }
        table.swapRemove(at: 19)
        #expect(table.find(19) == -1)
        table.swapRemove(at: 3)
        #expect(table.find(3) == -1)
        let moved = table.find(18)
        #expect(moved == 3 && table[moved] == 180)
        for key in UInt32(0)..<18 where key != 3 { #expect(table.find(key) >= 0 && table[table.find(key)] == Int(key) * 10) }
        #expect(table.find(.max) == -1, "the filling of unused room is no key")
    }
}
