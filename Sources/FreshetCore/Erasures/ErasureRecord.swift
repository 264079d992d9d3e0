import FreshetKernels

/// A record of the erasures topic: whom to forget, and up to when.
struct ErasureRecord {
    /// Who: by id in the topic, by pseudonym in the journal, which holds no id.
    enum Person {
        case id(ByteView)
        case pseudonym(Pseudonym)
    }

    var person: Person
    var time: EventTime

    /// Reads the value: `{"timestamp"}`, RFC 3339 or epoch milliseconds, and not later than `latest`. Null is refused: compaction would remove the
    /// record, and with it the word.
    init(_ person: Person, json value: ByteView?, latest: EventTime? = nil) throws(Rejection) {
        self.person = person
        guard let value else { throw Rejection(.malformed, "an erasure is never null, which compaction would remove: send {\"timestamp\"}") }
        guard let time = try JSONValue(objectIn: value).time("timestamp") else {
            throw Rejection(.badTimestamp, "an erasure needs a timestamp: what came up to it is forgotten")
        }
        // Taken as it is it would forget nothing, and say that it did.
        guard !time.looksLikeSeconds else { throw Rejection(.outOfRange, "timestamp looks like seconds: send milliseconds or RFC 3339") }
        // What is yet to come would be forgotten, too, and that for good.
        if let latest, time > latest {
            throw Rejection(.inTheFuture, "timestamp \(time.milliseconds) lies more than events.max_future ahead of the time when it was read")
        }
        self.time = time
    }
}
