import Foundation

/// Places values of an axis along a line in px.
struct PlotScale {
    private let axis: Plot.Axis
    /// The values at the two ends.
    let low: Double
    let high: Double
    /// Where these lie; the second is above the first where `from` > `to`.
    let from: Double
    let to: Double

    /// Room for step 0, in px.
    private static let zeroRoom = 24.0

    /// A scale of an axis that shows these values, between two places.
    init(_ axis: Plot.Axis, values: [Double], from: Double, to: Double) {
        self.axis = axis
        self.from = from
        self.to = to
        (low, high) = PlotScale.ends(axis, values)
    }

    /// The ends that are asked for, else those of the values with a little room.
    private static func ends(_ axis: Plot.Axis, _ values: [Double]) -> (Double, Double) {
        if let range = axis.range { return (range.lowerBound, range.upperBound) }
        switch axis.scale {
        case .steps:
            return (0, max(10, values.filter(\.isFinite).max() ?? 10))
        case .linear:
            let finite = values.filter(\.isFinite)
            guard let low = finite.min(), let high = finite.max() else { return (0, 1) }
            let room = high > low ? 0.04 * (high - low) : max(abs(high) * 0.1, 0.5)
            return (low - room, high + room)
        case .log:
            let positive = values.filter { $0.isFinite && $0 > 0 }
            // Twenty decades hold everything of interest; what underflows ends at the bottom.
            let high = log10(positive.max() ?? 1)
            let low = max(log10(positive.min() ?? 0.1), high - 20)
            let spread = max(high - low, 0.5)
            return (pow(10, low - 0.05 * spread), pow(10, low + 1.05 * spread))
        }
    }

    /// Where a value lies; nil for one that has no place.
    func position(_ value: Double) -> Double? {
        guard value.isFinite else { return nil }
        switch axis.scale {
        case .linear:
            return from + (value - low) / (high - low) * (to - from)
        case .log:
            guard value >= 0 else { return nil }
            let place = value > 0 ? max(log10(value), log10(low)) : log10(low)
            return from + (place - log10(low)) / log10(high / low) * (to - from)
        case .steps:
            guard value > 0 else { return from }
            guard value <= high else { return nil }
            return from + PlotScale.zeroRoom
                + log10(max(1, value)) / log10(high) * (to - from - PlotScale.zeroRoom)
        }
    }

    /// The labelled ticks, at most so many.
    func ticks(most: Int) -> [AxisTick] {
        let values: [Double]
        if let ticks = axis.ticks {
            values = ticks
        } else {
            switch axis.scale {
            case .linear: values = NiceTicks.linear(low, high, most: most)
            case .log: values = NiceTicks.log(low, high, most: most)
            case .steps:
                let decades = Int(log10(high) + 1e-9)
                let stride = max(1, (decades + most) / max(1, most))
                values =
                    [0]
                    + (0...decades).filter { $0.isMultiple(of: stride) }
                    .map { pow(10, Double($0)) }
            }
        }
        return zip(values, labels(values)).compactMap { value, label in
            position(value).map { AxisTick(position: $0, label: label) }
        }
    }

    private func labels(_ values: [Double]) -> [TickLabel] {
        guard axis.labels.isEmpty else { return axis.labels.map { .plain($0) } }
        guard axis.scale == .steps else { return TickLabel.alike(values) }
        // 0 and 1 stand beside 10, 10², 10³.
        return values.map { value in
            value < 10
                ? .plain(NumberText.fixed(value))
                : .power(mantissa: nil, exponent: Int(log10(value).rounded()))
        }
    }
}
