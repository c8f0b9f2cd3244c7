import Core
import Foundation

/// The step axis of a learning curve: logarithmic from step 1, with step 0 in front of it.
struct CurveScale {
    private let last: Double
    private let left: Double
    private let width: Double
    private static let zeroRoom = 24.0

    /// A scale over steps 0…`lastStep` that starts at `left` px.
    init(lastStep: Int, left: Double, width: Double) {
        last = log10(Double(max(lastStep, 10)))
        self.left = left
        self.width = width
    }

    /// Where a step lies, in px.
    func x(_ step: Int) -> Double {
        guard step > 0 else { return left }
        return left + CurveScale.zeroRoom + log10(Double(step)) / last
            * (width - CurveScale.zeroRoom)
    }

    /// Step 0, the decades, and bare ticks between them.
    var ticks: [AxisTick] {
        var ticks = [AxisTick(position: left, label: .plain("0"))]
        for exponent in 0...Int(last.rounded(.down)) {
            let decade = Int(pow(10, Double(exponent)).rounded())
            let label: TickLabel =
                exponent == 0 ? .plain("1") : .power(mantissa: nil, exponent: exponent)
            ticks.append(AxisTick(position: x(decade), label: label))
        }
        return ticks
    }

    /// A path through the points of a curve: broken where a value has no place, and thinned to each pixel column's
    /// first, lowest, highest and last point.
    func path(_ steps: [Int], _ values: [Double], y: (Double) -> Double?) -> String {
        var path = ""
        var run: [(x: Double, y: Double)] = []
        func flush() {
            for (number, point) in CurveScale.thinned(run).enumerated() {
                path +=
                    "\(number == 0 ? "M" : "L")\(NumberText.fixed(point.x, 1)) "
                    + NumberText.fixed(point.y, 1)
            }
            run = []
        }
        for (step, value) in zip(steps, values) {
            guard let place = y(value) else {
                flush()
                continue
            }
            run.append((x(step), place))
        }
        flush()
        return path
    }

    private static func thinned(
        _ points: [(x: Double, y: Double)]
    ) -> [(x: Double, y: Double)] {
        var kept: [(x: Double, y: Double)] = []
        var start = 0
        while start < points.count {
            var end = start
            while end + 1 < points.count, Int(points[end + 1].x) == Int(points[start].x) {
                end += 1
            }
            let places = start...end
            let low = places.min { points[$0].y < points[$1].y } ?? start
            let high = places.max { points[$0].y < points[$1].y } ?? end
            kept += Set([start, low, high, end]).sorted().map { points[$0] }
            start = end + 1
        }
        return kept
    }
}
