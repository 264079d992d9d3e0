import Foundation

/// The long versions of tests run with `FRESHET_NIGHTLY=1`, by `Tests/nightly.sh`.
enum Nightly {
    static let isOn = ProcessInfo.processInfo.environment["FRESHET_NIGHTLY"] == "1"
}
