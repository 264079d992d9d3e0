import FreshetCore
import FreshetKafka
import FreshetRuntime

/// One process: a real daemon, its client, its way to a disk, and its view of the clock.
final class SimulatedInstance {
    /// How it ended.
    enum Ending {
        /// By itself: it was asked to stop.
        case stopped
        /// By a kill.
        case killed
        /// With an error.
        case failed(DaemonError)
    }

    let world: SimulatedWorld
    let nonce: String
    let disk: any SimulatedDisk
    let publication: Publication
    private let isRebuild: Bool
    /// The digest of other settings than the plan's.
    private let settingsDigest: String?
    /// Points that it may still pass; then it is killed.
    private var pointsLeft: Int
    private(set) var isDead = false
    private(set) var isTerminated = false
    /// A fault struck it, so that its end may leave a replay.
    private(set) var isDisturbed = false
    /// Its start was over.
    private(set) var hasServed = false
    private var daemon: Daemon?
    /// Its open state.
    private(set) var store: (any StateStore)?
    /// What other threads have not done yet.
    private var saves: [@Sendable () -> Void] = []
    private var sends: [@Sendable () -> Void] = []

    init(
        _ world: SimulatedWorld, nonce: String, disk: any SimulatedDisk, isRebuild: Bool = false, settingsDigest: String? = nil, pointsMax: Int = .max
    ) {
        self.settingsDigest = settingsDigest
        self.isRebuild = isRebuild
        self.world = world
        self.nonce = nonce
        self.disk = disk
        pointsLeft = pointsMax
        publication = world.plan.makePublication()
    }

    /// The last batch it committed.
    var batch: Int64 { daemon?.metrics.batch ?? 0 }

    /// Runs until it ends, in whatever way.
    func run() -> Ending {
        let store: any StateStore
        do throws(StoreError) { store = try disk.open() } catch { return .failed(.store(error)) }
        let daemon = makeDaemon(on: store)
        self.daemon = daemon
        self.store = store
        let ending = end(of: daemon)
        // A process ends when its threads have.
        finishSending()
        goOnSaving()
        store.close()
        return ending
    }

    private func makeDaemon(on store: any StateStore) -> Daemon {
        let broker = MemoryBroker(world.cluster, group: SimulationPlan.group, transactionalID: SimulationPlan.transactionalID, clock: world.clock)
        broker.onCall = { [unowned self] in meet(.call($0)) }
        broker.onPoll = { [unowned self] in world.nextPoll(of: self) }
        var settings = world.plan.settings(nonce: nonce, isRebuild: isRebuild)
        if let settingsDigest { settings.settingsDigest = settingsDigest }
        return Daemon(
            settings: settings, broker: world.bug?.wrap(broker, world) ?? broker, store: SimulatedStore(self, store), clock: SimulatedClock(self),
            publication: publication, saveInBackground: world.plan.savesAside ? { [unowned self] in saves.append($0) } : nil,
            sendInBackground: world.plan.sendsAside ? { [unowned self] in sends.append($0) } : nil, observer: observer,
            isStopRequested: { [unowned self] in isStopRequested })
    }

    private var observer: DaemonObserver {
        var observer = DaemonObserver()
        observer.onStep = { [unowned self] step in
            _ = meet(.step(step))
            if step == .ready { hasServed = true }
            world.bug?.afterStep(step, of: self)
            return !isDead
        }
        observer.onPause = { [unowned self] in world.bug?.atPause(self) }
        return observer
    }

    private func end(of daemon: Daemon) -> Ending {
        do throws(DaemonError) {
            try daemon.run()
            return isDead ? .killed : .stopped
        } catch {
            return isDead ? .killed : .failed(error)
        }
    }

    private var isStopRequested: Bool { isDead || isTerminated || (daemon?.metrics.isReady == true && world.isDrained) }

    // MARK: Faults

    /// Passes a point: time goes on, and what the schedule says strikes. Answers how the call fails.
    func meet(_ point: FaultPoint) -> MemoryFault? {
        if isDead { return .fatal }
        pointsLeft -= 1
        if pointsLeft < 0 || world.isExhausted {
            kill()
            return .fatal
        }
        let fault = world.meet(point, self)
        // Another instance may have run, and this one may have been killed.
        return isDead && fault == nil ? .fatal : fault
    }

    /// SIGKILL.
    func kill() { isDead = true }

    /// SIGTERM.
    func terminate() { isTerminated = true }

    func noteDisturbance() { isDisturbed = true }

    // MARK: Other threads

    /// Lets the thread that saves go on; of a dead process it does nothing but end.
    func goOnSaving() { for job in take(&saves) { job() } }

    /// Lets the thread that sends do all it can.
    func finishSending() {
        while !sends.isEmpty { goOnSending() }
    }

    /// Lets the thread that sends go on.
    func goOnSending() { for job in take(&sends) { job() } }

    private func take(_ jobs: inout [@Sendable () -> Void]) -> [@Sendable () -> Void] {
        defer { jobs = [] }
        return jobs
    }
}

/// The clock as an instance sees it: while it waits, time goes on, and its other thread works.
final class SimulatedClock: Clock {
    private unowned let instance: SimulatedInstance

    init(_ instance: SimulatedInstance) { self.instance = instance }

    var wallMilliseconds: Int64 { instance.world.clock.wallMilliseconds }
    var monotonicMilliseconds: Int64 { instance.world.clock.monotonicMilliseconds }

    func sleep(milliseconds: Int) {
        instance.goOnSaving()
        instance.goOnSending()
        if !instance.isDead { instance.world.clock.sleep(milliseconds: milliseconds) }
    }
}
