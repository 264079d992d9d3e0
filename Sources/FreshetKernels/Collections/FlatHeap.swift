/// A binary heap of trivial elements whose least one, by the order given at each call, is at the top.
///
/// A handle like `FlatList`: its holder calls `free()`. All calls must give the same strict order.
@frozen
public struct FlatHeap<Element: BitwiseCopyable> {
    @usableFromInline var items = FlatList<Element>()

    /// An empty heap.
    @inlinable public init() {}

    /// The number of elements.
    @inlinable public var count: Int { items.count }

    /// The least element; `nil` where there is none.
    @inlinable public var top: Element? { items.isEmpty ? nil : items[0] }

    /// Adds an element.
    @inlinable public mutating func push(_ element: Element, by precedes: (Element, Element) -> Bool) {
        items.append(element)
        var child = items.count - 1
        while child > 0 {
            let parent = (child - 1) / 2
            guard precedes(element, items[parent]) else { break }
            items[child] = items[parent]
            child = parent
        }
        items[child] = element
    }

    /// Takes out the least element.
    @inlinable public mutating func pop(by precedes: (Element, Element) -> Bool) {
        let last = items[items.count - 1]
        items.removeLast()
        if !items.isEmpty { sink(last, by: precedes) }
    }

    /// Puts `element` in place of the least one.
    @inlinable public mutating func replaceTop(_ element: Element, by precedes: (Element, Element) -> Bool) {
        sink(element, by: precedes)
    }

    @inlinable mutating func sink(_ element: Element, by precedes: (Element, Element) -> Bool) {
        let count = items.count
        var parent = 0
        while true {
            var child = 2 * parent + 1
            guard child < count else { break }
            if child + 1 < count, precedes(items[child + 1], items[child]) { child += 1 }
            guard precedes(items[child], element) else { break }
            items[parent] = items[child]
            parent = child
        }
        items[parent] = element
    }

    /// Takes out all elements and keeps the memory.
    @inlinable public mutating func removeAll() { items.removeAll() }

    /// The elements in no order.
    @inlinable public var unordered: FlatList<Element> { items }

    /// Gives the memory back.
    @inlinable public mutating func free() { items.free() }
}
