/// Regular polygons with spokes from their centre, drawn in black lines on white.
enum PolygonRaster {
    /// Share of a tile's side that a polygon's radius is: 46 of 112 pixels (Gu et al. 2025).
    static let radius = 46.0 / 112

    /// Brightness of a tile's pixels, row by row, 0 black and 1 white, in 254ths: a pixel is as dark as the nearest line
    /// covers it, lines being a fifty-sixth of the side wide and at least a pixel. Fewer than 3 sides are none.
    static func tile(sides: Int, side: Int) -> [Float] {
        let (centre, radius) = (Double(side) / 2, PolygonRaster.radius * Double(side))
        let half = max(1, Double(side) / 56) / 2
        // The first corner stands at the top.
        let corners = (0..<(sides < 3 ? 0 : sides)).map { corner in
            let angle = 2 * Double.pi * Double(corner) / Double(sides)
            return (x: centre + radius * sine(angle), y: centre - radius * cosine(angle))
        }
        return (0..<side * side).map { pixel in
            let (x, y) = (Double(pixel % side) + 0.5, Double(pixel / side) + 0.5)
            var distance = Double.infinity
            for (number, corner) in corners.enumerated() {
                let next = corners[(number + 1) % corners.count]
                distance = min(
                    distance, PolygonRaster.distance(x, y, corner, next),
                    PolygonRaster.distance(x, y, (centre, centre), corner))
            }
            let covered = max(0, min(1, half + 0.5 - distance))
            return Float((254 * (1 - covered)).rounded() / 254)
        }
    }

    /// How far a point lies from the line between two others.
    private static func distance(
        _ x: Double, _ y: Double, _ from: (x: Double, y: Double), _ to: (x: Double, y: Double)
    ) -> Double {
        let (dx, dy) = (to.x - from.x, to.y - from.y)
        let along = ((x - from.x) * dx + (y - from.y) * dy) / (dx * dx + dy * dy)
        let place = max(0, min(1, along))
        let (ex, ey) = (x - from.x - place * dx, y - from.y - place * dy)
        return (ex * ex + ey * ey).squareRoot()
    }
}
