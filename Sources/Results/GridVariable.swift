/// A quantity over all cells of a plan, as a consolidated file holds it.
package struct GridVariable: Sendable {
    /// Values of all cells in plan order, `inner.count` of them per cell where there is an inner dimension.
    package enum Values: Sendable {
        /// Numbers, NaN where there is none.
        case numbers([Double])
        /// Whole numbers.
        case counts([Int32])
        /// Places in a list of words; −1 where there is none, as there may be unless every cell has one.
        case words([Int8], of: [String], every: Bool)
        /// Texts.
        case texts([String])
    }

    /// A dimension behind those of the grid; its coordinate counts from 0.
    package struct Dimension: Sendable {
        /// Its name.
        package let name: String
        /// What its places are.
        package let longName: String
        /// Its extent.
        package let count: Int

        /// A dimension.
        package init(_ name: String, _ longName: String, count: Int) {
            self.name = name
            self.longName = longName
            self.count = count
        }
    }

    /// Its name.
    package let name: String
    /// What it is, in a few words.
    package let longName: String
    /// The unit of its numbers.
    package let units: String
    /// Its values.
    package let values: Values
    /// The dimension behind those of the grid, nil where a cell has one value.
    package let inner: Dimension?
    /// The variable that says where along the inner dimension its values lie.
    package let coordinate: String?

    /// A variable.
    package init(
        _ name: String, _ longName: String, units: String = "1", _ values: Values,
        inner: Dimension? = nil, coordinate: String? = nil
    ) {
        self.name = name
        self.longName = longName
        self.units = units
        self.values = values
        self.inner = inner
        self.coordinate = coordinate
    }
}
