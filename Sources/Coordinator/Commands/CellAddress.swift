import Core
import System

/// Finds the cell a person means: by the first digits of its identity, or by `axis=value` pairs.
enum CellAddress {
    /// The one cell that an address names.
    ///
    /// - Throws: `CoordinatorError` when none or several fit.
    static func find(_ address: String, in plan: SweepPlan) throws(CoordinatorError) -> PlannedCell
    {
        let found =
            address.contains("=")
            ? try byCoordinates(address, plan)
            : plan.cells.filter { $0.id.hex.hasPrefix(address.lowercased()) }
        guard let cell = found.first else {
            throw CoordinatorError(
                "find the cell", address, "no planned cell fits",
                hint: "give the first digits of its identity, or axis=value pairs with seed=N")
        }
        guard found.count == 1 else {
            throw CoordinatorError(
                "find the cell", address,
                "\(found.count) cells fit, the first two being "
                    + found.prefix(2).map { "\($0.id.short) (\(plan.label($0.point)))" }
                    .joined(separator: " and "),
                hint: "say more of them")
        }
        return cell
    }

    /// The pairs of an address, parted by commas or blanks; names of categories may hold both, and `=`.
    private static func pairs(_ address: String, _ axes: [Axis]) -> [String] {
        var pairs: [String] = []
        var end = address.startIndex
        for piece in address.split(whereSeparator: { $0 == "," || $0 == " " }) {
            let joined = pairs.last.map { $0 + address[end..<piece.endIndex] }
            if let joined, !piece.contains("=") || beginsCategory(joined, axes) {
                pairs[pairs.count - 1] = joined
            } else {
                pairs.append(String(piece))
            }
            end = piece.endIndex
        }
        return pairs
    }

    /// Whether a pair says a category's name, or the beginning of one.
    private static func beginsCategory(_ pair: String, _ axes: [Axis]) -> Bool {
        let halves = pair.split(separator: "=", maxSplits: 1)
        guard halves.count == 2, let axis = axes.first(where: { $0.name == halves[0] }) else {
            return false
        }
        return axis.labels.contains { $0.hasPrefix(halves[1]) }
    }

    /// Cells whose coordinates lie nearest to the given values.
    private static func byCoordinates(
        _ address: String, _ plan: SweepPlan
    ) throws(CoordinatorError) -> [PlannedCell] {
        var wanted: [Int: Int] = [:]
        var named: Set<String> = []
        var seed = plan.spec.seeds.count == 1 ? 0 : nil
        for pair in pairs(address, plan.spec.axes) {
            let halves = pair.split(separator: "=", maxSplits: 1).map(String.init)
            guard halves.count == 2 else {
                throw CoordinatorError("find the cell", pair, "not an axis=value pair")
            }
            guard named.insert(halves[0]).inserted else {
                throw CoordinatorError(
                    "find the cell", address, "it says \(halves[0]) twice", hint: "say it once")
            }
            if halves[0] == "seed" {
                let value = Double(halves[1])
                guard let place = plan.spec.seeds.firstIndex(where: { Double($0) == value }) else {
                    throw CoordinatorError("find the cell", pair, "not a seed of the sweep")
                }
                seed = place
                continue
            }
            guard let axis = plan.spec.axes.firstIndex(where: { $0.name == halves[0] }) else {
                let names = plan.spec.axes.map(\.name).joined(separator: ", ")
                throw CoordinatorError(
                    "find the cell", pair, "no such axis", hint: "the axes are \(names)")
            }
            guard let place = plan.spec.axes[axis].index(of: halves[1]) else {
                let labels = plan.spec.axes[axis].labels
                throw CoordinatorError(
                    "find the cell", pair,
                    labels.isEmpty ? "not a number" : "the axis has no such value",
                    hint: labels.isEmpty ? nil : "its values are \(labels.joined(separator: "; "))")
            }
            wanted[axis] = place
        }
        return plan.cells.filter { cell in
            wanted.allSatisfy { cell.point.axes[$0.key] == $0.value }
                && (seed == nil || cell.point.seed == seed)
        }
    }
}
