import FreshetKernels
import Testing

@testable import FreshetCore

/// Times written as numbers: exact where a `Double` is not, and refused outside of the years that can be written.
@Suite struct DecimalTimeTests {
    private func read(_ text: String, unit: Int64) -> Int64? {
        var text = text
        return text.withUTF8 { EventTime(decimal: ByteView(UnsafeRawBufferPointer($0)), unit: unit)?.milliseconds }
    }

    @Test func secondsWithAFractionAreExactToTheMillisecond() {
        var random = SplitMix64(seed: 1)
        for _ in 0..<5000 {
            let milliseconds = Int64(random.next(below: 2_000_000_000_000))
            let sign: Int64 = random.next(below: 4) == 0 ? -1 : 1
            let fraction = String(milliseconds % 1000 + 1000).dropFirst()
            let finer = random.next(below: 2) == 0 ? "" : String(random.next(below: 1_000_000))
            let text = "\(sign < 0 ? "-" : "")\(milliseconds / 1000).\(fraction)\(finer)"
            #expect(read(text, unit: 1000) == sign * milliseconds, "\(text)")
        }
    }

    @Test func millisecondsDropWhatIsFiner() {
        #expect(read("1795514400123", unit: 1) == 1_795_514_400_123)
        #expect(read("1795514400123.9999", unit: 1) == 1_795_514_400_123)
        #expect(read("-5.5", unit: 1) == -5)
        #expect(read("0", unit: 1) == 0 && read("-0", unit: 1) == 0 && read("007", unit: 1) == 7)
    }

    @Test func oneMoreThanTheLastTimeIsNone() {
        #expect(read("253402300799999", unit: 1) == 253_402_300_799_999)
        #expect(read("253402300800000", unit: 1) == nil)
        #expect(read("-62167219200000", unit: 1) == -62_167_219_200_000)
        #expect(read("-62167219200001", unit: 1) == nil)
        #expect(read("253402300799.999", unit: 1000) == 253_402_300_799_999)
        #expect(read("253402300800", unit: 1000) == nil)
        #expect(read("9223372036854775808", unit: 1) == nil && read("999999999999999999", unit: 1000) == nil)
    }

    @Test(arguments: ["", "-", ".", ".5", "5.", "+5", "5 ", " 5", "1e3", "0x5", "5.5.5", "--5", "٥", "1,5", "NaN"])
    func whatIsNoDecimalNumberIsNone(_ text: String) {
        #expect(read(text, unit: 1) == nil && read(text, unit: 1000) == nil)
    }

    @Test(arguments: ["9223372036854775807", "9223372036854775808", "9999999999999999999", "99999999999999999999999999", "-9999999999999999999"])
    func aRecordWithATimeOfTooManyDigitsIsADeadLetter(_ digits: String) {
        let record = #"{"user_id":"u","item_id":"i","type":"click","timestamp":\#(digits)}"#
        #expect(decode(record).outcome == .rejected(.outOfRange))
        #expect(decode("1,22,333,pv,\(digits)", format: .taobao).outcome == .rejected(.badTimestamp))
    }
}
