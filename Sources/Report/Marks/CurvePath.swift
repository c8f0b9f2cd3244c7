/// A path through the points of a curve in px: broken where a point has no place, and thinned to each pixel column's first,
/// lowest, highest and last point.
struct CurvePath {
    /// The path's data.
    let data: String

    /// A path through points; nil breaks it.
    init(_ points: [(x: Double, y: Double)?]) {
        var data = ""
        var run: [(x: Double, y: Double)] = []
        func flush() {
            for (number, point) in CurvePath.thinned(run).enumerated() {
                data +=
                    "\(number == 0 ? "M" : "L")\(NumberText.fixed(point.x, 1)) "
                    + NumberText.fixed(point.y, 1)
            }
            run = []
        }
        for point in points {
            if let point { run.append(point) } else { flush() }
        }
        flush()
        self.data = data
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
