import FreshetKernels

/// Makes the fingerprint by which an event is known again.
///
/// With an `event_id` it is that text's. Without one it stands for what happened: type, time, amounts and the ids. They are encoded
/// with lengths, so that no two different events share an encoding, after a byte that no UTF-8 text holds, so that no id shares one.
final class EventHasher {
    private let encoding = ByteBuffer(capacity: 1024)

    func fingerprint(of event: Event, order: ByteView) -> Fingerprint {
        guard event.eventID.isEmpty else { return Fingerprint(of: event.eventID) }
        encoding.removeAll()
        encoding.append(0xff)
        encoding.append(event.type.rawValue)
        encoding.append(littleEndian: event.time.milliseconds)
        encoding.append(littleEndian: event.quantity.bitPattern)
        encoding.append(littleEndian: (event.price.isNaN ? Double.nan : event.price).bitPattern)
        append(event.user)
        append(event.item)
        append(order)
        append(event.visitor)
        append(event.query)
        return Fingerprint(of: encoding.view)
    }

    private func append(_ text: ByteView) {
        encoding.append(littleEndian: UInt32(truncatingIfNeeded: text.count))
        encoding.append(text)
    }
}
