/// When a run fitted and generalised by a clock.
package struct ClockReading: Sendable, Hashable, Codable {
    /// The clock.
    package var clock: Clock
    /// Where training accuracy reached its threshold; nil when it never did.
    package var train: Crossing?
    /// Where validation accuracy reached its threshold; nil when it never did.
    package var validation: Crossing?

    /// A reading.
    package init(_ clock: Clock, train: Crossing?, validation: Crossing?) {
        self.clock = clock
        self.train = train
        self.validation = validation
    }
}
