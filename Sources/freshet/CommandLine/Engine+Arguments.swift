import FreshetCore
import FreshetKernels
import FreshetRuntime

/// A state folder that is open, and the engine with its state.
struct OpenState {
    var publication: Publication
    var store: SQLiteStore
    var boundary: StateBoundary
}

extension Arguments {
    /// `--state`'s folder with the settings that the state was made under, which those of `--config` must be; it must hold a state.
    func openState() throws(Failure) -> OpenState {
        let folder = try required("state")
        // Before the folder is locked: a mistake in the file is told first, and as it is.
        let configured = try has("config") ? configuration(needsTopics: false).configuration : nil
        let key = try keyFile(configured)
        do throws(StoreError) {
            let store = try SQLiteStore(folder: folder, opening: .existing, key: key)
            guard let boundary = try store.loadBoundary() else {
                throw StoreError(.version, "\(folder) holds no state yet", hint: "run or replay into it first")
            }
            let configuration = if let configured { try fitting(configured, boundary, folder) } else { try stored(in: boundary, folder) }
            let publication = Publication(engine: Engine(settings: configuration.engine), settings: configuration.publication)
            try publication.restore(from: store)
            return OpenState(publication: publication, store: store, boundary: boundary)
        } catch {
            throw Failure(error)
        }
    }

    private func fitting(_ configuration: Configuration, _ boundary: StateBoundary, _ folder: String) throws(StoreError) -> Configuration {
        guard configuration.digest(for: boundary.origin) == boundary.settingsDigest else {
            throw StoreError(
                .version, "the state in \(folder) was made under other settings than those of --config",
                hint: "leave --config out: the state knows its own")
        }
        return configuration
    }

    private func stored(in boundary: StateBoundary, _ folder: String) throws(StoreError) -> Configuration {
        guard let configuration = Configuration(storedText: boundary.settingsText) else {
            throw StoreError(.version, "the state in \(folder) was made by another version of Freshet", hint: "use that version")
        }
        return configuration
    }

    /// One JSON object as it is with `--json`, else as text.
    func text(of json: ByteBuffer) -> String {
        guard !has("json"), let value = try? JSONValue(json.view) else { return json.view.text }
        return JSONText.lines(of: value).joined(separator: "\n")
    }
}

extension Failure {
    /// A store's failure with the exit code that fits.
    init(_ error: StoreError) {
        switch error.code {
        case .locked: self.init(.tryAgain, error.description)
        case .io: self.init(.io, error.description)
        case .corrupt, .unusable, .version, .key: self.init(.configuration, error.description)
        }
    }
}

extension Arguments {
    /// A time of an option: RFC 3339 or epoch milliseconds; `nil` where it was not given.
    func time(_ option: String) throws(Failure) -> EventTime? {
        guard let text = self[option] else { return nil }
        if let milliseconds = Int64(text) { return EventTime(milliseconds: milliseconds) }
        guard let time = text.withBytes(EventTime.init(rfc3339:)) else {
            throw Failure(.usage, "--\(option) takes a time as 2026-11-24T10:00:00Z or epoch milliseconds, not '\(text)'")
        }
        return time
    }
}

extension OptionSpecification {
    /// `--state DIR`.
    static let state = OptionSpecification.value("state", "DIR", "The state folder.", isRequired: true)
    /// `--json`.
    static let json = OptionSpecification.flag("json", "One JSON object instead of text.")
}

extension String {
    /// Calls `body` with the text's bytes, which end with the call.
    func withBytes<Result>(_ body: (ByteView) -> Result) -> Result {
        var text = self
        return text.withUTF8 { body(ByteView(UnsafeRawBufferPointer($0))) }
    }
}
