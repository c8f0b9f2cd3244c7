/// How many cells stand where.
package struct CellTally: Sendable, Equatable {
    /// All cells.
    package private(set) var cells = 0
    /// Cells still to be trained, by nobody now.
    package private(set) var missing = 0
    /// Cells in slots' hands.
    package private(set) var running = 0
    /// Cells with a verified file.
    package private(set) var verified = 0
    /// Cells given up.
    package private(set) var failed = 0
    /// Cells whose phase is taken from measured sites around them.
    package private(set) var inferred = 0
    /// Cells that are not asked for.
    package private(set) var deferred = 0
    /// Cells that were ended early as ones that do not generalise.
    package private(set) var predicted = 0
    /// Cells that were ended because their split puts generalisation out of reach.
    package private(set) var unreachable = 0
    private var phases: [Phase: Int] = [:]

    /// The tally of these cells.
    package init(_ cells: some Sequence<CellStatus>) {
        for cell in cells {
            self.cells += 1
            switch cell {
            case .missing: missing += 1
            case .running: running += 1
            case .verified(let verdict, _, _):
                verified += 1
                phases[verdict.phase, default: 0] += 1
            case .failed: failed += 1
            case .inferred: inferred += 1
            case .deferred: deferred += 1
            case .predicted: predicted += 1
            case .unreachable: unreachable += 1
            }
        }
    }

    /// How many cells are in each phase, in the order of the phases.
    package var byPhase: [(phase: Phase, count: Int)] {
        Phase.allCases.map { ($0, phases[$0] ?? 0) }
    }

    /// The phases in words: `14 comprehension, 9 grokking, …`.
    package var phaseWords: String {
        byPhase.map { "\($0.count) \($0.phase.name)" }.joined(separator: ", ")
    }
}
