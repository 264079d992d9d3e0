extension BrokerScenario {
    /// The scripts: what the commit protocol stands on.
    ///
    /// A commit has answered before its markers are written, and only the next `open` waits for them: so each script opens before it reads.
    package static let all: [BrokerScenario] = [
        BrokerScenario(
            "a transaction commits records and offsets",
            [
                .topics(client: 0), .open(client: 0), .committed(client: 0), .begin(client: 0), .produce(client: 0, value: "a"),
                .send(client: 0, offset: 3, metadata: "b=1;n=x"), .read(client: 0), .commit(client: 0), .open(client: 0), .committed(client: 0),
                .read(client: 0), .poll(client: 0), .range(client: 0, records: 1),
            ]),
        BrokerScenario(
            "an abort leaves nothing",
            [
                .open(client: 0), .begin(client: 0), .produce(client: 0, value: "a"), .send(client: 0, offset: 1, metadata: "b=1;n=x"),
                .commit(client: 0), .begin(client: 0), .produce(client: 0, value: "b"), .send(client: 0, offset: 2, metadata: "b=2;n=x"),
                .abort(client: 0), .open(client: 0), .committed(client: 0), .read(client: 0), .poll(client: 0), .begin(client: 0),
                .produce(client: 0, value: "c"), .commit(client: 0), .open(client: 0), .read(client: 0), .poll(client: 0), .committed(client: 0),
            ]),
        BrokerScenario(
            "offsets that do not move carry a new text",
            [
                .open(client: 0), .begin(client: 0), .send(client: 0, offset: 0, metadata: "b=0;n=x"), .commit(client: 0), .committed(client: 0),
                .begin(client: 0), .send(client: 0, offset: 0, metadata: "b=1;n=x"), .commit(client: 0), .committed(client: 0),
            ]),
        BrokerScenario(
            "a second instance fences the first",
            [
                .open(client: 0), .begin(client: 0), .produce(client: 0, value: "a"), .send(client: 0, offset: 1, metadata: "b=1;n=x"),
                .open(client: 1), .committed(client: 1), .commit(client: 0), .committed(client: 1), .begin(client: 1),
                .produce(client: 1, value: "b"), .send(client: 1, offset: 1, metadata: "b=1;n=y"), .commit(client: 1), .open(client: 1),
                .read(client: 1), .committed(client: 1), .open(client: 0), .committed(client: 0), .begin(client: 0),
                .produce(client: 0, value: "c"), .abort(client: 0), .open(client: 0), .poll(client: 0),
            ]),
        BrokerScenario(
            "a dead client's transaction ends with the next one's start",
            [
                .open(client: 0), .begin(client: 0), .produce(client: 0, value: "a"), .produce(client: 0, value: "b"), .open(client: 1),
                .read(client: 1), .poll(client: 1), .begin(client: 1), .produce(client: 1, value: "c"), .commit(client: 1), .open(client: 1),
                .read(client: 1),
            ]),
        BrokerScenario(
            "calls out of order are errors",
            [
                .open(client: 0), .produce(client: 0, value: "a"), .send(client: 0, offset: 1, metadata: "b=1;n=x"), .begin(client: 0),
                .begin(client: 0), .produce(client: 0, value: "b"), .commit(client: 0), .open(client: 0), .read(client: 0),
            ]),
    ]
}
