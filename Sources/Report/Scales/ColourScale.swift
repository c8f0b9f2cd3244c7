import Foundation

/// Colours for numbers, from dark to light: cividis (Nuñez, Anderton & Renslow 2018), whose lightness rises evenly and
/// which looks the same with every kind of colour vision; greys where there are no colours.
struct ColourScale {
    /// How numbers are spread over the colours.
    enum Spread: Sendable, Hashable {
        case linear
        case log
        /// From 0 to 1.
        case share
    }

    /// The ends.
    let low: Double
    let high: Double
    private let spread: Spread
    private let colours: [Colour]

    private static let cividis: [Colour] = [
        0x00224E, 0x123570, 0x3B496C, 0x575D6D, 0x707173, 0x8A8678, 0xA59C74, 0xC3B369, 0xE1CC55,
        0xFEE838,
    ].map { Colour($0) }
    private static let greys: [Colour] = [0x1C1C1C, 0xDCDCDC].map { Colour($0) }

    /// A scale over these values.
    init(_ values: [Double], _ spread: Spread, isGrey: Bool) {
        colours = isGrey ? ColourScale.greys : ColourScale.cividis
        var spread = spread
        var shown = values.filter(\.isFinite)
        if spread == .log {
            shown = shown.filter { $0 > 0 }
            if shown.isEmpty { spread = .linear }
        }
        self.spread = spread
        let (least, most) = (shown.min() ?? 0, shown.max() ?? 1)
        switch spread {
        case .share: (low, high) = (0, 1)
        case .linear: (low, high) = least < most ? (least, most) : (least - 0.5, least + 0.5)
        case .log: (low, high) = least < most ? (least, most) : (least / 2, least * 2)
        }
    }

    /// How far up the scale a value lies, 0 … 1; what lies beyond an end lies at it.
    func share(_ value: Double) -> Double {
        let share =
            spread == .log
            ? (value > 0 ? Foundation.log(value / low) / Foundation.log(high / low) : 0)
            : (value - low) / (high - low)
        return min(1, max(0, share))
    }

    /// The colour of a value.
    func colour(_ value: Double) -> Colour { colour(share: share(value)) }

    /// The colour of a place on the scale, 0 … 1.
    func colour(share: Double) -> Colour {
        let place = share * Double(colours.count - 1)
        let first = min(Int(place), colours.count - 2)
        return colours[first].mixed(with: colours[first + 1], share: place - Double(first))
    }

    /// The colours with their places on the scale, 0 … 1; between two of them it is even.
    var stops: [(place: Double, colour: Colour)] {
        colours.enumerated().map { (Double($0.offset) / Double(colours.count - 1), $0.element) }
    }

    /// Round values with their places on the scale, 0 … 1.
    func ticks(most: Int) -> [AxisTick] {
        let values =
            spread == .log
            ? NiceTicks.log(low, high, most: most) : NiceTicks.linear(low, high, most: most)
        return zip(values, TickLabel.alike(values)).map {
            AxisTick(position: share($0), label: $1)
        }
    }
}
