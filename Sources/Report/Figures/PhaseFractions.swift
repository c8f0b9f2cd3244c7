import Core

/// Shares of the phases along an axis, as bars.
enum PhaseFractions {
    /// The figure of a map whose other axes are pooled; a second axis makes panels.
    static func plot(_ map: PhaseDiagramInput) -> Plot {
        let panels = AlongAxis.panels(map)
        let inks = Phase.allCases.map { LineInk.phase($0) }
        var plot = Plot(
            name: "Phase fractions", title: map.title,
            description: panels.map(sentence).joined(separator: " "),
            panels: panels.map { title, part in
                Plot.Panel(
                    title: title ?? map.sliceTitle,
                    x: part.plotAxis,
                    y: Plot.Axis(name: "share of cells", range: 0...1),
                    marks: [.bars(part.places.compactMap(bar), inks)])
            })
        plot.columns = min(3, panels.count)
        plot.aspect = panels.count > 1 ? 0.7 : 0.4
        plot.sharesY = panels.count > 1
        plot.key = zip(Phase.allCases, inks).map { phase, ink in
            Plot.Key(sign: .fill, ink: ink, text: phase.name)
        }
        plot.notes =
            [
                "Shares of the cells whose phase is known, over "
                    + DiagramText.pooled(map) + "."
            ] + DiagramText.provenance(map)
        return plot
    }

    private static func bar(_ place: AlongAxis.Place) -> Plot.Bar? {
        let phases = place.phases
        guard !phases.isEmpty else { return nil }
        let shares = Phase.allCases.map { phase in
            Double(phases.count { $0 == phase }) / Double(phases.count)
        }
        return Plot.Bar(x: place.value, shares: shares)
    }

    private static func sentence(_ panel: (title: String?, part: AlongAxis)) -> String {
        let parts = panel.part.places.compactMap { place -> String? in
            guard let bar = bar(place) else { return nil }
            let words = zip(Phase.allCases, bar.shares).filter { $0.1 > 0 }.map { phase, share in
                "\(phase.letter) \(NumberText.value(share, digits: 2))"
            }
            return "\(panel.part.shown(place.value)): \(words.joined(separator: " "))"
        }
        let head = panel.title.map { "\($0): " } ?? ""
        return head + "shares by \(NumberText.words(panel.part.axis.name)): "
            + parts.joined(separator: "; ") + "."
    }
}
