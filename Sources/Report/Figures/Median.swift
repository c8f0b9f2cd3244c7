/// The middle of values.
enum Median {
    /// The middle one of sorted values, of two middle ones their mean; nil of none.
    static func of(_ sorted: [Double]) -> Double? {
        guard !sorted.isEmpty else { return nil }
        let middle = sorted.count / 2
        return sorted.count.isMultiple(of: 2)
            ? (sorted[middle - 1] + sorted[middle]) / 2 : sorted[middle]
    }
}
