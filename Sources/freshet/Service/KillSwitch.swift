import FreshetRuntime
import Glibc

/// Ends the process with SIGKILL at the N-th time of a step, for tests of recovery: `FRESHET_KILL_AT=STEP:N`.
final class KillSwitch {
    private let step: DaemonStep
    private var left: Int

    init?(_ text: String?) {
        guard let parts = text?.split(separator: ":"), let name = parts.first, let step = DaemonStep(rawValue: String(name)) else { return nil }
        self.step = step
        left = parts.count > 1 ? Int(parts[1]) ?? 1 : 1
    }

    func pass(_ step: DaemonStep) -> Bool {
        if step == self.step {
            left -= 1
            if left <= 0 { kill(getpid(), SIGKILL) }
        }
        return true
    }
}
