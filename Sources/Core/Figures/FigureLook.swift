/// How a figure looks, whatever it shows.
package struct FigureLook: Sendable, Hashable {
    /// Colours of the phases.
    package enum Palette: String, Sendable, CaseIterable {
        /// Told apart with every kind of colour vision.
        case safe
        /// Those of Liu et al. 2022.
        case paper
    }

    /// File formats; the last two are made from the first by rsvg-convert.
    package enum Format: String, Sendable, CaseIterable {
        case svg
        case pdf
        case png
    }

    /// Width in mm; nil for the width that suits the content on a screen.
    package var width: Double?
    /// A font's name, before those of the reader's system.
    package var font: String?
    /// Colours of the phases.
    package var palette = Palette.safe
    /// Greys and hatches in place of colours.
    package var greyscale = false
    /// Whether the title stands above the figure.
    package var title = true
    /// Whether rule and provenance stand below it.
    package var footer = true
    /// File format.
    package var format = Format.svg

    /// The look of a figure for the screen.
    package init() {}

    /// Widths that a figure can have, in mm.
    package static let widths = 30.0...1000.0

    /// The length in mm that a text such as `85mm`, `8.5cm` or `3.35in` says; nil where it says none.
    package static func millimetres(_ text: String) -> Double? {
        for (unit, factor) in [("mm", 1.0), ("cm", 10), ("in", 25.4)] where text.hasSuffix(unit) {
            let digits = text.dropLast(unit.count)
            guard let value = Double(digits), value.isFinite else { return nil }
            return value * factor
        }
        return nil
    }

    /// Whether a name can stand in a list of fonts as it is.
    package static func isFont(_ name: String) -> Bool {
        !name.isEmpty && name.utf8.count <= 64
            && name.unicodeScalars.allSatisfy {
                $0.properties.isAlphabetic || ("0"..."9").contains($0) || $0 == " " || $0 == "-"
            }
    }

}

extension FigureLook: KeyedMapping {
    static let keys: [Key<FigureLook>] = [
        Key("width", ifWritten: \.width, .width, "text is 6 pt or larger, cells take what is left")
            .documented(
                standard: "as suits a screen"),
        Key("font", ifWritten: \.font, .font, "a font before those of the reader's system")
            .documented(
                standard: "the system's"),
        Key(
            "palette", \.palette, .choice,
            "colours of the phases: told apart with every kind of colour vision, or those of Liu et al. 2022"
        ),
        Key("greyscale", \.greyscale, .flag, "greys and hatches"),
        Key("title", \.title, .flag, "whether the title stands in the figure"),
        Key("footer", \.footer, .flag, "whether rule and provenance stand in the figure"),
        Key(
            "format", \.format, .choice,
            "of a figure that is asked for; PDF and PNG (300 dpi) need `rsvg-convert` (Debian: librsvg2-bin)"
        ),
    ]
}

extension KeyCodec where Value == Double {
    /// A figure's width in mm.
    fileprivate static var width: KeyCodec {
        KeyCodec(
            type: "length, such as `85mm`", bounds: "30 mm to 1000 mm, in mm, cm or in",
            read: { reader, key, _ throws(SweepError) in
                let text = try reader.string(key, default: nil)
                guard let width = FigureLook.millimetres(text), FigureLook.widths.contains(width)
                else {
                    throw reader.error(
                        key, "\"\(text)\" is no width of a figure",
                        hint: "30mm to 1000mm, in mm, cm or in")
                }
                return width
            }, json: { .string(CanonicalJSON.number($0) + "mm") })
    }
}

extension KeyCodec where Value == String {
    /// A font's name.
    fileprivate static var font: KeyCodec {
        KeyCodec(
            type: "a font's name", bounds: "",
            read: { reader, key, _ throws(SweepError) in
                let name = try reader.string(key, default: nil)
                guard FigureLook.isFont(name) else {
                    throw reader.error(
                        key, "\"\(name)\" is no font's name", hint: "as in Helvetica")
                }
                return name
            }, json: { .string($0) })
    }
}
