internal import CKernels

/// The C library's allocator.
public enum Heap {
    /// Blocks from this size on are mapped one by one, and given back when they are freed.
    private static let mappedBytesMin: Int32 = 512 << 10

    /// Keeps a process small: else every thread of the client library has an arena of its own, and what large blocks leave behind stays. The
    /// engine allocates nothing per event, so that one arena is no bottleneck. Call it before there is another thread.
    public static func keepSmall() { freshet_limit_heap(1, mappedBytesMin) }
}
