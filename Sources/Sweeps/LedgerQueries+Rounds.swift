package import Core
import GRDB
package import System

extension LedgerQueries {
    /// The rounds that planners have made, in order; rows that cannot be read are left out.
    package func rounds() throws(SystemError) -> [PlanGrowth.Round] {
        try read("rounds") { db in
            // A ledger of a time before there were any has none.
            guard try db.tableExists("rounds") else { return [] }
            var cells: [Int: [(cell: CellID, inferred: Phase?)]] = [:]
            for row in try Row.fetchAll(db, sql: "SELECT * FROM round_cells ORDER BY round, place")
            {
                guard let round: Int = row.sound("round"), let cell = row.cell else { continue }
                let inferred: String? = row.sound("inferred")
                cells[round, default: []].append((cell, inferred.flatMap(Phase.init(name:))))
            }
            return try Row.fetchAll(db, sql: "SELECT * FROM rounds ORDER BY round").compactMap {
                row -> PlanGrowth.Round? in
                guard let place: Int = row.sound("round"), let number: Int = row.sound("number"),
                    let word: String = row.sound("kind"),
                    let kind = PlanRound.Kind(rawValue: word),
                    let count: Int = row.sound("cells"), let own = cells[place],
                    own.count == count, let settings: String = row.sound("settings")
                else { return nil }
                return PlanGrowth.Round(
                    settings: settings, number: number, kind: kind, cells: own.map(\.cell),
                    inferred: Dictionary(
                        own.compactMap { cell, phase in phase.map { (cell, $0) } },
                        uniquingKeysWith: { $1 }))
            }
        }
    }
}
