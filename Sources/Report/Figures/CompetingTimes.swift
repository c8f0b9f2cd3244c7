import Core
import Foundation

/// Two clocks along an axis (Song & Ye 2026, arXiv 2605.09724): T_mem, the steps to memorize random labels for the same
/// inputs, and T_gen, those to generalise with the right ones. They expect grokking from where memorizing becomes the faster.
enum CompetingTimes {
    /// The places at which T_mem comes down to T_gen or rises above it, between neighbouring values that have both: by
    /// straight lines through the logarithms, x by its own where it is positive.
    static func crossings(
        memorizing: [Plot.Estimate], generalising: [Plot.Estimate], isLog: Bool
    ) -> [Double] {
        let gaps = memorizing.compactMap { here in
            generalising.first { $0.x == here.x }.map { (x: here.x, gap: log(here.y / $0.y)) }
        }.filter { $0.gap.isFinite }
        return zip(gaps, gaps.dropFirst()).compactMap { left, right in
            guard (left.gap <= 0) != (right.gap <= 0) else { return nil }
            let share = left.gap / (left.gap - right.gap)
            return isLog
                ? left.x * pow(right.x / left.x, share) : left.x + share * (right.x - left.x)
        }
    }

    /// The figure of a sweep that has the same cells with right and with random labels, along another axis of numbers.
    static func plot(_ map: PhaseDiagramInput, _ request: FigureRequest) -> Plot {
        guard let (labels, right, random) = FigureRequest.labels(among: map.axes) else {
            preconditionFailure("competing times of a sweep without random labels")
        }
        func along(_ place: Int) -> (AlongAxis, PhaseDiagramInput) {
            var part = request
            part.at[labels.name] = labels.text(at: place)
            let selected = FigureSelection(map, part).map
            return (AlongAxis(selected), selected)
        }
        let (learning, shown) = along(right)
        let memorizing = StepsAlong(along(random).0) { $0.train }
        let fitting = StepsAlong(learning) { $0.train }
        let generalising = StepsAlong(learning) { $0.validation }
        let crossings = crossings(
            memorizing: memorizing.medians, generalising: generalising.medians,
            isLog: learning.isLog)
        let grokking = learning.places.first { place in
            place.phases.count { $0 == .grokking } * 2 > place.phases.count
        }
        let series: [(name: String, steps: StepsAlong, ink: LineInk)] = [
            ("T_mem: steps to memorize random labels", memorizing, .theory),
            ("T_gen: steps to generalise", generalising, .validation),
            ("steps to fit the right labels", fitting, .train),
        ]
        // Right and random labels are what the lines tell apart.
        let slices = shown.slices.filter { $0 != labels.named(at: right) }
        let met =
            crossings.isEmpty
            ? "T_mem and T_gen do not cross"
            : "T_mem = T_gen at "
                + crossings.map { NumberText.value($0, digits: 3) }.joined(separator: ", ")
        var plot = Plot(
            name: "Memorizing against generalising", title: shown.title,
            description: series.map {
                "\($0.name) by \(NumberText.words(learning.axis.name)): \($0.steps.words(learning))."
            }.joined(separator: " ") + " \(met); "
                + (grokking.map { "most cells grok from \(learning.shown($0.value)) on." }
                    ?? "nowhere do most cells grok."),
            panels: [
                Plot.Panel(
                    title: slices.isEmpty ? nil : slices.joined(separator: ", "),
                    x: learning.plotAxis, y: Plot.Axis(name: "steps", scale: .log),
                    marks: crossings.map { .vertical($0, .theory, dashed: true) }
                        + series.flatMap { _, steps, ink -> [Plot.Mark] in
                            [
                                .line(
                                    steps.medians.map { Plot.Point(x: $0.x, y: $0.y) }, ink,
                                    dashed: ink == .theory),
                                .estimates(steps.medians, ink),
                            ]
                        },
                    labels: crossings.map {
                        Plot.Label(
                            x: $0, text: "T_mem = T_gen at \(NumberText.value($0, digits: 3))",
                            ink: .theory)
                    })
            ])
        plot.aspect = 0.5
        plot.key = series.map {
            Plot.Key(sign: .line(dashed: $0.ink == .theory), ink: $0.ink, text: $0.name)
        }
        plot.notes =
            [
                "Medians, from the least to the largest step, over "
                    + DiagramText.pooled(shown)
                    + "; none where half of the cells never get there. A cell groks where its delay "
                    + "reaches the rule's gap."
            ] + DiagramText.provenance(shown)
        return plot
    }
}
