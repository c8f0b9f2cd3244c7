/// The size of a square picture, whose numbers stand row by row, pixel by pixel, the channels of a pixel side by side.
package struct PictureShape: Sendable, Hashable {
    /// Pixels along each side.
    package var side: Int
    /// Numbers per pixel.
    package var channels: Int

    /// A picture of this size.
    package init(side: Int, channels: Int) { (self.side, self.channels) = (side, channels) }

    /// Pixels.
    package var pixels: Int { side * side }
}

extension TaskConfiguration {
    /// The size of the pictures that are examples; nil where they are none, or not square.
    package var picture: PictureShape? {
        switch self {
        case .polygons(let task): return task.picture
        case .images(let task):
            let side = Int(Double(task.pixels).squareRoot())
            return side * side == task.pixels ? PictureShape(side: side, channels: 1) : nil
        case .addition, .modular, .permutation, .table, .modularSum, .parity, .teacher, .rule,
            .constant:
            return nil
        }
    }
}
