/// Pictures of polygons in a square of tiles, every combination of them once; the label is the sum of their numbers of
/// sides (Gu et al. 2025, arXiv 2504.03162).
package struct PolygonsTask: Sendable, Hashable {
    /// What a pixel is.
    package enum Colours: String, Sendable, CaseIterable {
        /// Its brightness, 0 black and 1 white.
        case gray
        /// Three equal colours, each less ImageNet's mean and over its standard deviation.
        case rgb
    }

    /// Numbers of sides that a tile may show, ascending; 0 is an empty tile.
    package var shapes = [0, 3, 4, 5, 6, 7, 8]
    /// Tiles along each side of the picture.
    package var tiles = 2
    /// Pixels along each side of a tile.
    package var tile = 14
    /// What a pixel is.
    package var colours = Colours.gray
    /// Number of classes, at least the largest sum and one.
    package var classes = 33

    /// Tiles of a picture.
    package var places: Int { tiles * tiles }

    /// Number of examples: shapes to the power of places.
    package var count: Int { (0..<places).reduce(1) { product, _ in product * shapes.count } }

    /// The picture's size.
    package var picture: PictureShape {
        PictureShape(side: tiles * tile, channels: colours == .gray ? 1 : 3)
    }

    /// The largest sum.
    private var largest: Int { places * (shapes.last ?? 0) }
}

extension PolygonsTask: KeyedMapping {
    static let keys: [Key<PolygonsTask>] = [
        Key(
            KeyRow(
                name: "shapes", type: "numbers of sides", standard: "`[0, 3, 4, 5, 6, 7, 8]`",
                bounds:
                    "ascending, each 3 … 24, or 0 for an empty tile; at most 1,000,000 examples",
                meaning: "what a tile may show; its number of sides is its value"),
            read: { reader, task throws(SweepError) in task.shapes = try shapes(&reader) },
            json: { task, _ in .array(task.shapes.map { .number(Double($0)) }) }),
        Key(
            "tiles", \.tiles, .integer(1...8), "tiles along each side of a picture"),
        Key(
            "tile", \.tile, .integer(6...256),
            "pixels along each side of a tile. A polygon stands on a corner's ray upwards, its radius 46/112 of the side, with"
                + " spokes, in black lines on white"),
        Key(
            "colours", \.colours, .choice,
            "a number per pixel, 0 black and 1 white; or three, each less ImageNet's mean and over its standard deviation"
        ),
        Key(
            KeyRow(
                name: "classes", type: "whole number", standard: "the largest sum + 1",
                bounds: "at least that",
                meaning: "classes, and outputs of a network that has one for each"),
            read: { reader, task throws(SweepError) in
                task.classes = try reader.integer(
                    "classes", default: task.largest + 1, in: 2...100_000)
            }, json: { task, _ in .number(Double(task.classes)) }),
    ]

    private static let mostExamples = 1_000_000.0

    func check(_ reader: borrowing MappingReader) throws(SweepError) {
        guard classes > largest else {
            throw reader.error(
                "classes", "\(classes) classes do not reach the sum \(largest)",
                hint: "use \(largest + 1) or more")
        }
        let examples = (0..<places).reduce(1.0) { product, _ in product * Double(shapes.count) }
        guard examples <= PolygonsTask.mostExamples else {
            throw reader.error(
                "shapes",
                "makes \(CanonicalJSON.number(examples)) examples of \(places) tiles each",
                hint: "use fewer shapes, or fewer tiles")
        }
    }

    private static func shapes(_ reader: inout MappingReader) throws(SweepError) -> [Int] {
        guard let items = try reader.list("shapes") else { return [0, 3, 4, 5, 6, 7, 8] }
        var shapes: [Int] = []
        for item in items {
            guard case .number(let sides) = item.value, sides == 0 || (3...24).contains(sides),
                sides == sides.rounded(), shapes.last.map({ Double($0) < sides }) ?? true
            else {
                throw reader.error(
                    "shapes",
                    "expected numbers of sides in ascending order, 3 … 24, or 0 for an empty tile",
                    hint: "for example [0, 3, 4, 5]")
            }
            shapes.append(Int(sides))
        }
        guard shapes.count >= 2 else {
            throw reader.error("shapes", "there are less than two, so that nothing is to be told")
        }
        return shapes
    }
}
