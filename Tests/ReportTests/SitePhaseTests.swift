import Core
import Testing

@testable import Report

@Suite("SitePhase")
struct SitePhaseTests {
    private func verdicts(_ letters: String) -> [PhaseVerdict] {
        letters.compactMap { letter in
            Phase.allCases.first { $0.letter == letter }.map { PhaseVerdict($0, "") }
        }
    }

    @Test(
        "the majority wins, a tie goes to the later of C, G, M, X",
        arguments: [
            ("C", Phase.comprehension, 1, Phase?.none),
            ("GGG", .grokking, 3, nil),
            ("CCG", .comprehension, 2, .grokking),
            ("CG", .grokking, 1, .comprehension),
            ("GM", .memorization, 1, .grokking),
            ("CX", .confusion, 1, .comprehension),
            ("CCGGM", .grokking, 2, .comprehension),
            ("CGMX", .confusion, 1, .memorization),
            ("CCCGM", .comprehension, 3, .memorization),
        ])
    func majority(_ letters: String, _ phase: Phase, _ votes: Int, _ runnerUp: Phase?) throws {
        for order in [letters, String(letters.reversed())] {
            let site = try #require(SitePhase(verdicts(order)))
            #expect(site.phase == phase)
            #expect(site.votes == votes)
            #expect(site.decided == letters.count)
            #expect(site.runnerUp == runnerUp)
            #expect(site.isDisputed == (runnerUp != nil))
        }
    }

    @Test("a site without verdicts has no phase")
    func none() {
        #expect(SitePhase([]) == nil)
    }

    @Test("one uncertain verdict makes the site uncertain")
    func uncertain() {
        let verdicts = [PhaseVerdict(.grokking, ""), PhaseVerdict(.grokking, "", uncertain: true)]
        #expect(SitePhase(verdicts)?.uncertain == true)
    }

    @Test(
        "a phase comes before running, running before failed, failed before missing",
        arguments: [
            ("·r!C", "phase", true), ("CCC", "phase", false), ("·r!", "running", false),
            ("·!", "failed", false), ("··", "missing", false), ("ii", "inferred G", false),
            ("CC-", "phase", false), ("C·-", "phase", true), ("iC", "phase", true),
            ("--", "deferred", false), ("-·", "missing", false),
            ("uu", "unreachable M", false), ("uuG", "unreachable M", false),
            ("uM", "phase", false), ("uGG", "phase", false), ("u·", "unreachable M", true),
        ])
    func summary(_ letters: String, _ kind: String, _ partial: Bool) {
        let summary = SiteSummary(Samples.cells(letters))
        let found =
            switch summary.kind {
            case .phase: "phase"
            case .running(let share): share == 0.35 ? "running" : "share \(share)"
            case .failed: "failed"
            case .missing: "missing"
            case .deferred: "deferred"
            case .inferred(let phase): "inferred \(phase.letter)"
            case .predicted(let phase): "predicted \(phase.letter)"
            case .unreachable(let phase): "unreachable \(phase.phase.letter)"
            }
        #expect(found == kind)
        #expect(summary.isPartial == partial)
    }

    @Test("counts over a map add up to its sites and cells")
    func counts() {
        let grid = SiteGrid(Samples.specialStates)
        let counts = SiteCounts(grid, grid.places)
        #expect(counts.allSites == 24)
        #expect(counts.allCells == 72)
        #expect(counts.uncertain == 1)
    }
}

@Suite("BoundaryTracer")
struct BoundaryTracerTests {
    private func trace(_ rows: [String]) -> [[GridCorner]] {
        BoundaryTracer(columns: rows[0].count, rows: rows.count) { column, row in
            let letter = Array(rows[row])[column]
            return letter == " " ? nil : letter
        }.lines
    }

    private func corner(_ column: Int, _ row: Int) -> GridCorner {
        GridCorner(column: column, row: row)
    }

    @Test("one class has no boundary")
    func uniform() {
        #expect(trace(["CC", "CC"]).isEmpty)
    }

    @Test("a straight boundary is two corners")
    func straight() {
        #expect(trace(["CG", "CG", "CG"]) == [[corner(1, 0), corner(1, 3)]])
    }

    @Test("a staircase is one line with a corner per turn")
    func staircase() {
        #expect(
            trace(["CGG", "CCG"])
                == [[corner(1, 0), corner(1, 1), corner(2, 1), corner(2, 2)]])
    }

    @Test("an island is one closed line")
    func island() throws {
        let lines = trace(["CCC", "CGC", "CCC"])
        #expect(lines.count == 1)
        let line = try #require(lines.first)
        #expect(line.first == line.last)
        #expect(Set(line) == [corner(1, 1), corner(2, 1), corner(2, 2), corner(1, 2)])
    }

    @Test("lines end where three classes meet")
    func junction() {
        let lines = trace(["CG", "MM"])
        #expect(lines.count == 3)
        #expect(lines.allSatisfy { $0.contains(corner(1, 1)) })
    }

    @Test("no line runs beside a cell without a class")
    func unknown() {
        #expect(trace(["C G"]).isEmpty)
    }

    @Test("every unlike pair has its edge drawn once")
    func everyEdge() {
        let rows = Samples.published6b
        var wanted = 0
        for (i, row) in rows.map(Array.init).enumerated() {
            for j in row.indices {
                if j + 1 < row.count, row[j] != row[j + 1] { wanted += 1 }
                if i + 1 < rows.count, row[j] != Array(rows[i + 1])[j] { wanted += 1 }
            }
        }
        let drawn = trace(rows).flatMap { line in
            zip(line, line.dropFirst()).map {
                abs($0.column - $1.column) + abs($0.row - $1.row)
            }
        }.reduce(0, +)
        #expect(drawn == wanted)
    }
}
