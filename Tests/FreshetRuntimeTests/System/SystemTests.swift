import FreshetRuntime
import Glibc
import Synchronization
import Testing

@Suite struct SystemTests {
    @Test func aWorkerRunsJobsInOrderAndFinishWaitsForAll() {
        let order = SharedList()
        let worker = Worker()
        for number in 0..<1000 { worker.submit { order.append(number) } }
        worker.finish()
        #expect(order.all == Array(0..<1000))
        worker.submit { order.append(-1) }
        worker.finish()
        #expect(order.all.count == 1000)
    }

    @Test func aWorkerIsAThreadOfItsOwn() {
        let own = pthread_self()
        let isOther = SharedList()
        let worker = Worker()
        worker.submit { isOther.append(pthread_equal(pthread_self(), own) == 0 ? 1 : 0) }
        worker.finish()
        #expect(isOther.all == [1])
    }

    @Test func clocksMove() {
        let clock = SystemClock()
        let before = clock.monotonicMilliseconds
        clock.sleep(milliseconds: 5)
        #expect(clock.monotonicMilliseconds - before >= 5)
        #expect(abs(clock.wallMilliseconds - Int64(time(nil)) * 1000) < 5_000)
    }

    @Test func theServiceManagerIsTold() throws {
        try withTemporaryFolder { folder in
            let path = folder + "/notify"
            let descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0)
            defer { close(descriptor) }
            var address = sockaddr_un()
            address.sun_family = sa_family_t(AF_UNIX)
            withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
            let bound = withUnsafePointer(to: &address) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size)) }
            }
            try #require(bound == 0)
            let notifier = ServiceNotifier(socket: path)
            notifier.ready()
            notifier.status("batch 5")
            notifier.stopping()
            #expect((0..<3).map { _ in receive(descriptor) } == ["READY=1", "STATUS=batch 5", "STOPPING=1"])
            ServiceNotifier(socket: nil).ready()
            ServiceNotifier(socket: String(repeating: "x", count: 200)).ready()
        }
    }

    private func receive(_ descriptor: Int32) -> String {
        var bytes = [UInt8](repeating: 0, count: 100)
        let count = recv(descriptor, &bytes, bytes.count, Int32(MSG_DONTWAIT))
        return String(decoding: bytes.prefix(max(count, 0)), as: UTF8.self)
    }

    @Test func aSignalSetsTheFlag() {
        StopSignal.install()
        #expect(!StopSignal.isStopRequested)
        // To the process: threads of a test may block signals to themselves.
        kill(getpid(), SIGPIPE)
        kill(getpid(), SIGTERM)
        #expect(becomesTrue { StopSignal.isStopRequested })
        StopSignal.install()
        #expect(!StopSignal.isStopRequested)
    }

    private func becomesTrue(_ condition: () -> Bool) -> Bool {
        let clock = SystemClock()
        for _ in 0..<2000 {
            if condition() { return true }
            clock.sleep(milliseconds: 1)
        }
        return false
    }
}

/// Numbers that several threads add to.
private final class SharedList: Sendable {
    private let numbers = Mutex<[Int]>([])

    func append(_ number: Int) { numbers.withLock { $0.append(number) } }

    var all: [Int] { numbers.withLock { $0 } }
}
