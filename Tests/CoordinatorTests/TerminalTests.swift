import Core
import System
import TestSupport
import Testing

@testable import Coordinator

@Suite("ProgressLine")
struct ProgressLineTests {
    private func verified(_ steps: Int) -> CellStatus {
        .verified(PhaseVerdict(.grokking, ""), stopReason: .decided, stepsRun: steps)
    }

    private func status(
        _ cells: [CellStatus], slots: Int = 2, seconds: Double, steps: Double
    ) -> SweepStatus {
        var status = SweepStatus(cells: cells)
        status.slots = slots
        status.seconds = seconds
        status.steps = steps
        return status
    }

    @Test("before anything has moved the line counts, and says when nobody trains")
    func beginning() {
        var line = ProgressLine(budget: 1000)
        let empty = Array(repeating: CellStatus.missing, count: 4)
        #expect(
            line.text(status(empty, slots: 0, seconds: 0, steps: 0))
                == "0/4 cells  0 running  waiting for slots")
        #expect(
            line.text(status(empty, slots: 1, seconds: 0.2, steps: 10)) == "0/4 cells  0 running")
    }

    @Test("the time left is what is left of the budget at the latest speed")
    func budget() {
        var line = ProgressLine(budget: 1000)
        let cells: [CellStatus] = [.running(step: 0, budget: 1000), .missing, .missing, .missing]
        _ = line.text(status(cells, seconds: 0, steps: 0))
        let later: [CellStatus] = [.running(step: 200, budget: 1000), .missing, .missing, .missing]
        // 4 × 1000 − 200 steps at 100 a second
        #expect(
            line.text(status(later, seconds: 2, steps: 200))
                == "0/4 cells  1 running  100 steps/s  about 38 s left")
    }

    @Test("cells that ended early shorten the time left")
    func early() {
        var line = ProgressLine(budget: 100_000)
        let before: [CellStatus] = [.running(step: 0, budget: 1000), .missing, .missing]
        _ = line.text(status(before, seconds: 0, steps: 0))
        // One cell took 5000; two more of that size at 1,250 a second.
        #expect(
            line.text(status([verified(5000), .missing, .missing], seconds: 4, steps: 5000))
                == "1/3 cells  0 running  1,250 steps/s  about 8 s left")
    }

    @Test("only the last twenty seconds make the speed")
    func window() {
        var line = ProgressLine(budget: 100_000)
        let cells: [CellStatus] = [.running(step: 0, budget: 1000), .missing]
        _ = line.text(status(cells, seconds: 0, steps: 0))
        _ = line.text(status(cells, seconds: 10, steps: 100_000))
        _ = line.text(status(cells, seconds: 30, steps: 100_000))
        let text = line.text(status(cells, seconds: 31, steps: 100_210))
        #expect(text.contains("210 steps/s"))
    }

    @Test("failed cells are counted, and nothing is left when all is done")
    func failed() {
        var line = ProgressLine(budget: 1000)
        let cells: [CellStatus] = [verified(1000), .failed(reason: "x")]
        _ = line.text(status(cells, seconds: 0, steps: 0))
        #expect(
            line.text(status(cells, seconds: 1, steps: 1000))
                == "1/2 cells  0 running  1 failed  1,000 steps/s")
    }

    @Test(
        "durations are rounded up to what matters",
        arguments: [
            (0.1, "1 s"), (38.2, "39 s"), (99.9, "100 s"), (100, "2 min"), (3600, "60 min"),
            (5400, "1 h 30 min"), (7190, "2 h 0 min"), (90_000, "25 h 0 min"),
            (1e30, "more than a year"),
        ])
    func durations(_ seconds: Double, _ text: String) {
        #expect(TimeText.words(seconds) == text)
        #expect(TimeText.json(seconds) == .number(seconds.rounded(.up)))
    }

    @Test("a count of steps beyond every integer is a bound, not a trap")
    func counts() {
        #expect(1234.0.grouped == "1,234")
        #expect(0x1p64.grouped == "more than 9,007,199,254,740,992")
        #expect(Double.infinity.grouped.hasPrefix("more than"))
    }

    @Test(
        "thousands are separated",
        arguments: [
            (0, "0"), (999, "999"), (1000, "1,000"), (18_300, "18,300"),
            (1_234_567, "1,234,567"), (-1000, "-1,000"),
        ])
    func grouped(_ number: Int, _ text: String) {
        #expect(number.grouped == text)
    }
}

@Suite("Screen")
struct ScreenTests {
    @Test("only a real terminal gets a live picture, in colour unless NO_COLOR has a value")
    func style() {
        func style(_ terminal: Bool, _ environment: [String: String], quiet: Bool = false)
            -> Screen.Style
        {
            Screen.style(quiet: quiet, isTerminal: terminal, environment: environment)
        }
        #expect(style(true, ["TERM": "xterm"]) == .live(colour: true))
        #expect(style(true, ["TERM": "xterm", "NO_COLOR": "1"]) == .live(colour: false))
        #expect(style(true, ["TERM": "xterm", "NO_COLOR": ""]) == .live(colour: true))
        #expect(style(true, ["TERM": "dumb"]) == .plain)
        #expect(style(true, [:]) == .plain)
        #expect(style(false, ["TERM": "xterm"]) == .plain)
        #expect(style(true, ["TERM": "xterm"], quiet: true) == .quiet)
    }
}

@Suite("Colours")
struct ColourTests {
    @Test("colours are shown on terminals that have them, unless NO_COLOR is set")
    func colours() {
        func has(_ isTerminal: Bool, _ environment: [String: String]) -> Bool {
            Screen.hasColour(isTerminal: isTerminal, environment: environment)
        }
        #expect(has(true, ["TERM": "xterm"]))
        #expect(has(true, ["TERM": "xterm", "NO_COLOR": ""]))
        #expect(!has(true, ["TERM": "xterm", "NO_COLOR": "1"]))
        #expect(!has(true, ["TERM": "dumb"]))
        #expect(!has(true, [:]))
        #expect(!has(false, ["TERM": "xterm"]))
    }
}

@Suite("Screen's block")
struct ScreenBlockTests {
    @Test("no line is as wide as the terminal, or each refresh would leave one behind")
    func narrow() {
        var screen = Screen(.live(colour: false))
        let text = screen.block(
            map: [String(repeating: "C", count: 50)],
            line: String(repeating: "x", count: 90), on: (columns: 20, rows: 24))
        let lines = text.split(separator: "\n").map { $0.replacing("\u{1B}[2K", with: "") }
        #expect(lines.map(\.count) == [19, 19])
    }

    @Test("a terminal made narrower has wrapped what was drawn, which is wiped all the same")
    func resized() {
        var screen = Screen(.live(colour: false))
        let line = String(repeating: "x", count: 70)
        _ = screen.block(map: ["map"], line: line, on: (columns: 80, rows: 24))
        // 3 columns take one row of 20, 70 columns four.
        #expect(
            screen.block(map: ["map"], line: line, on: (columns: 20, rows: 24))
                .hasPrefix("\u{1B}[5A\u{1B}[J"))
        #expect(
            screen.block(map: ["map"], line: line, on: (columns: 80, rows: 24))
                .hasPrefix("\u{1B}[2A\u{1B}[J"))
    }
}

@Suite("What run says at its end")
struct ClosingWordsTests {
    private func words(trained: Int, _ cells: [CellStatus], begun: Int = 0) -> String {
        RunCommand.closingWords(trained: trained, CellTally(cells), begun: begun)
    }
    private let verified = CellStatus.verified(
        PhaseVerdict(.grokking, ""), stopReason: .decided, stepsRun: 1)
    private let failed = CellStatus.failed(reason: "")

    @Test("nothing was to be trained only where every cell is there")
    func nothing() {
        #expect(
            words(trained: 0, [verified, verified]) == "nothing to train: all 2 cells are there")
        #expect(
            words(trained: 0, [failed, failed]) == "trained 0 cells: 0 of 2 are there, 2 failed")
        #expect(
            words(trained: 0, [verified, failed]) == "trained 0 cells: 1 of 2 are there, 1 failed")
    }

    @Test("what was ended early is never said to be there, in no command")
    func ended() throws {
        let verdict = PhaseVerdict(.memorization, "")
        let away = CellStatus.unreachable(verdict, stepsRun: 1)
        #expect(
            words(trained: 0, [verified, away, away])
                == "nothing to train: 1 of 3 cells are there, 2 out of reach")
        #expect(
            words(trained: 0, [.predicted(verdict, stepsRun: 1), .inferred(.grokking)])
                == "nothing to train: 0 of 1 cells are there, 1 predicted")
        let plan = try Sample.plan()
        let lines = PlanCommand.describe(
            plan, CellTally([verified, away, .inferred(.grokking), .deferred]), left: 0, nil)
        #expect(
            lines.hasSuffix(
                "cells: 4, done: 1, missing: 0, out of reach: 1, inferred: 1, not asked for: 1"))
    }

    @Test("a title cannot steer the terminal")
    func title() throws {
        let plan = try SweepPlan(
            try SweepSpec(
                parsing: Sample.text() + "title: \"a\\nb\\e[31m\"\n", named: "t"))
        let lines = PlanCommand.describe(plan, CellTally([verified]), left: 0, nil)
        #expect(lines.hasPrefix("tiny: a\\nb\\u{1b}[31m\n"))
    }

    @Test("a plan tells how seeds are raced, what is refined, and every clock")
    func settings() throws {
        let spec = try SweepSpec(
            parsing: """
                sweep: s
                axes:
                  learning_rate: {path: optimizer.learning_rate, log: [1.0e-4, 1.0e-2], points: 17}
                  activation: {path: model.activation, values: [tanh, relu]}
                seeds: {at_least: 3, at_most: 7, until: lead 2}
                refine: {probes: 0.05}
                phase_rule: {sustain: 4}
                record: {clocks: [{sustain: 9, train_accuracy: 0.8}]}

                """, named: "s.yaml")
        #expect(
            spec.settingLines == [
                "seeds: 3 to 7 as they come in, until lead 2",
                "refine: pitch learning_rate 2; ring 1, probes 0.05, audit 0.05",
                "rule: train ≥ 0.9, validation ≥ 0.9, sustain 4, gap 1000 steps, stop: decided",
                "clock: train ≥ 0.8, validation ≥ 0.9, sustain 9",
            ])
        #expect(spec.settings["seeds"]?[["at_most"]] == .number(7))
        #expect(spec.settings["refine"]?[["pitch", "learning_rate"]] == .number(2))
        #expect(spec.settings["phase_rule"]?[["sustain"]] == .number(4))
        guard case .array(let clocks)? = spec.settings["clocks"] else {
            Issue.record("no clocks")
            return
        }
        #expect(clocks.first?[["sustain"]] == .number(9))
        let plain = try Sample.plan(seeds: 2).spec
        #expect(plain.settingLines.count == 2 && plain.settings["refine"] == .null)
        let lines = PlanCommand.describe(
            try Sample.plan(seeds: 2), CellTally([verified]), left: 0, nil)
        #expect(lines.contains("\n  seeds: 0 1\n  rule: train ≥ 0.9, validation ≥ 0.9, sustain 1,"))
    }

    @Test("what is missing and begun is counted, what failed is not among it")
    func missing() {
        #expect(words(trained: 1, [verified]) == "trained 1 cells: 1 of 1 are there")
        #expect(
            words(trained: 1, [verified, failed, .missing, .missing], begun: 1)
                == "trained 1 cells: 1 of 4 are there, 1 failed, 2 still missing (1 of them begun): "
                + "run again to resume")
    }
}

@Suite("The line for workers of other machines")
struct InvitationTests {
    @Test("it names an address that others can use and the keys to give")
    func invitation() throws {
        #expect(
            try SweepRun.invitation("tcp://0.0.0.0:5555", host: .ipv4("10.1.2.3"), serverKey: "Z85")
                == "listening: grokmap-worker --connect tcp://10.1.2.3:5555 --key NAME.key "
                + "--server-key 'Z85'")
        #expect(
            try SweepRun.invitation("tcp://127.0.0.1:5555", host: .ipv4("10.1.2.3"), serverKey: nil)
                == "listening: grokmap-worker --connect tcp://127.0.0.1:5555")
    }
}

@Suite("ListenAddress")
struct ListenAddressTests {
    private func answer(_ address: String, encrypted: Bool = false) -> String {
        problem { try ListenAddress.check(address, encrypted: encrypted) }
    }

    @Test(
        "this machine's own addresses may be listened on in the clear",
        arguments: [
            "tcp://127.0.0.1:5555", "tcp://127.3.2.1:*", "tcp://localhost:1", "tcp://[::1]:65535",
            "ipc:///tmp/x.sock",
        ])
    func loopback(_ address: String) { #expect(answer(address) == "no error") }

    @Test(
        "every other address needs keys",
        arguments: ["tcp://*:5555", "tcp://0.0.0.0:5555", "tcp://10.0.0.1:1", "tcp://eth0:1"])
    func open(_ address: String) {
        #expect(
            answer(address)
                == "cannot listen: \(address): anyone who reaches it could read and hand in "
                + "results (hint: make keys with grokmap keys create and name their directory "
                + "with --keys)")
        #expect(answer(address, encrypted: true) == "no error")
    }

    @Test("a name that only begins like this machine's is not this machine's")
    func disguised() {
        #expect(answer("tcp://127.evil.example:1").hasPrefix("cannot listen: "))
        #expect(answer("tcp://localhost.evil.example:1").hasPrefix("cannot listen: "))
    }

    @Test(
        "what is no address is refused with an example",
        arguments: ["", "5555", "localhost:5555", "tcp://", "tcp://:5", "udp://a:1", "ipc://"])
    func malformed(_ address: String) {
        #expect(
            answer(address)
                == "cannot listen: \(address): not an address "
                + "(hint: write tcp://HOST:PORT, for example tcp://127.0.0.1:5555)")
    }

    @Test("ports are numbers up to 65535", arguments: ["", "x", "65536", "-1"])
    func ports(_ port: String) {
        #expect(
            answer("tcp://127.0.0.1:\(port)")
                == "cannot listen: tcp://127.0.0.1:\(port): \"\(port)\" is not a port")
    }
}

@Suite("CellAddress")
struct CellAddressTests {
    private let plan: SweepPlan

    init() throws { plan = try Sample.plan(seeds: 2) }

    private func find(_ address: String) throws -> String {
        let cell = try CellAddress.find(address, in: plan)
        return plan.label(cell.point)
    }

    @Test("the first digits of an identity name a cell, in either case")
    func digits() throws {
        for cell in plan.cells {
            #expect(try CellAddress.find(cell.id.short, in: plan).id == cell.id)
            #expect(try CellAddress.find(cell.id.hex.uppercased(), in: plan).id == cell.id)
        }
    }

    @Test("coordinates name the nearest cell, separated by blanks or commas")
    func coordinates() throws {
        #expect(try find("rate=0.009 decay=1.4 seed=1") == "rate=0.01 decay=1 seed=1")
        #expect(try find("seed=0,decay=99,rate=0") == "rate=0.001 decay=2 seed=0")
    }

    @Test("names of categories may hold what parts coordinates")
    func categories() throws {
        let text = """
            sweep: words
            axes:
              arm: {arms: {"a, b=1": {}, "a": {model.hidden: [4]}, "a,=x": {model.hidden: [5]}}}
              rate: {path: optimizer.decoder.learning_rate, values: [0.001, 0.01]}
            """
        let plan = try SweepPlan(try SweepSpec(parsing: text, named: "w"))
        for name in ["a, b=1", "a", "a,=x"] {
            for address in ["arm=\(name),rate=0.01", "rate=0.01 arm=\(name)"] {
                let cell = try CellAddress.find(address, in: plan)
                #expect(plan.label(cell.point) == "arm=\(name) rate=0.01 seed=0")
            }
        }
    }

    @Test("too little said names several cells, and two of them are shown")
    func several() {
        let message = problem { _ = try find("rate=0.01 seed=0") }
        #expect(message.hasPrefix("cannot find the cell: rate=0.01 seed=0: 3 cells fit, "))
        #expect(message.hasSuffix("(hint: say more of them)"))
        #expect(problem { _ = try find("") }.contains("12 cells fit"))
    }

    @Test("nothing found says what to write")
    func nothing() {
        #expect(
            problem { _ = try find("zz") }
                == "cannot find the cell: zz: no planned cell fits (hint: give the first digits "
                + "of its identity, or axis=value pairs with seed=N)")
        #expect(
            problem { _ = try find("colour=1") }
                == "cannot find the cell: colour=1: no such axis "
                + "(hint: the axes are rate, decay)")
        #expect(
            problem { _ = try find("rate=fast") }
                == "cannot find the cell: rate=fast: not a number")
        for value in ["nan", "inf"] {
            let message = problem { _ = try find("rate=\(value) decay=0 seed=0") }
            #expect(message.hasSuffix("not a number"))
        }
        #expect(
            problem { _ = try find("rate=0.01,rate=0.001,decay=0,seed=0") }
                .contains("it says rate twice"))
        #expect(
            problem { _ = try find("rate=1 seed=9") }
                == "cannot find the cell: seed=9: not a seed of the sweep")
    }
}
