/// docs/figures.md, made from the kinds of figure; a test holds the file equal.
package enum FigurePage {
    /// The whole page.
    package static var text: String {
        ([opening] + FigureKind.allCases.map(section)).joined(separator: "\n")
    }

    private static let opening = """
        # Figures

        `grokmap report DIR` draws the phase diagram and the pages around it. Any other figure is asked for by its kind, on the
        command line or in the sweep file's `report` section ([sweep-file.md](sweep-file.md#report)); it goes to
        `report/figures/`, or to `--out FILE` or `--out DIR`, with its caption as a text beside it.

        ```sh
        grokmap report results/quickstart --figure list
        grokmap report results/quickstart --figure delay --at train_fraction=0.65 --width 85mm --no-title --image pdf
        grokmap report results/quickstart --figure generalisation --x weight_decay --at train_fraction=0.82 --greyscale
        ```

        This page is made from the keys and kinds of figure (`Sources/Core/Figures`), which a test holds it to. The pictures are of one
        small made-up sweep, and are what the tests compare with.

        | Option | Key | Type | Default | Bounds | Meaning |
        |---|---|---|---|---|---|
        \(options)

        In every map a line parts sites of unlike phase; it runs between measured cells, and nothing is interpolated. A site
        shows the majority of its cells, of a number their median; where half of them never reach a step, the site has none. What
        was inferred by a refinement, predicted from the first steps or out of reach of its split has a veil of its own. Axes beyond x and y
        make panels in maps, and are looked at together in figures along one axis; there `--y` makes panels.
        Bare ticks stand at the values that were trained; numbers at those, at decades or at round values, whichever is short.
        [beside.md](beside.md) has one sweep as other tools show it.

        A new kind is a file in `Sources/Report/Figures` that makes a `Plot` or a map out of values, a case of `FigureKind`
        with its words, and a line in `FigureKind+Making.swift`.

        """

    /// A row for each key of a figure, behind its option on the command line.
    private static var options: String {
        FigureRequest.keys.filter { $0.name != "kind" }.map { key in
            let word = key.name == "format" ? "image" : key.name.replacing("_", with: "-")
            return "| `\(key.row.standard == "true" ? "--no-" : "--")\(word)` \(key.row.text)"
        }.joined(separator: "\n")
    }

    private static func section(_ kind: FigureKind) -> String {
        """
        ## \(kind.rawValue)

        \(kind.summary.prefix(1).uppercased() + kind.summary.dropFirst()). Needs \(kind.needs).

        ![\(kind.rawValue)](../Tests/ReportTests/Goldens/figure-\(kind.rawValue).svg)

        """
    }
}
