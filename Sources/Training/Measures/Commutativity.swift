import Core

/// Whether a network that was trained on (a, b) gives the same answer to (b, a), which it was not (Tan & Huang 2023).
struct Commutativity: MeasureProbe {
    static let measures: [Measure] = [.commutativityAccuracy, .commutativityDistance]

    private let isAccuracy: Bool
    /// Trained pairs, and in the same order their mirrors.
    private let pairs, mirrors: [Int32]
    private let outputs: Int

    init(_ measure: Measure, _ problem: borrowing CellProblem) {
        isAccuracy = measure == .commutativityAccuracy
        outputs = problem.outputs
        guard let order = problem.configuration.task.pairs else {
            (pairs, mirrors) = ([], [])
            return
        }
        let trained = Set(problem.split.train)
        let inputs = problem.examples.inputs
        let found = problem.split.train.compactMap { row -> (Int32, Int32)? in
            let (a, b) = (Int(inputs[2 * Int(row)]), Int(inputs[2 * Int(row) + 1]))
            guard a != b, let mirror = order.number(of: b, a), !trained.contains(Int32(mirror))
            else { return nil }
            return (row, Int32(mirror))
        }
        pairs = found.map(\.0)
        mirrors = found.map(\.1)
    }

    func values(_ model: some Model) -> [Double] {
        let (left, right) = (model.outputs(of: pairs), model.outputs(of: mirrors))
        return [Commutativity.of(left, right, width: outputs, isAccuracy: isAccuracy)]
    }

    /// Share of rows with the same largest place, or mean distance of the rows.
    static func of(_ left: [Double], _ right: [Double], width: Int, isAccuracy: Bool) -> Double {
        let rows = left.count / width
        var sum = 0.0
        for start in stride(from: 0, to: left.count, by: width) {
            let (a, b) = (left[start..<start + width], right[start..<start + width])
            if isAccuracy {
                sum += largest(a) == largest(b) ? 1 : 0
            } else {
                sum += zip(a, b).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }.squareRoot()
            }
        }
        return sum / Double(rows)
    }

    /// The first place of the largest number.
    private static func largest(_ values: ArraySlice<Double>) -> Int {
        var best = values.startIndex
        for place in values.indices where values[place] > values[best] { best = place }
        return best - values.startIndex
    }
}
