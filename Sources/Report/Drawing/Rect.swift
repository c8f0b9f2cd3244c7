/// A rectangle in px.
struct Rect: Equatable {
    var x: Double
    var y: Double
    var width: Double
    var height: Double

    /// The smaller of width and height.
    var least: Double { min(width, height) }
    /// The rectangle smaller by this much on every side.
    func inset(_ by: Double) -> Rect {
        Rect(x: x + by, y: y + by, width: width - 2 * by, height: height - 2 * by)
    }
}
