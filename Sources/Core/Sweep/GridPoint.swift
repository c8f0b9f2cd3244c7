/// A place on a sweep's grid: one index per axis, and one for the seed.
package struct GridPoint: Sendable, Hashable {
    /// Index into each axis' values, in the order of the axes.
    package var axes: [Int]
    /// Index into the sweep's seeds.
    package var seed: Int

    /// A grid point.
    package init(axes: [Int], seed: Int) {
        self.axes = axes
        self.seed = seed
    }
}
