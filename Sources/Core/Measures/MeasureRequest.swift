/// A measure as a sweep asks for it.
package struct MeasureRequest: Sendable, Hashable {
    /// The measure.
    package var measure: Measure
    /// Steps between two evaluations; nil leaves the steps to the measure's cost.
    package var every: Int?

    /// A request.
    package init(_ measure: Measure, every: Int? = nil) {
        self.measure = measure
        self.every = every
    }

    /// Whether it is evaluated at the steps of the curve rather than at steps of its own.
    package var followsCurve: Bool { every == nil && measure.cost == .cheap }

    /// The first step of its own after this one; the first of all is 0.
    package func step(after step: Int) -> Int {
        guard step >= 0 else { return 0 }
        if let every { return (step / every + 1) * every }
        return max(step + 1, step + step / 10)
    }
}

extension MeasureRequest: Codable {
    private enum Key: CodingKey { case name, every }

    /// Decodes a name, or an object with a name and an interval.
    package init(from decoder: any Decoder) throws {
        let single = try decoder.singleValueContainer()
        if (try? single.decode(String.self)) != nil {
            self.init(try single.decode(Measure.self))
            return
        }
        let container = try decoder.container(keyedBy: Key.self)
        let every = try container.decodeIfPresent(Int.self, forKey: .every)
        if let every, !MeasureRequest.intervals.contains(every) {
            throw DecodingError.dataCorruptedError(
                forKey: .every, in: container, debugDescription: "\(every) is out of range")
        }
        self.init(try container.decode(Measure.self, forKey: .name), every: every)
    }

    /// Encodes the name alone where no interval is given.
    package func encode(to encoder: any Encoder) throws {
        guard let every else { return try measure.encode(to: encoder) }
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(measure, forKey: .name)
        try container.encode(every, forKey: .every)
    }

    /// What an interval may be; the bounds keep sums of steps from overflowing.
    package static let intervals = 1...(1 << 40)
}
