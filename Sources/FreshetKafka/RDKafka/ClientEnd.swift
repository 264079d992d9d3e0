internal import CRdKafka
internal import Glibc
internal import Synchronization

/// The end of a client, on a thread of its own.
///
/// `rd_kafka_destroy` never returns for a consumer whose topic was deleted while it was read (librdkafka 2.0.2). Who waits for it would never
/// end, so that after a while the client is left behind, with what its callbacks reach.
final class ClientEnd {
    /// How long is waited, in microseconds; usually it takes a few milliseconds.
    private static let waitMax = 5_000_000
    private static let step = 1_000

    private let native: OpaquePointer
    private let callbacks: Callbacks
    private let isDone = Atomic(false)

    private init(_ native: OpaquePointer, _ callbacks: Callbacks) {
        self.native = native
        self.callbacks = callbacks
    }

    /// Ends the client, of which nothing else may be in use. `callbacks` live as long as it does.
    static func destroy(_ native: OpaquePointer, _ callbacks: Callbacks) {
        let end = ClientEnd(native, callbacks)
        var thread = pthread_t()
        let body: @convention(c) (UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? = { context in
            guard let context else { return nil }
            let end = Unmanaged<ClientEnd>.fromOpaque(context).takeRetainedValue()
            rd_kafka_destroy(end.native)
            end.isDone.store(true, ordering: .releasing)
            return nil
        }
        let context = Unmanaged.passRetained(end)
        guard pthread_create(&thread, nil, body, context.toOpaque()) == 0 else {
            context.release()
            return rd_kafka_destroy(native)
        }
        pthread_detach(thread)
        var waited = 0
        while !end.isDone.load(ordering: .acquiring), waited < waitMax {
            usleep(useconds_t(step))
            waited += step
        }
    }
}
