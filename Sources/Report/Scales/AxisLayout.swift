import Core
import Foundation

/// Where an axis' values lie along a line: one span per value, drawn from the smallest to the largest.
struct AxisLayout {
    /// How distances along the line relate to values.
    enum Spacing: Equatable {
        case linear
        case log
        /// One equal slot per value, where true distances would leave some too narrow to see.
        case even
        /// One equal slot per category, apart from its neighbours.
        case apart
    }

    /// One value's place along the line, in px from its low end.
    struct Span: Equatable {
        var low: Double
        var high: Double
        var middle: Double { (low + high) / 2 }
        var size: Double { high - low }
    }

    /// The axis.
    let axis: Axis
    /// How distances relate to values.
    let spacing: Spacing
    /// Whether zero has a slot of its own, before a break, on a log axis.
    let hasZeroSlot: Bool
    /// Indices into the axis' values in drawing order, smallest value first.
    let order: [Int]
    /// The spans in drawing order.
    let spans: [Span]
    /// Length of the line in px.
    let length: Double

    /// Px between the slot of zero and the rest.
    static let breakGap = 9.0

    /// Lays an axis out over `length` px.
    init(_ axis: Axis, length: Double) {
        self.axis = axis
        self.length = length
        let values = axis.values
        order = values.indices.sorted { values[$0] < values[$1] }
        let sorted = order.map { values[$0] }
        let wanted = AxisLayout.spacing(axis, sorted)
        let zero = wanted == .log && sorted.first == 0
        let spans = AxisLayout.spans(sorted, wanted, zeroSlot: zero, length: length)
        let least = spans.map(\.size).min() ?? 0
        if wanted != .even, wanted != .apart, least < 0.3 * length / Double(sorted.count) {
            spacing = .even
            hasZeroSlot = false
            self.spans = AxisLayout.spans(sorted, .even, zeroSlot: false, length: length)
        } else {
            spacing = wanted
            hasZeroSlot = zero
            self.spans = spans
        }
    }

    /// Log where the sweep file says so, or where named values, all positive but for one zero, spread over 1.5
    /// decades or more and are not evenly spaced.
    private static func spacing(_ axis: Axis, _ sorted: [Double]) -> Spacing {
        guard !axis.isCategorical else { return .apart }
        let positive = sorted.filter { $0 > 0 }
        guard let low = positive.first, let high = positive.last, low < high,
            sorted.count - positive.count <= 1, (sorted.first ?? 0) >= 0
        else { return .linear }
        switch axis.scale {
        case .linear: return .linear
        case .log: return .log
        case .categories: return .apart
        case .values:
            let steps = zip(sorted.dropFirst(), sorted).map { $0 - $1 }
            let even = steps.allSatisfy { abs($0 - steps[0]) <= 0.01 * steps[0] }
            return high / low >= pow(10, 1.5) && !even ? .log : .linear
        }
    }

    private static func spans(
        _ sorted: [Double], _ spacing: Spacing, zeroSlot: Bool, length: Double
    ) -> [Span] {
        let count = Double(sorted.count)
        if spacing == .apart {
            let slot = (length - (count - 1) * breakGap) / count
            return sorted.indices.map { place in
                let low = Double(place) * (slot + breakGap)
                return Span(low: low, high: low + slot)
            }
        }
        if zeroSlot {
            let slot = (length - breakGap) / count
            let rest = spans(
                Array(sorted.dropFirst()), spacing, zeroSlot: false,
                length: length - breakGap - slot)
            return [Span(low: 0, high: slot)]
                + rest.map {
                    Span(low: $0.low + slot + breakGap, high: $0.high + slot + breakGap)
                }
        }
        let places =
            switch spacing {
            case .linear: sorted
            case .log: sorted.map(log10)
            case .even, .apart: sorted.indices.map(Double.init)
            }
        guard let first = places.first, let last = places.last, places.count > 1 else {
            return [Span(low: 0, high: length)]
        }
        let inner = zip(places, places.dropFirst()).map { ($0 + $1) / 2 }
        // The outermost cells are as wide outwards as they are inwards.
        let edges = [2 * first - inner[0]] + inner + [2 * last - inner[inner.count - 1]]
        let scale = length / (edges[edges.count - 1] - edges[0])
        return zip(edges, edges.dropFirst()).map {
            Span(low: ($0 - edges[0]) * scale, high: ($1 - edges[0]) * scale)
        }
    }

    /// Where a value lies along the line, whether it is one of the axis' or not; nil outside.
    func position(of value: Double) -> Double? {
        let low = hasZeroSlot ? 1 : 0
        guard spacing != .even, spacing != .apart, spans.count - low >= 2 else { return nil }
        guard spacing != .log || value > 0 else { return nil }
        let place: (Double) -> Double = spacing == .log ? { log10($0) } : { $0 }
        let first = place(axis.values[order[low]])
        let last = place(axis.values[order[order.count - 1]])
        // The outermost cells are symmetric about their values, so these two fix the scale.
        let start = spans[low].middle
        let end = spans[spans.count - 1].middle
        let position = start + (place(value) - first) / (last - first) * (end - start)
        guard position >= spans[low].low - 1e-9, position <= length + 1e-9 else { return nil }
        return position
    }

    /// Where the value at this place of the drawing order lies within its span.
    func valuePosition(_ place: Int) -> Double {
        if hasZeroSlot, place == 0 { return spans[0].middle }
        return position(of: axis.values[order[place]]) ?? spans[place].middle
    }

    /// The line between the cells before and after this place of the drawing order, 0…count; across the break it
    /// runs in the middle of the gap.
    func edge(_ place: Int) -> Double {
        guard place > 0 else { return spans[0].low }
        guard place < spans.count else { return length }
        return (spans[place - 1].high + spans[place].low) / 2
    }

    /// The uninterrupted stretches of the line: two where zero has a slot of its own, one per category.
    var stretches: [Span] {
        guard spacing != .apart else { return spans }
        guard hasZeroSlot, spans.count > 1 else { return [Span(low: 0, high: length)] }
        return [spans[0], Span(low: spans[1].low, high: length)]
    }

    /// The middle of the axis break, where there is one.
    var breakPosition: Double? { hasZeroSlot && spans.count > 1 ? edge(1) : nil }
}
