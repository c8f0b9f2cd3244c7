/// The range in which a share lies that was seen in so many of so many cases, with 95 % confidence (Wilson 1927): unlike the
/// usual one it is never empty, not even where none or all were seen.
package struct WilsonInterval: Sendable, Hashable {
    /// The lower end.
    package let low: Double
    /// The upper end.
    package let high: Double

    /// The interval of a share.
    ///
    /// - Parameters:
    ///   - count: cases that were seen to have it.
    ///   - total: cases looked at; none say nothing, from 0 to 1.
    package init(_ count: Int, of total: Int) {
        guard total > 0 else {
            low = 0
            high = 1
            return
        }
        let n = Double(total)
        let share = Double(count) / n
        // The normal distribution's 97.5 % quantile.
        let z = 1.959963984540054
        let middle = (share + z * z / (2 * n)) / (1 + z * z / n)
        let half =
            z / (1 + z * z / n) * (share * (1 - share) / n + z * z / (4 * n * n)).squareRoot()
        low = count == 0 ? 0 : max(0, middle - half)
        high = count == total ? 1 : min(1, middle + half)
    }
}
