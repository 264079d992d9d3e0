import Testing

/// `freshet bench` without a broker.
@Suite struct BenchVerbTests {
    private let folder: ScratchFolder

    init() throws { folder = try ScratchFolder() }

    private func bench(_ arguments: String...) throws -> Freshet {
        try Freshet.run(["bench", "--json", folder.path("bench.json")] + arguments)
    }

    @Test func aCatalogueIsMeasuredBesideAShopWithout() throws {
        let run = try bench("--catalogue", "300", "--users", "50", "--events", "1000")
        #expect(run.code == 0, "\(run.messages)")
        for figure in ["catalogue.record", "catalogue.memory", "catalogue.event.factor", "catalogue.start", "retraction.lists", "retraction.seconds"]
        {
            #expect(run.output.contains(figure), "\(figure) in \(run.output)")
        }
    }

    @Test func growthIsFiguresAndAPage() throws {
        let run = try bench("--growth", "200,20", "--html", folder.path("bench.html"))
        #expect(run.code == 0 && run.messages.isEmpty, "\(run.messages)")
        for figure in ["growth.proportional.20.event", "growth.fixed.200.pair", "growth.fixed.event.factor"] {
            #expect(run.output.contains(figure))
            #expect(try folder.text("bench.json").contains("\"\(figure)\":{\"value\":"))
        }
        let page = try folder.text("bench.html")
        #expect(page.contains("Decoding and applying an event</h2>") && page.contains("<svg"))
    }

    @Test(arguments: [
        (["--growth", "10,x"], "--growth takes whole numbers from 1 to 100000000 divided by commas"),
        (["--growth", "10", "--brokers", "127.0.0.1:1"], "--brokers has no meaning with --growth"),
        (["--soak"], "--soak needs --brokers HOST:PORT"),
        (["--soak", "--brokers", "127.0.0.1:1", "--rates", "1,2"], "with --soak, --rates takes one rate"),
        (["--soak", "--beside", "peer"], "--soak has no meaning with --beside"),
    ])
    func whatDoesNotGoTogetherIsTold(_ arguments: [String], _ message: String) throws {
        let run = try Freshet.run(["bench", "--json", folder.path("bench.json")] + arguments)
        #expect(run.code == 64 && run.messages.contains(message), "\(run.messages)")
    }

    @Test func aPageThatCannotBeWrittenIsToldBeforeTheWork() throws {
        let run = try bench("--growth", "10000000", "--html", folder.path("none/bench.html"))
        #expect(run.code == 78 && run.messages.contains("none/bench.html: cannot be written"), "\(run.messages)")
    }
}
