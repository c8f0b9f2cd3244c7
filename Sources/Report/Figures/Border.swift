import Core

/// Where along y half of the cells generalise, at every value of x: the border of generalisation with its interval.
enum Border {
    /// The border at one value of x.
    struct Place: Hashable {
        /// The value of x.
        let x: Double
        /// Where along y the fit is one half, with its 95 % interval within what was measured, or the middle of the two values between which the share
        /// passes one half.
        let y: Double
        /// The interval's ends, or those two values.
        let low: Double
        let high: Double
        /// Whether a fit found it; else the turn is too steep for one.
        let isFitted: Bool
    }

    /// The borders of a map of two axes, by rising x; none at values of x where the share passes one half not at all or more
    /// than once.
    static func places(_ map: PhaseDiagramInput) -> [Place] {
        slices(map).compactMap { x, along in
            let series = Generalisation.Series(along)
            let measured = series.estimates.map(\.x)
            if let border = series.border, let low = measured.first, let high = measured.last {
                return Place(
                    x: x, y: border.middle, low: max(border.low, low),
                    high: min(border.high, high), isFitted: true)
            }
            return series.between.map { between in
                let middle =
                    along.isLog
                    ? (between.low * between.high).squareRoot() : (between.low + between.high) / 2
                return Place(
                    x: x, y: middle, low: between.low, high: between.high, isFitted: false)
            }
        }
    }

    /// The map along y at every value of x.
    private static func slices(_ map: PhaseDiagramInput) -> [(x: Double, along: AlongAxis)] {
        var turned = map
        turned.axes = [map.axes[1], map.axes[0]]
        turned.sites = map.sites.map {
            SiteState(place: [$0.place[1], $0.place[0]], cells: $0.cells)
        }
        return zip(map.axes[0].values.sorted(), AlongAxis.panels(turned)).map { ($0, $1.part) }
    }

    /// The figure of a map of two axes, the second of numbers, whose others are pooled.
    static func plot(_ map: PhaseDiagramInput) -> Plot {
        let places = places(map)
        let (x, y) = (AlongAxis(map.axes[0]), AlongAxis(map.axes[1]))
        let name = NumberText.words(map.axes[1].name)
        func estimates(_ isFitted: Bool) -> [Plot.Estimate] {
            places.filter { $0.isFitted == isFitted }.map {
                Plot.Estimate(x: $0.x, y: $0.y, low: $0.low, high: $0.high)
            }
        }
        let words = places.map { place in
            let ends =
                "\(NumberText.value(place.low, digits: 3)) \(place.isFitted ? "to" : "and") "
                + NumberText.value(place.high, digits: 3)
            return "\(x.shown(place.x)): "
                + (place.isFitted
                    ? "\(NumberText.value(place.y, digits: 3)) (95 %: \(ends))" : "between \(ends)")
        }
        var plot = Plot(
            name: "Border of generalisation", title: map.title,
            description: "\(name) at which half of the cells generalise, by "
                + "\(NumberText.words(map.axes[0].name)): "
                + (words.isEmpty ? "nowhere" : words.joined(separator: "; ")) + ".",
            panels: [
                Plot.Panel(
                    title: map.sliceTitle,
                    x: x.plotAxis, y: y.plotAxis,
                    marks: [
                        .estimates(estimates(false), .theory),
                        .estimates(estimates(true), .validation),
                    ])
            ])
        plot.aspect = 0.5
        for (isFitted, ink, text) in [
            (true, LineInk.validation, "border by a logistic fit, 95 % interval"),
            (false, .theory, "between two neighbouring values, too steep for a fit"),
        ] where !estimates(isFitted).isEmpty {
            plot.key.append(Plot.Key(sign: .dot, ink: ink, text: text))
        }
        plot.notes =
            [
                "The border is where half of the cells comprehend or grok, over "
                    + DiagramText.pooled(map)
                    + ". Values of \(NumberText.words(map.axes[0].name)) without a point have none along "
                    + "\(name), or several."
            ] + DiagramText.provenance(map)
        return plot
    }
}
