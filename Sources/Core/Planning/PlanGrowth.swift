/// A plan of which not every cell is trained, and what its planner has asked for so far.
package struct PlanGrowth: Sendable {
    /// A round as the ledger keeps it.
    package struct Round: Sendable, Hashable {
        /// What decided it: rounds of other settings say nothing about this plan.
        package var settings: String
        /// Its number among the rounds of these settings, from 0.
        package var number: Int
        /// What it is for.
        package var kind: PlanRound.Kind
        /// Its cells in order.
        package var cells: [CellID]
        /// The phase inferred for each site of an audit, by the site's cells.
        package var inferred: [CellID: Phase]

        /// A round.
        package init(
            settings: String, number: Int, kind: PlanRound.Kind, cells: [CellID],
            inferred: [CellID: Phase] = [:]
        ) {
            self.settings = settings
            self.number = number
            self.kind = kind
            self.cells = cells
            self.inferred = inferred
        }
    }

    /// The plan over the whole grid.
    package let plan: SweepPlan
    /// What was asked for, and what is known.
    package private(set) var planner: Planner
    /// Everything that decides which cells are asked for, as canonical JSON.
    package let settings: String
    /// How many of the rounds are the ledger's.
    package private(set) var recorded = 0
    private var numbers: [CellID: PlanCell] = [:]

    /// The growth of a plan, with nothing asked for yet; nil where every cell of the plan is trained.
    package init?(_ plan: SweepPlan) {
        let spec = plan.spec
        guard spec.refinement != nil || spec.race != nil else { return nil }
        self.plan = plan
        planner = Planner(
            extents: spec.axes.map(\.values.count), seeds: spec.seeds.count,
            refinement: spec.refinement, race: spec.race, turns: BudgetLine.turns(plan))
        settings = CanonicalJSON.text(PlanGrowth.settings(plan))
    }

    private static func settings(_ plan: SweepPlan) -> JSONValue {
        let spec = plan.spec
        let origin = plan.cell(PlanCell(site: 0, seed: 0))
        var members: [String: JSONValue] = [
            "origin": .string(origin.id.hex),
            "rule": .array(PhaseRule.keys.compactMap { $0.json(spec.phaseRule, .identity) }),
            "axes": .array(
                spec.axes.map { axis in
                    .object([
                        "path": .string(axis.path),
                        "values": .array(axis.values.map(JSONValue.number)),
                        "labels": .array(axis.labels.map(JSONValue.string)),
                    ])
                }),
            "seeds": .array(spec.seeds.map { .number(Double($0)) }),
        ]
        if let refinement = spec.refinement {
            members["refine"] = refinement.json(.identity)
        }
        switch spec.stop {
        case .decided, .budget: break
        // Phases that were not measured have a say in what is asked for.
        case .predicted, .reachable: members["stop"] = .string(spec.stop.rawValue)
        }
        if let race = spec.race {
            members["race"] = .array(race.settings.map { .number(Double($0)) })
        }
        return .object(members)
    }

    /// The cells asked for, round by round.
    package var askedCells: [PlannedCell] {
        var seen: Set<PlanCell> = []
        return planner.rounds.flatMap(\.cells).filter { seen.insert($0).inserted }
            .map(plan.cell)
    }

    /// Takes over, before anything else, the ledger's rounds of the same settings.
    package mutating func restore(_ rounds: [Round]) {
        let own = rounds.filter { $0.settings == settings }.sorted { $0.number < $1.number }
        guard !own.isEmpty else { return }
        let named = Set(own.flatMap(\.cells))
        var known: [CellID: PlanCell] = [:]
        for cell in plan.cells where named.contains(cell.id) { known[cell.id] = cell.number }
        // A ledger that has lost some of a round's cells has lost the rounds from there on: they are made again.
        let whole = own.enumerated().prefix { place, round in
            round.number == place && round.cells.allSatisfy { known[$0] != nil }
        }
        planner.restore(
            whole.map { _, round in
                PlanRound(
                    round.kind, round.cells.compactMap { known[$0] },
                    inferred: Dictionary(
                        round.inferred.compactMap { id, phase in
                            known[id].map { ($0.site, phase) }
                        }, uniquingKeysWith: { $1 }))
            })
        numbers = known
        recorded = planner.rounds.count
    }

    /// Asks for round after round as far as results are known.
    package mutating func advance() {
        while ask() != nil {
            continue
        }
    }

    /// Takes in how a cell of the plan ended; nil where it was given up.
    package mutating func tell(_ cell: PlanCell, _ phase: Phase?) { planner.tell(cell, phase) }

    /// Takes in how a cell that was asked for ended.
    package mutating func tell(_ cell: CellID, _ phase: Phase?) {
        guard let number = numbers[cell] else { return }
        planner.tell(number, phase)
    }

    /// The next round with its cells; nil while cells of the last one have not ended, and when there is none.
    package mutating func ask() -> (round: Round, cells: [PlannedCell])? {
        let plan = plan
        let made = planner.ask { site in
            plan.cell(PlanCell(site: site, seed: 0)).id.ticket(0)
        }
        guard let made else { return nil }
        let cells = made.cells.map(plan.cell)
        for cell in cells { numbers[cell.id] = cell.number }
        return (round(planner.rounds.count - 1, cells), cells)
    }

    /// The rounds so far from this number on, as the ledger keeps them.
    package func rounds(from first: Int) -> [Round] {
        planner.rounds.indices.dropFirst(first).map { number in
            round(number, planner.rounds[number].cells.map(plan.cell))
        }
    }

    private func round(_ number: Int, _ cells: [PlannedCell]) -> Round {
        let made = planner.rounds[number]
        return Round(
            settings: settings, number: number, kind: made.kind, cells: cells.map(\.id),
            inferred: Dictionary(
                made.inferred.map { site, phase in
                    (plan.cell(PlanCell(site: site, seed: 0)).id, phase)
                }, uniquingKeysWith: { $1 }))
    }

    /// Cells of the audit that is still to come, of what is inferred now.
    package var auditLeft: Int {
        let inferred = planner.inferred
        return planner.auditedCells(
            inferred.indices.filter { inferred[$0] != nil }
        ) { plan.cell(PlanCell(site: $0, seed: 0)).id.ticket(0) }
    }

    /// Whether nothing more will be asked for.
    package var isFinished: Bool { planner.isFinished }

    /// Where a cell stands that is not verified, in nobody's hands and not given up.
    ///
    /// - Parameters:
    ///   - cell: the cell.
    ///   - inferred: `planner.inferred`, to be asked for once for many cells.
    /// - Returns: missing, inferred or deferred.
    package func standing(_ cell: PlanCell, inferred: [Phase?]) -> CellStatus {
        if planner.isAsked(cell) { return .missing }
        return inferred[cell.site].map(CellStatus.inferred) ?? .deferred
    }
}
