internal import CRdKafka
internal import Glibc

/// Tells that something came to one of many queues, which librdkafka can only wait for one by one.
final class ArrivalSignal {
    /// A pipe's ends, to read and to write; −1 where the system gives none.
    private var ends: [Int32] = [-1, -1]

    init() {
        guard pipe(&ends) == 0 else { return }
        for end in ends {
            _ = fcntl(end, F_SETFL, fcntl(end, F_GETFL) | O_NONBLOCK)
            _ = fcntl(end, F_SETFD, FD_CLOEXEC)
        }
    }

    deinit {
        for end in ends where end >= 0 { close(end) }
    }

    /// Lets `queue` signal that it is not empty any more. It signals once until something is taken from it.
    func watch(_ queue: OpaquePointer?) {
        if ends[1] >= 0 { rd_kafka_queue_io_event_enable(queue, ends[1], "!", 1) }
    }

    /// Forgets what was signalled so far. Look at the queues after it, not before.
    func clear() {
        withUnsafeTemporaryAllocation(byteCount: 256, alignment: 1) { bytes in
            while read(ends[0], bytes.baseAddress, bytes.count) == bytes.count {}
        }
    }

    /// Waits for a signal, at most so many milliseconds. Answers whether there is one.
    @discardableResult func wait(atMost milliseconds: Int32) -> Bool {
        var waited = pollfd(fd: ends[0], events: Int16(POLLIN), revents: 0)
        // Of a number below zero nothing is heard: the time passes.
        return poll(&waited, 1, milliseconds) > 0
    }
}
