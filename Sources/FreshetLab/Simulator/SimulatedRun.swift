import FreshetCore
import FreshetKafka
import FreshetKernels
import FreshetRuntime

/// One run of a plan under a schedule: instance after instance, until all is applied and one has stopped in order.
struct SimulatedRun {
    /// Instances after which a run counts as stuck.
    private static let instancesMax = 80

    let world: SimulatedWorld
    /// The state of the last instance; empty where the run did not come to its end.
    private(set) var digests: [DigestTable: Fingerprint] = [:]
    /// The disk of the last instance.
    private(set) var disk: any SimulatedDisk

    /// Runs it.
    init(_ plan: SimulationPlan, _ faults: [SimulatedFault], bug: PlantedBug? = nil) {
        world = SimulatedWorld(plan, faults, bug: bug)
        disk = world.disk
        var isRebuild = false
        for _ in 0..<SimulatedRun.instancesMax where !world.isExhausted {
            disk = world.disk
            let instance = SimulatedInstance(world, nonce: world.newNonce(), disk: disk, isRebuild: isRebuild)
            let ending = instance.run()
            // The operator's word: a disk from before the first save holds no state, though there are committed batches.
            isRebuild = disk.isEmpty && (isRebuild || ending.isStateLost)
            if !isRebuild { world.history.judge(ending, of: instance) }
            if case .killed = ending { disk.crash(savesLost: 0) }
            let last = CommitMetadata(batch: instance.batch, nonce: instance.nonce)
            if case .stopped = ending, world.isDrained, world.history.last == last, !instance.isTerminated {
                digests = instance.publication.fingerprints
                return
            }
            if !world.history.violations.isEmpty { return }
            // The service manager waits before it starts the next one.
            world.clock.advance(milliseconds: 1_000)
        }
        world.history.violate("the run does not come to an end")
    }
}

extension SimulatedInstance.Ending {
    /// Refused, because there is no state.
    var isStateLost: Bool {
        if case .failed(.refused(.stateLost)) = self { true } else { false }
    }
}
