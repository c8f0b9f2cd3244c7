import Core
import Foundation

/// A tick of an axis.
struct AxisTick: Equatable {
    /// Px from the axis' low end.
    var position: Double
    /// Its text; nil for a tick without one.
    var label: TickLabel?
}

/// Chooses the ticks of an axis: a bare one at every value, labels at decades of a log axis, at round numbers of a linear
/// one where its values are not round themselves, and else at values; as many as fit, in one notation.
struct AxisTicks {
    /// The direction a label's extent is measured in.
    enum Direction {
        case horizontal
        case vertical
    }

    /// The ticks, by position.
    let ticks: [AxisTick]

    /// Ticks of a laid-out axis whose labels have this font size in px.
    init(_ layout: AxisLayout, _ direction: Direction, fontSize: Double) {
        let sorted = layout.order.map { layout.axis.values[$0] }
        let labels =
            layout.axis.isCategorical
            ? layout.order.map { TickLabel.plain(layout.axis.labels[$0]) } : TickLabel.alike(sorted)
        let values = zip(sorted.indices, labels).map { place, label in
            AxisTick(position: layout.valuePosition(place), label: label)
        }
        guard !layout.axis.isCategorical else {
            ticks = values
            return
        }
        let extent: (AxisTick) -> Double = { tick in
            switch direction {
            case .horizontal: tick.label?.width(fontSize) ?? 0
            case .vertical: fontSize
            }
        }
        let labelled: [AxisTick]
        if layout.spacing == .log {
            let decades = AxisTicks.decades(layout)
            let named = layout.axis.scale == .values
            let zero = layout.hasZeroSlot ? Array(values.prefix(1)) : []
            let thinned = AxisTicks.thinned(decades, extent)
            if named && AxisTicks.fit(values, extent) || thinned.count < 2 {
                labelled = AxisTicks.thinned(values, extent)
            } else {
                labelled = zero + thinned
            }
        } else if layout.spacing == .linear, sorted.contains(where: { !AxisTicks.isShort($0) }) {
            let round = AxisTicks.round(layout, sorted, extent)
            labelled = round.count >= 2 ? round : AxisTicks.thinned(values, extent)
        } else {
            labelled = AxisTicks.thinned(values, extent)
        }
        let bare =
            values
            .filter { value in !labelled.contains { abs($0.position - value.position) < 0.01 } }
            .map { AxisTick(position: $0.position, label: nil) }
        ticks = (labelled + bare).sorted { $0.position < $1.position }
    }

    private static func decades(_ layout: AxisLayout) -> [AxisTick] {
        let positive = layout.axis.values.filter { $0 > 0 }
        guard let low = positive.min(), let high = positive.max() else { return [] }
        // Values such as 1e-5 come out of log10 a rounding error off their decade.
        let first = Int((log10(low) - 1e-9).rounded(.up))
        let last = Int((log10(high) + 1e-9).rounded(.down))
        guard first <= last else { return [] }
        let range = first...last
        return range.compactMap { exponent in
            layout.position(of: pow(10, Double(exponent))).map {
                AxisTick(position: $0, label: .power(mantissa: nil, exponent: exponent))
            }
        }
    }

    /// Whether three digits say a value exactly.
    private static func isShort(_ value: Double) -> Bool {
        Double(NumberText.value(value, digits: 3)) == value
    }

    /// Round numbers between the outermost values, as many as fit.
    private static func round(
        _ layout: AxisLayout, _ sorted: [Double], _ extent: (AxisTick) -> Double
    ) -> [AxisTick] {
        guard let low = sorted.first, let high = sorted.last else { return [] }
        for most in stride(from: 8, to: 1, by: -1) {
            let numbers = NiceTicks.linear(low, high, most: most)
            let ticks = zip(numbers, TickLabel.alike(numbers)).compactMap { number, label in
                layout.position(of: number).map { AxisTick(position: $0, label: label) }
            }
            if fit(ticks, extent) { return ticks }
        }
        return []
    }

    /// More labels than this are a wall of numbers, even where they fit.
    private static let most = 17

    /// Every n-th tick for the smallest n at which labels do not touch.
    private static func thinned(
        _ ticks: [AxisTick], _ extent: (AxisTick) -> Double
    ) -> [AxisTick] {
        for stride in 1...max(1, ticks.count) {
            let chosen = ticks.indices.filter { $0 % stride == 0 }.map { ticks[$0] }
            if chosen.count <= most, fit(chosen, extent) { return chosen }
        }
        return Array(ticks.prefix(1))
    }

    /// How far labels reach beyond the two ends of an axis of this length.
    func overhang(_ length: Double, fontSize: Double) -> (low: Double, high: Double) {
        ticks.reduce(into: (low: 0, high: 0)) { over, tick in
            let half = (tick.label?.width(fontSize) ?? 0) / 2
            over.low = max(over.low, half - tick.position)
            over.high = max(over.high, tick.position + half - length)
        }
    }

    private static func fit(_ ticks: [AxisTick], _ extent: (AxisTick) -> Double) -> Bool {
        zip(ticks, ticks.dropFirst()).allSatisfy { before, after in
            after.position - before.position >= (extent(before) + extent(after)) / 2 + 4
        }
    }
}
