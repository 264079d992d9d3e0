public import FreshetCore
import FreshetKernels

extension Publication {
    /// Takes all rows of a store into this empty engine. A row that cannot be taken is told as corruption.
    public func restore(from store: any StateStore) throws(StoreError) {
        try store.loadRows { table, number, row throws(StoreError) in
            do throws(StateError) {
                try self.restore(table, number, ByteView(row))
            } catch {
                throw StoreError(error)
            }
        }
        do throws(StateError) {
            try finishRestore()
        } catch {
            throw StoreError(error)
        }
    }
}

extension StoreError {
    fileprivate init(_ error: StateError) {
        self.init(
            .corrupt, "the state cannot be taken: \(error)",
            hint: "make the state anew with --rebuild")
    }
}
