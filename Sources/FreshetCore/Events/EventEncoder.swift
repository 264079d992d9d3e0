public import FreshetKernels

/// Writes events as Freshet's own records, as a shop would.
public enum EventEncoder {
    /// Appends the event as one JSON object. Fields that are absent or have their default are left out; nothing is allocated.
    ///
    /// Reading it back gives the event again. What an `Event` does not hold, as the order's id, cannot be written.
    public static func encode(_ event: Event, into buffer: ByteBuffer) {
        buffer.append("{")
        if !event.eventID.isEmpty {
            buffer.append("\"event_id\":")
            buffer.appendJSON(string: event.eventID)
            buffer.append(",")
        }
        buffer.append("\"user_id\":")
        buffer.appendJSON(string: event.user)
        append(event.visitor, as: ",\"visitor_id\":", to: buffer)
        append(event.session, as: ",\"session_id\":", to: buffer)
        append(event.item, as: ",\"item_id\":", to: buffer)
        append(event.query, as: ",\"query\":", to: buffer)
        if !event.segment.isEmpty {
            append(event.segment, as: ",\"context\":{\"segment\":", to: buffer)
            buffer.append("}")
        }
        buffer.append(",\"type\":\"")
        buffer.append(event.type.name)
        buffer.append("\",\"timestamp\":\"")
        buffer.append(rfc3339: event.time)
        buffer.append("\"")
        appendAmounts(of: event, to: buffer)
        buffer.append(event.consent ? "}" : ",\"consent\":false}")
    }

    private static func append(_ text: ByteView, as prefix: StaticString, to buffer: ByteBuffer) {
        guard !text.isEmpty else { return }
        buffer.append(prefix)
        buffer.appendJSON(string: text)
    }

    private static func appendAmounts(of event: Event, to buffer: ByteBuffer) {
        if !event.price.isNaN {
            buffer.append(",\"price\":")
            buffer.append(double: event.price)
        }
        if event.quantity != 1 {
            buffer.append(",\"quantity\":")
            buffer.append(double: event.quantity)
        }
    }
}
