import Core

extension Examples {
    /// Every combination of shapes in lexicographic order, the tiles of a picture row by row, each with the sum of its
    /// numbers of sides.
    init(_ task: PolygonsTask) {
        self.init()
        featureCount = task.picture.pixels * task.picture.channels
        classCount = task.classes
        var choices = [Int32](repeating: 0, count: task.count * task.places)
        labels.reserveCapacity(task.count)
        for example in 0..<task.count {
            var (rest, sum) = (example, 0)
            for place in (0..<task.places).reversed() {
                let kind = rest % task.shapes.count
                rest /= task.shapes.count
                sum += task.shapes[kind]
                choices[example * task.places + place] = Int32(kind)
            }
            labels.append(Int32(sum))
        }
        mosaic = Mosaic(
            tilesPerSide: task.tiles, tileSide: task.tile, channels: task.picture.channels,
            tiles: task.shapes.flatMap {
                Examples.coloured(PolygonRaster.tile(sides: $0, side: task.tile), task.colours)
            }, choices: choices)
    }

    /// Mean and standard deviation of ImageNet's colours, red, green and blue.
    private static let imageNet: [(mean: Double, deviation: Double)] = [
        (0.485, 0.229), (0.456, 0.224), (0.406, 0.225),
    ]

    private static func coloured(_ tile: [Float], _ colours: PolygonsTask.Colours) -> [Float] {
        switch colours {
        case .gray: tile
        case .rgb:
            tile.flatMap { pixel in
                imageNet.map { Float((Double(pixel) - $0.mean) / $0.deviation) }
            }
        }
    }
}
