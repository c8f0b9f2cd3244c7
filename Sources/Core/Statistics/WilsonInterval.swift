/// Wilson's interval for a share that was counted (Wilson 1927): unlike the textbook one it stays within 0 … 1 and says
/// something where all or none were counted.
package struct WilsonInterval: Sendable, Hashable {
    /// The share counted; nil of none.
    package let share: Double
    /// The ends of the interval.
    package let low: Double
    package let high: Double

    /// The interval of `hits` out of `count` at `z` standard deviations, 1.96 for 95 %; nil where there are none.
    package init?(_ hits: Int, of count: Int, z: Double = 1.959963984540054) {
        guard count > 0 else { return nil }
        let n = Double(count)
        share = Double(hits) / n
        let middle = (share + z * z / (2 * n)) / (1 + z * z / n)
        let half =
            z / (1 + z * z / n) * (share * (1 - share) / n + z * z / (4 * n * n)).squareRoot()
        low = max(0, middle - half)
        high = min(1, middle + half)
    }
}
