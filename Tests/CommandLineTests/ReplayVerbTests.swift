import Foundation
import Testing

/// `replay`, and what `inspect` and `recommend` read from the state that it made.
@Suite struct ReplayVerbTests {
    private static let start = 1_511_544_070

    /// Users who look at two items of one of three kinds, and buy now and then: a log in the form of Taobao's.
    private static func log(users: Range<Int>) -> String {
        var lines: [String] = []
        for user in users {
            let time = start + user * 60
            lines.append("\(user),\(user % 3),7,pv,\(time)")
            lines.append("\(user),\(user % 3 + 10),7,\(user % 4 == 0 ? "buy" : "cart"),\(time + 5)")
            if user % 5 == 0 { lines.append("\(user),99,7,fav,\(time + 6)") }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    /// A folder with the log of 60 users, and their state.
    private static func replayed() throws -> ScratchFolder {
        let folder = try ScratchFolder()
        let log = try folder.add("log.csv", log(users: 0..<60))
        let run = try Freshet.run(["replay", "--input", log, "--format", "taobao", "--state", folder.path("state")])
        try #require(run.code == 0, "\(run.messages)")
        #expect(run.messages == "applied 120 (late 0), dead letters 0, duplicates 0, ignored 12, of 132 records\n")
        return folder
    }

    private func object(_ run: Freshet) throws -> [String: Any] {
        try #require(run.code == 0, "\(run.messages)")
        #expect(run.output.hasSuffix("}\n") && run.output.dropLast().allSatisfy { $0 != "\n" }, "one line")
        return try #require(try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any])
    }

    @Test func theStateIsShownWithItsPositionsSizesAndDigests() throws {
        let folder = try ReplayVerbTests.replayed()
        let state = try object(try Freshet.run(["inspect", "state", "--state", folder.path("state"), "--json"]))
        #expect(state["origin"] as? String == "files" && (state["batch"] as? Int ?? 0) > 0)
        #expect(state["offsets"] as? [String: [String: Int]] == ["log.csv": ["0": 133]])
        #expect(state["watermark"] as? String == "2017-11-24T18:19:15.000Z")
        let counts = try #require(state["counts"] as? [String: Int])
        #expect(counts["users"] == 60 && counts["items"] == 6 && counts["events_applied"] == 120)
        let digests = try #require(state["digests"] as? [String: String])
        #expect(
            Set(digests.keys) == ["users", "identities", "items", "pairs", "next", "popularity", "dedup", "engine", "catalogue", "rules", "erasures"])
        #expect(digests.values.allSatisfy { $0.count == 64 })
    }

    @Test func aLogInTheWrongFormatIsRefusedAndTheRightOneReadsAll() throws {
        let folder = try ScratchFolder()
        let log = try folder.add("log.csv", ReplayVerbTests.log(users: 0..<60))
        let wrong = try Freshet.run(["replay", "--input", log, "--state", folder.path("state")])
        #expect(wrong.code == 65, "\(wrong.messages)")
        for part in ["all 132 records are dead letters", "log.csv:1: malformed", "nothing is saved", "--format"] {
            #expect(wrong.messages.contains(part), "\(wrong.messages)")
        }
        let right = try Freshet.run(["replay", "--input", log, "--format", "taobao", "--state", folder.path("state")])
        #expect(right.code == 0 && right.messages.hasPrefix("applied 120 "), "\(right.messages)")
    }

    @Test func deadLettersAreToldOfByReasonWithTheFirstOne() throws {
        let folder = try ScratchFolder()
        let good = "{\"user_id\":\"u\",\"item_id\":\"i\",\"type\":\"click\",\"timestamp\":1764547200}\n"
        let log = try folder.add("log.jsonl", good + "no JSON\n{\"item_id\":\"i\",\"type\":\"click\"}\nno JSON\n")
        let run = try Freshet.run(["replay", "--input", log, "--state", folder.path("state")])
        #expect(run.code == 0)
        #expect(run.messages.contains("dead letters: malformed 2, missing_user 1; the first one is log.jsonl:2: malformed:"), "\(run.messages)")
        #expect(run.messages.contains("warning: the newest event is of early 1970"), "\(run.messages)")
    }

    @Test func eventsOfBotsAreToldAndWhoIsOne() throws {
        let folder = try ScratchFolder()
        let log = try folder.add("log.csv", (0..<30).map { "7,\($0),7,pv,\(ReplayVerbTests.start + $0 * $0)\n" }.joined())
        let configuration = try folder.add("freshet.yaml", "cleaning: {bots: {items_per_day_max: 20}}\n")
        let state = ["--config", configuration, "--state", folder.path("state")]
        let run = try Freshet.run(["replay", "--input", log, "--format", "taobao"] + state)
        #expect(run.messages == "applied 30 (late 0, of bots 10: breadth 10), dead letters 0, duplicates 0, ignored 0, of 30 records\n")
        let user = try object(try Freshet.run(["inspect", "user", "7", "--json"] + state))
        #expect((user["watch"] as? [String: Any])?["bot"] as? String == "breadth")
    }

    @Test func aReplayCutInTwoGivesTheSameDigests() throws {
        let whole = try ReplayVerbTests.replayed()
        let cut = try ScratchFolder()
        let log = try cut.add("log.csv", ReplayVerbTests.log(users: 0..<60))
        let replay = ["replay", "--input", log, "--format", "taobao", "--state", cut.path("state")]
        let until = "\(ReplayVerbTests.start + 30 * 60)000"
        let first = try Freshet.run(replay + ["--until", until])
        #expect(first.code == 0 && first.messages.hasPrefix("applied 61 "), "\(first.messages)")
        let second = try Freshet.run(replay)
        #expect(second.code == 0 && second.messages.hasPrefix("applied 59 "), "\(second.messages)")
        let third = try Freshet.run(replay)
        #expect(third.messages.hasSuffix("of 0 records\n"), "a file that was replayed to its end holds nothing new")
        func digests(_ folder: ScratchFolder) throws -> NSDictionary? {
            try object(try Freshet.run(["inspect", "state", "--state", folder.path("state"), "--json"]))["digests"] as? NSDictionary
        }
        #expect(try digests(whole) == digests(cut))
    }

    @Test func anItemAndAUserAreShown() throws {
        let folder = try ReplayVerbTests.replayed()
        let state = ["--state", folder.path("state"), "--json"]
        let item = try object(try Freshet.run(["inspect", "item", "0"] + state))
        #expect(item["item_id"] as? String == "0" && item["users"] as? Int == 20)
        let similar = try #require(item["similar"] as? [[String: Any]])
        #expect(similar.first?["item_id"] as? String == "10" && similar.first?["users"] as? Int == 20)
        let user = try object(try Freshet.run(["inspect", "user", "0"] + state))
        #expect(user["user_id"] as? String == "0" && user["events"] as? Int == 2)
        #expect((user["history"] as? [[String: Any]])?.compactMap { $0["item_id"] as? String }.sorted() == ["0", "10"])
    }

    @Test func whatTheStateDoesNotKnowIsBadInput() throws {
        let folder = try ReplayVerbTests.replayed()
        let state = ["--state", folder.path("state")]
        let item = try Freshet.run(["inspect", "item", "nothing"] + state)
        #expect(item.code == 65 && item.messages == "freshet inspect item: nothing is known of item 'nothing'\n")
        let user = try Freshet.run(["inspect", "user", "nobody"] + state)
        #expect(user.code == 65 && user.messages == "freshet inspect user: nothing is known of user 'nobody'\n" && user.output.isEmpty)
    }

    @Test func aListHasReasonsAndLeavesOutWhatWasBought() throws {
        let folder = try ReplayVerbTests.replayed()
        let state = ["--state", folder.path("state"), "--json"]
        let list = try object(try Freshet.run(["recommend", "--user", "0", "--top", "3"] + state))
        let items = try #require(list["items"] as? [[String: Any]])
        #expect(list["known"] as? Bool == true && list["rung"] as? String == "history" && items.count == 3)
        #expect(items.allSatisfy { $0["item_id"] as? String != "10" }, "user 0 bought it")
        for item in items {
            let shares = (item["because"] as? [[String: Any]] ?? []).compactMap { $0["share"] as? Double }
            #expect(!shares.isEmpty && abs(shares.reduce(0, +) - 1) < 1e-9)
        }
        let stranger = try object(try Freshet.run(["recommend", "--user", "nobody"] + state))
        #expect(stranger["known"] as? Bool == false && stranger["rung"] as? String == "popular")
        #expect((stranger["items"] as? [Any])?.count == 6, "there are not more items")
    }

    @Test func outputsAreLinesOfTopicKeyAndValue() throws {
        let folder = try ScratchFolder()
        let log = try folder.add("log.csv", ReplayVerbTests.log(users: 0..<10) + "not a row\n")
        let output = folder.path("out.jsonl")
        let run = try Freshet.run([
            "replay", "--input", log, "--format", "taobao", "--state", folder.path("state"), "--output", output,
        ])
        #expect(run.code == 0 && run.messages.contains("dead letters 1,"), "\(run.messages)")
        var topics: [String: Int] = [:]
        for line in try folder.text("out.jsonl").split(separator: "\n") {
            let object = try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
            topics[try #require(object["topic"] as? String), default: 0] += 1
        }
        #expect((topics["recommendations"] ?? 0) >= 10 && (topics["similar-items"] ?? 0) >= 6 && topics["dead-letters"] == 1, "\(topics)")
    }

    @Test func otherSettingsNeedAnotherState() throws {
        let folder = try ReplayVerbTests.replayed()
        let configuration = try folder.add("freshet.yaml", "limits: {users_max: 7}\n")
        let log = folder.path("log.csv")
        let run = try Freshet.run(["replay", "--input", log, "--format", "taobao", "--state", folder.path("state"), "--config", configuration])
        #expect(run.code == 78 && run.messages.contains("other settings") && run.messages.contains("--rebuild"), "\(run.messages)")
    }

    @Test func aStateInUseIsLeftAlone() throws {
        let folder = try ReplayVerbTests.replayed()
        let descriptor = open(folder.path("state/lock"), O_RDWR)
        #expect(flock(descriptor, LOCK_EX | LOCK_NB) == 0)
        defer { close(descriptor) }
        let run = try Freshet.run(["inspect", "state", "--state", folder.path("state")])
        #expect(run.code == 75 && run.messages.contains("is in use by process"), "\(run.messages)")
    }

    @Test(
        arguments: [
            ([], 64, "give either --input or --from"), (["--input", "a", "--from", "0"], 64, "give either --input or --from"),
            (["--input", "/nowhere/log.csv"], 65, "/nowhere/log.csv"),
            (["--input", "/nowhere/log.csv", "--format", "taobo"], 64, "did you mean 'taobao'?"),
            (["--input", "/nowhere/a.csv", "/elsewhere/a.csv"], 64, "two inputs are called a.csv"),
            (["--input", "a", "--until", "tomorrow"], 64, "--until takes a time"), (["--from", "0"], 64, "--config is missing"),
        ] as [([String], Int32, String)])
    func mistakesHaveTheirCode(_ arguments: [String], _ code: Int32, _ part: String) throws {
        let folder = try ScratchFolder()
        let run = try Freshet.run(["replay"] + arguments + ["--state", folder.path("state")])
        #expect(run.code == code && run.messages.contains(part), "\(run.code): \(run.messages)")
        #expect(run.output.isEmpty)
    }

    @Test func aFolderWithoutStateIsSaidToBeOne() throws {
        let folder = try ScratchFolder()
        for verb in [["inspect", "state"], ["recommend", "--user", "u"]] {
            let run = try Freshet.run(verb + ["--state", folder.path("state")])
            #expect(run.code != 0 && run.messages.contains(folder.path("state")), "\(run.code): \(run.messages)")
        }
    }
}
