import Glibc
import Synchronization

/// One thread that runs jobs in the order in which they were given.
public final class Worker: Sendable {
    /// One piece of work.
    public typealias Job = @Sendable () -> Void

    private let queue: JobQueue
    private let thread: Mutex<pthread_t?>

    /// Starts the thread.
    public init() {
        let queue = JobQueue()
        self.queue = queue
        var made = pthread_t()
        let context = Unmanaged.passRetained(queue).toOpaque()
        let result = pthread_create(
            &made, nil,
            { context in
                context.map { Unmanaged<JobQueue>.fromOpaque($0).takeRetainedValue().run() }
                return nil
            }, context)
        precondition(result == 0, "the system gives no thread")
        thread = Mutex(made)
    }

    deinit { finish() }

    /// Adds a job behind those that wait; after `finish` it is dropped.
    public func submit(_ job: @escaping Job) { queue.add(job) }

    /// Waits until all jobs have run, and ends the thread.
    public func finish() {
        queue.close()
        guard let thread = thread.withLock({ $0.take() }) else { return }
        pthread_join(thread, nil)
    }
}

/// Jobs that wait, under a lock with a condition.
///
/// Unchecked because the lock is POSIX's: jobs and flag are read and written only while it is held.
private final class JobQueue: @unchecked Sendable {
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let changed = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    private var jobs: [Worker.Job] = []
    private var isClosed = false

    init() {
        pthread_mutex_init(mutex, nil)
        pthread_cond_init(changed, nil)
    }

    deinit {
        pthread_cond_destroy(changed)
        pthread_mutex_destroy(mutex)
        changed.deallocate()
        mutex.deallocate()
    }

    func add(_ job: @escaping Worker.Job) {
        locked {
            if !isClosed { jobs.append(job) }
        }
    }

    func close() { locked { isClosed = true } }

    /// Runs jobs until the queue is closed and empty.
    func run() {
        while let batch = wait() {
            for job in batch { job() }
        }
    }

    private func wait() -> [Worker.Job]? {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        while jobs.isEmpty && !isClosed { pthread_cond_wait(changed, mutex) }
        guard !jobs.isEmpty else { return nil }
        defer { jobs = [] }
        return jobs
    }

    private func locked(_ body: () -> Void) {
        pthread_mutex_lock(mutex)
        body()
        pthread_cond_signal(changed)
        pthread_mutex_unlock(mutex)
    }
}
