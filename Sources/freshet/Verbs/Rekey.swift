import FreshetRuntime

/// `freshet rekey`: the state under another key.
enum Rekey: Verb {
    static let specification = VerbSpecification(
        name: "rekey", summary: "Writes a state anew, sealed with a key, with another one, or with none.",
        discussion: """
            The new file takes the old one's place when it is whole; a kill leaves one of the two, and so does an error. Beside the state it takes
            twice the state's room, for the new file and for the log that fills it: three times in all; a disk with less is told of before anything
            is written. What the old file held in the clear is deleted, and may still be found on the disk itself: only that disk's own encryption,
            or wiping it, takes it away.
            """,
        options: [
            .state, .value("key-file", "FILE", "The key that it is sealed with now; a plain one has none."),
            .value("new-key-file", "FILE", "The key that it is to be sealed with: 32 random bytes, or 64 hexadecimal digits; chmod 600."),
            .flag("plain", "It is not to be sealed any more."),
        ],
        examples: [
            ("freshet rekey --state state --new-key-file state.key", "Seals a plain state."),
            ("freshet rekey --state state --key-file old.key --new-key-file new.key", "Another key takes the place of the old one."),
        ],
        exitCodes: [.done, .usage, .io, .tryAgain, .configuration])

    static func run(_ arguments: Arguments) throws(Failure) -> ExitCode {
        guard arguments.has("new-key-file") != arguments.has("plain") else {
            throw Failure(.usage, "freshet rekey: give either --new-key-file or --plain")
        }
        let folder = try arguments.required("state")
        let key = try arguments["key-file"].map { path throws(Failure) in try arguments.keyFile(at: path, "--key-file") }
        let other = try arguments["new-key-file"].map { path throws(Failure) in try arguments.keyFile(at: path, "--new-key-file") }
        do throws(StoreError) {
            let store = try SQLiteStore(folder: folder, opening: .existing, key: key)
            defer { store.close() }
            try store.reseal(under: other)
            print(other.map { "\(store.path) is sealed with the key in \($0.path)" } ?? "\(store.path) is not sealed any more")
            return .done
        } catch {
            throw Failure(error)
        }
    }
}
