import FreshetKernels
import Testing

@testable import FreshetCore

@Suite struct ByteReaderTests {
    private func failure<Value>(_ body: () throws(CodecError) -> Value) -> String? {
        do throws(CodecError) {
            _ = try body()
            return nil
        } catch {
            return error.message
        }
    }

    @Test func whatWasAppendedReadsBack() throws {
        var random = SplitMix64(seed: 1)
        let maker = EventMaker()
        for _ in 0..<200 {
            let bytes = ByteBuffer()
            let (a, b, c) = (random.next(), Int32(truncatingIfNeeded: random.next()), UInt8(truncatingIfNeeded: random.next()))
            let id = maker.view(String(repeating: "é", count: random.next(below: 5)))
            let time = EventTime(milliseconds: Int64(bitPattern: random.next()))
            let count = DecayedCount(mantissa: Int64(bitPattern: random.next()), block: b)
            bytes.append(littleEndian: a)
            bytes.append(id: id)
            bytes.append(littleEndian: b)
            bytes.append(time: time)
            bytes.append(decayed: count)
            bytes.append(c)
            var reader = ByteReader(bytes.view)
            let readA: UInt64 = try reader.integer()
            let readID = try reader.id()
            let readB: Int32 = try reader.integer()
            #expect((readA, readB) == (a, b) && readID == id)
            #expect(try reader.time() == time)
            #expect(try reader.decayed() == count)
            #expect(!reader.isAtEnd)
            let readC: UInt8 = try reader.integer()
            #expect(readC == c && reader.isAtEnd)
            try reader.finish()
        }
    }

    @Test func aRowThatEndsEarlySaysWhere() {
        let bytes = ByteBuffer()
        bytes.append(littleEndian: UInt16(5))
        bytes.append("abc")
        var number = ByteReader(bytes[0..<1])
        #expect(failure { () throws(CodecError) -> UInt16 in try number.integer() } == "the row ends at byte 1, within a number")
        var id = ByteReader(bytes.view)
        #expect(failure { () throws(CodecError) -> ByteView in try id.id() } == "the row ends at byte 5, within an id")
        let left = ByteReader(bytes.view)
        #expect(failure { () throws(CodecError) in try left.finish() } == "5 bytes are left over")
    }

    @Test func aCountThatTheRowHasNoRoomForIsRefusedBeforeMemoryIsTaken() throws {
        let bytes = ByteBuffer()
        bytes.append(littleEndian: UInt32.max)
        bytes.append("0123456789")
        var reader = ByteReader(bytes.view)
        #expect(
            failure { () throws(CodecError) -> Int in try reader.elementCount(ofAtLeast: 4) }
                == "the row counts 4294967295 elements and has no room for them")
        bytes.removeAll()
        bytes.append(littleEndian: UInt32(2))
        bytes.append("01234567")
        var exact = ByteReader(bytes.view)
        #expect(try exact.elementCount(ofAtLeast: 4) == 2)
    }
}
