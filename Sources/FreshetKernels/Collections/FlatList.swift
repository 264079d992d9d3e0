public import CKernels

/// A growable list of trivial elements: a pointer, a count and a capacity, without a reference count.
///
/// A handle, not an owner: copying it copies no element, and whoever holds the last copy calls `free()`. Tables with a million rows
/// keep lists of this kind inside their rows, where Swift's arrays would cost an object and reference counting each.
@frozen
public struct FlatList<Element: BitwiseCopyable> {
    @usableFromInline var base: UnsafeMutablePointer<Element>?
    @usableFromInline var stored: UInt32 = 0
    @usableFromInline var room: UInt32 = 0

    /// An empty list without memory.
    @inlinable public init() {}

    /// The number of elements.
    @inlinable public var count: Int { Int(stored) }

    /// Whether there are none.
    @inlinable public var isEmpty: Bool { stored == 0 }

    /// The positions of the elements.
    @inlinable public var indices: Range<Int> { 0..<Int(stored) }

    /// Bytes of memory held.
    @inlinable public var byteCount: Int { Int(room) * MemoryLayout<Element>.stride }

    /// Bytes of a list that grew to `count` elements one by one.
    public static func byteCount(for count: Int) -> Int {
        var room = 0
        while room < count { room = FlatList.room(for: room + 1, from: room) }
        return room * MemoryLayout<Element>.stride
    }

    /// The element at `index`, in place.
    @inlinable public subscript(index: Int) -> Element {
        unsafeAddress {
            precondition(index >= 0 && index < Int(stored), "index out of range")
            return UnsafePointer(base.unsafelyUnwrapped + index)
        }
        unsafeMutableAddress {
            precondition(index >= 0 && index < Int(stored), "index out of range")
            return base.unsafelyUnwrapped + index
        }
    }

    /// Appends an element.
    @inlinable public mutating func append(_ element: Element) {
        if stored == room { grow(to: Int(stored) + 1) }
        (base.unsafelyUnwrapped + Int(stored)).initialize(to: element)
        stored += 1
    }

    /// Appends an element of a list that never holds more than `limit`: room for more is not made.
    @inlinable public mutating func append(_ element: Element, limit: Int) {
        if stored == room { grow(to: Int(stored) + 1, limit: limit) }
        append(element)
    }

    /// Appends `element` until there are `count`.
    @inlinable public mutating func extend(to count: Int, with element: Element) {
        if count > Int(room) { grow(to: count) }
        while Int(stored) < count {
            (base.unsafelyUnwrapped + Int(stored)).initialize(to: element)
            stored += 1
        }
    }

    /// Puts an element at `index` and moves those behind it.
    @inlinable public mutating func insert(_ element: Element, at index: Int) {
        precondition(index >= 0 && index <= Int(stored), "index out of range")
        if stored == room { grow(to: Int(stored) + 1) }
        let place = base.unsafelyUnwrapped + index
        (place + 1).update(from: place, count: Int(stored) - index)
        place.initialize(to: element)
        stored += 1
    }

    /// Takes out the element at `index` and moves those behind it.
    @inlinable public mutating func remove(at index: Int) {
        precondition(index >= 0 && index < Int(stored), "index out of range")
        let place = base.unsafelyUnwrapped + index
        place.update(from: place + 1, count: Int(stored) - index - 1)
        stored -= 1
    }

    /// Takes out the element at `index` and puts the last one in its place.
    @inlinable public mutating func swapRemove(at index: Int) {
        precondition(index >= 0 && index < Int(stored), "index out of range")
        stored -= 1
        base.unsafelyUnwrapped[index] = base.unsafelyUnwrapped[Int(stored)]
    }

    /// Takes out the last element.
    @inlinable public mutating func removeLast() {
        precondition(stored > 0, "no element to remove")
        stored -= 1
    }

    /// Takes out the first `count` elements and moves those behind them.
    @inlinable public mutating func removeFirst(_ count: Int) {
        precondition(count >= 0 && count <= Int(stored), "no elements to remove")
        guard count > 0, let base else { return }
        base.update(from: base + count, count: Int(stored) - count)
        stored -= UInt32(count)
    }

    /// Keeps the first `count` elements.
    @inlinable public mutating func truncate(to count: Int) {
        precondition(count >= 0 && count <= Int(stored), "cannot truncate to more elements than there are")
        stored = UInt32(count)
    }

    /// Takes out all elements and keeps the memory.
    @inlinable public mutating func removeAll() { stored = 0 }

    /// Gives the memory back; the list is empty afterwards. Other copies of the handle must not be used again.
    @inlinable public mutating func free() {
        base?.deallocate()
        base = nil
        stored = 0
        room = 0
    }

    /// Asks for the memory of the element at `index`, so that it is near when it is needed. Any index will do.
    @inlinable @inline(__always) public func prefetch(_ index: Int) {
        if let base { freshet_prefetch(base + index) }
    }

    /// The elements as a standard buffer; valid until the list changes.
    @inlinable public var buffer: UnsafeMutableBufferPointer<Element> { UnsafeMutableBufferPointer(start: base, count: Int(stored)) }

    /// Sorts by a strict order; equal elements have no fixed order, so the order must be total where it matters.
    @inlinable public mutating func sort(by precedes: (Element, Element) -> Bool) {
        guard stored > 1 else { return }
        var all = buffer
        if stored <= 24 { insertionSort(precedes) } else { all.sort(by: precedes) }
    }

    @inlinable mutating func insertionSort(_ precedes: (Element, Element) -> Bool) {
        let base = base.unsafelyUnwrapped
        for index in 1..<Int(stored) {
            let element = base[index]
            var place = index
            while place > 0, precedes(element, base[place - 1]) {
                base[place] = base[place - 1]
                place -= 1
            }
            base[place] = element
        }
    }

    /// Large elements begin with room for few: most lists of them stay short.
    static func room(for count: Int, from room: Int) -> Int {
        Swift.max(count, room + room / 2, Swift.min(4, Swift.max(1, 128 / MemoryLayout<Element>.stride)))
    }

    @usableFromInline mutating func grow(to count: Int, limit: Int = .max) {
        let next = Swift.max(count, Swift.min(limit, FlatList.room(for: count, from: Int(room))))
        let moved = UnsafeMutablePointer<Element>.allocate(capacity: next)
        if let base {
            moved.update(from: base, count: Int(stored))
            base.deallocate()
        }
        base = moved
        room = UInt32(next)
    }
}

extension FlatList where Element == UInt8 {
    /// The bytes, valid until the list changes.
    public var view: ByteView { ByteView(UnsafeRawBufferPointer(buffer)) }
}
