import Core
import Sweeps
import Testing

@testable import Coordinator

@Suite struct ExplainCommandTests {
    @Test("validation labels that training never shows are counted, and what follows is said")
    func ceiling() {
        // Sums 0 to 3; the only example of label 3 is validated on, label 1 occurs on both sides.
        let split = ExampleSplit(
            inputs: [0, 0, 0, 1, 1, 0, 1, 2], symbolsPerExample: 2, labels: [0, 1, 1, 3],
            train: [0, 1], validation: [2, 3])
        #expect(split.reachableValidationCount == 1)
        let strict = ExplainCommand.ceiling(of: split, under: PhaseRule())
        #expect(
            strict == """
                split: 1 of 2 validation examples have a label that occurs in training, less than \
                the rule asks for: no run on this split is likely to generalise
                """)
        let loose = ExplainCommand.ceiling(of: split, under: PhaseRule(validationAccuracy: 0.5))
        #expect(loose == "split: 1 of 2 validation examples have a label that occurs in training")
        var whole = split
        whole.validation = [2]
        #expect(ExplainCommand.ceiling(of: whole, under: PhaseRule()) == nil)
    }

    /// A site of three seeds that stand so, in a table of it alone.
    private func site(_ statuses: [CellStatus], extra: String = "") throws -> SweepTable {
        let plan = try Sample.plan(seeds: 3, extra: extra)
        let rows = zip(plan.cells.filter { $0.number.site == 0 }, statuses).map {
            SweepTable.Row(cell: $0, status: $1, attempts: 0, result: nil, checkpoint: nil)
        }
        return SweepTable(plan: plan, rows: rows, open: [], growth: nil)
    }

    private static let grokking = CellStatus.verified(
        PhaseVerdict(.grokking, "it came late"), stopReason: .decided, stepsRun: 9)
    private static let away = CellStatus.unreachable(
        PhaseVerdict(.memorization, "its split shows too little"), stepsRun: 9)

    @Test("a cell that was not trained is told with its phase or none, and why")
    func untrained() throws {
        func words(_ statuses: [CellStatus]) throws -> String {
            let table = try site(statuses)
            return ExplainCommand.standing(table.rows[0], table, hasFile: false)
                .joined(separator: "; ")
        }
        #expect(
            try words([.inferred(.grokking), .deferred, .deferred])
                == "state: inferred; phase: grokking, inferred: not trained, since the measured "
                + "sites around it agree")
        #expect(try words([.deferred, Self.grokking, Self.grokking]).contains("without this seed"))
        #expect(try words([.deferred, .deferred, .deferred]).contains("has not reached its site"))
        #expect(
            try words([.missing, .missing, .missing])
                == "state: missing; phase: none yet, the cell's file is missing")
        #expect(
            try words([Self.grokking, .missing, .missing])
                == "state: verified; phase: grokking, because it came late; "
                + "file: missing; the next run puts it back")
    }

    @Test("programs read the agreement of the cell's site and the reason that people read")
    func facts() throws {
        func members(_ statuses: [CellStatus]) throws -> [String: JSONValue] {
            let table = try site(statuses)
            let facts = CellFacts(table.rows[0], table, attempts: [], now: [], path: "/none")
            guard case .object(let members) = facts.json else { return [:] }
            return members
        }
        let away = try members([Self.away, Self.grokking, Self.grokking])
        #expect(away["reason"] == .string("its split shows too little"))
        #expect(away["agreement"] == .number(2.0 / 3) && away["sampling"] == .string("fixed"))
        let deferred = try members([.deferred, Self.grokking, Self.grokking])
        #expect(deferred["reason"] != .null && deferred["phase"] == .null)
        // No axis has the name of a member, which would hide it.
        let own = Set(away.keys).subtracting(["rate", "decay", "weight_norm"])
        for name in own {
            let axis = "axes: {\(name): {path: steps, values: [5]}}"
            #expect(throws: SweepError.self, "\(name)") {
                try SweepSpec(parsing: "sweep: a\n\(axis)", named: "a.yaml")
            }
        }
        // Of part of a site nothing is said about all of it.
        let part = try site([Self.grokking, Self.grokking])
        #expect(part.rows.allSatisfy { $0.site == nil })
    }

    @Test("a file that does not do is told with what it lacks: an end, a decision, a record")
    func shortage() throws {
        let cell = try #require(try Sample.cells(1).first).id
        func words(_ extra: String, _ change: (inout CellOutcome) -> Void) throws -> String {
            var outcome = Sample.outcome()
            change(&outcome)
            return ExplainCommand.shortage(
                outcome, of: cell, in: try Sample.plan(extra: extra).spec)
        }
        #expect(
            try words("") { $0.stopReason = .unreachable }
                == "its run ended as unreachable, and the sweep's stop is decided now")
        #expect(
            try words("stop: budget") { _ in }
                == "its run ended as decided, and the sweep's stop is budget now")
        #expect(
            try words("record: {measures: [rqi]}") { _ in }
                == "its file lacks what the sweep records")
    }

    @Test("a checkpoint is told with where it can be resumed")
    func checkpoint() {
        #expect(
            ExplainCommand.describe(Sample.stored(2, step: 512))
                == "checkpoint: resumes at step 512 of attempt 2, on fast with OpenBLAS core"
                + " Haswell only")
    }

    @Test("the effective theory's remark is about the cell's own split")
    func theory() throws {
        func remark(_ fraction: Double) throws -> String {
            let cell = try CellDefinition(parsing: "{train_fraction: \(fraction), seed: 0}")
            return try #require(TheoryRemark.text(of: cell))
        }
        #expect(try remark(0.9).contains("n0 = 2"))
        #expect(try remark(0.1).contains("no unique linear representation"))
    }

    @Test(
        "any representation learning rate has a remark that is true of it",
        arguments: [
            ("1.0e-3", "step scale 1/(λ3 η_R) = "), ("1.0e-21", "more than 9,007,199,254,740,992"),
            ("5.0e-324", "more than 9,007,199,254,740,992"), ("1.0e+300", "η_R) = 0"),
            ("0", "never reaches"),
        ])
    func rates(_ rate: String, _ words: String) throws {
        let cell = try CellDefinition(
            parsing: "{train_fraction: 0.9, optimizer: {representation: {learning_rate: \(rate)}}}")
        let remark = try #require(TheoryRemark.text(of: cell))
        #expect(remark.contains("fixes the linear representation") && remark.contains(words))
    }

    @Test(
        "of what the theory is not about there is no remark",
        arguments: [
            "model: {combination: matrix-product, embedding: 1}", "task: {symbols: 2}",
            "model: {embedding: 2}", "task: {kind: modular}",
        ])
    func noTheory(_ text: String) throws {
        #expect(TheoryRemark.text(of: try CellDefinition(parsing: text)) == nil)
    }
}
