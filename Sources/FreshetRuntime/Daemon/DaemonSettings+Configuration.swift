import FreshetCore

extension DaemonSettings {
    /// What a configuration says to a daemon.
    public init(_ configuration: Configuration, nonce: String) {
        let inputs = configuration.topics.events.map { topic in
            InputTopic(
                name: topic.name,
                decoder: EventDecoder(format: topic.format, topicType: topic.type, recordBytesMax: configuration.events.maxRecordBytes))
        }
        var outputs: [OutputTopic: String] = [:]
        for output in OutputTopic.allCases { outputs[output] = configuration.topics.name(of: output) }
        self.init(inputs: inputs, outputs: outputs, settingsDigest: configuration.settingsDigest, nonce: nonce)
        for side in SideTopic.allCases { sides[side] = configuration.topics.name(of: side) }
        group = configuration.kafka.group
        filesDigest = configuration.filesDigest
        settingsText = configuration.storedText
        if configuration.topics.create { createdTopics = configuration.outputTopics }
        delivery = configuration.kafka.delivery
        batchMaxWait = Int(configuration.batch.maxWait)
        batchEventsMax = configuration.batch.eventsMax
        maxFuture = configuration.events.maxFuture
        pauseAfter = configuration.events.pauseAfter
        ticks = configuration.events.tick
        checkpointInterval = configuration.state.checkpointInterval
        checkpointEventsMax = configuration.state.checkpointEventsMax
        pseudonyms = configuration.privacy.pseudonymsInForce
    }
}
