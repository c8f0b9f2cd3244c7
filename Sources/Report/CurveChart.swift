package import Core
import Foundation

/// One cell's learning curve as SVG: accuracies above, losses below, over the logarithm of the step, with lines where
/// the accuracies reached their thresholds.
package struct CurveChart: Sendable {
    private let outcome: CellOutcome
    private let title: String
    private let idPrefix: String
    private let scale: CurveScale

    private static let plot = (left: 64.0, width: 560.0, accuracyTop: 52.0, height: 170.0)
    private static let lossTop = 256.0
    private static let size = (width: 648.0, height: 478.0)

    /// A chart of this outcome.
    package init(_ outcome: CellOutcome, title: String, idPrefix: String = "curve") {
        self.outcome = outcome
        self.title = title
        self.idPrefix = idPrefix
        scale = CurveScale(
            lastStep: max(outcome.curve.steps.last ?? 1, 1), left: CurveChart.plot.left,
            width: CurveChart.plot.width)
    }

    /// The SVG document, or the `<svg>` element alone for use inside HTML.
    package func svg(standalone: Bool = true) -> String {
        let size = CurveChart.size
        var out = Markup()
        if standalone { out.lines("<?xml version=\"1.0\" encoding=\"UTF-8\"?>") }
        out.element(
            "svg",
            [
                "xmlns": "http://www.w3.org/2000/svg",
                "viewBox": "0 0 \(px(size.width)) \(px(size.height))", "width": px(size.width),
                "height": px(size.height), "role": "img",
                "aria-labelledby": "\(idPrefix)-title \(idPrefix)-desc",
                "font-family": PhaseDiagram.fonts, "fill": Palette.text.hex,
                "font-size": px(DiagramLayout.Font.tick),
            ]
        ) { out in
            out.element("title", ["id": "\(idPrefix)-title"], "Learning curve: \(title)")
            out.element("desc", ["id": "\(idPrefix)-desc"], description)
            out.element(
                "rect", ["width": "100%", "height": "100%", "fill": Palette.ground.hex])
            drawKey(into: &out)
            drawDelay(into: &out)
            drawAccuracy(into: &out)
            drawLoss(into: &out)
            drawCrossings(into: &out)
        }
        return out.text
    }

    private var description: String {
        let curve = outcome.curve
        func last(_ values: [Double]) -> String {
            values.last.map { NumberText.value($0, digits: 4) } ?? "unknown"
        }
        return "Over \(NumberText.counted(outcome.stepsRun, "step")) training accuracy ended at "
            + "\(last(curve.trainAccuracy)), validation accuracy at "
            + "\(last(curve.validationAccuracy)), training loss at \(last(curve.trainLoss)), "
            + "validation loss at \(last(curve.validationLoss)). "
            + "\(outcome.verdict.phase.name): \(outcome.verdict.reason)."
    }

    private func drawKey(into out: inout Markup) {
        let y = 22.0
        for (x, name, colour, dashes) in [
            (CurveChart.plot.left, "training", Palette.train, nil),
            (CurveChart.plot.left + 110, "validation", Palette.validation, CurveChart.dashes),
        ] as [(Double, String, Colour, String?)] {
            out.element(
                "path",
                [
                    "d": "M\(px(x)) \(px(y))h26", "stroke": colour.hex, "stroke-width": "2",
                    "stroke-dasharray": dashes,
                ])
            out.element(
                "text", ["x": px(x + 32), "y": px(y + 4), "font-size": "12"], name)
        }
    }

    private static let dashes = "6 3"

    private func drawAccuracy(into out: inout Markup) {
        let plot = CurveChart.plot
        let y: (Double) -> Double? = { value in
            value.isFinite ? plot.accuracyTop + (1.04 - value) / 1.08 * plot.height : nil
        }
        for tick in [0, 0.25, 0.5, 0.75, 1] {
            guard let at = y(tick) else { continue }
            drawRow(at, .plain(NumberText.fixed(tick)), into: &out)
        }
        let thresholds = Set([outcome.rule.trainAccuracy, outcome.rule.validationAccuracy])
        for threshold in thresholds.sorted() {
            guard let at = y(threshold) else { continue }
            out.element(
                "path",
                [
                    "d": "M\(px(plot.left)) \(px(at))h\(px(plot.width))",
                    "stroke": Palette.quiet.hex, "stroke-width": "0.8", "stroke-dasharray": "2 3",
                ])
        }
        drawLines(
            outcome.curve.trainAccuracy, outcome.curve.validationAccuracy, top: plot.accuracyTop,
            y: y, into: &out)
        drawFrame(top: plot.accuracyTop, name: "accuracy", into: &out)
    }

    private func drawLoss(into out: inout Markup) {
        let top = CurveChart.lossTop
        let height = CurveChart.plot.height
        let losses = (outcome.curve.trainLoss + outcome.curve.validationLoss)
            .filter { $0.isFinite && $0 > 0 }
        // Twenty decades hold every loss of interest; a loss that underflows ends at the bottom.
        let high = log10(losses.max() ?? 1)
        let low = max(log10(losses.min() ?? 0.1), high - 20)
        let spread = max(high - low, 0.5)
        let (from, to) = (low - 0.05 * spread, low + 1.05 * spread)
        let y: (Double) -> Double? = { value in
            guard value.isFinite, value >= 0 else { return nil }
            let place = value > 0 ? max(log10(value), from) : from
            return top + (to - place) / (to - from) * height
        }
        let values = NiceTicks.log(pow(10, from), pow(10, to), most: 7)
        for (value, label) in zip(values, TickLabel.alike(values)) {
            guard let at = y(value) else { continue }
            drawRow(at, label, into: &out)
        }
        drawLines(
            outcome.curve.trainLoss, outcome.curve.validationLoss, top: top, y: y, into: &out)
        drawFrame(top: top, name: "loss", into: &out)
        drawSteps(top: top + height, into: &out)
    }

    private func drawRow(_ y: Double, _ label: TickLabel, into out: inout Markup) {
        let left = CurveChart.plot.left
        out.element(
            "path",
            [
                "d": "M\(px(left)) \(px(y))h\(px(CurveChart.plot.width))", "stroke": "#dddddd",
                "stroke-width": "0.8",
            ])
        PanelAxes.draw(label, x: left - 6, y: y + 4, anchor: "end", into: &out)
    }

    private func drawLines(
        _ train: [Double], _ validation: [Double], top: Double, y: (Double) -> Double?,
        into out: inout Markup
    ) {
        for (values, colour, dashes) in [
            (validation, Palette.validation, CurveChart.dashes), (train, Palette.train, nil),
        ] as [([Double], Colour, String?)] {
            let path = scale.path(outcome.curve.steps, values, y: y)
            guard !path.isEmpty else { continue }
            out.element(
                "path",
                [
                    "d": path, "fill": "none", "stroke": colour.hex, "stroke-width": "1.6",
                    "stroke-linejoin": "round", "stroke-dasharray": dashes,
                ])
        }
    }

    private func drawFrame(top: Double, name: String, into out: inout Markup) {
        let plot = CurveChart.plot
        out.element(
            "rect",
            [
                "x": px(plot.left), "y": px(top), "width": px(plot.width),
                "height": px(plot.height), "fill": "none", "stroke": Palette.text.hex,
            ])
        out.element(
            "text",
            [
                "transform": "translate(18 \(px(top + plot.height / 2))) rotate(-90)",
                "font-size": "13", "text-anchor": "middle",
            ], name)
    }

    private func drawSteps(top: Double, into out: inout Markup) {
        for tick in scale.ticks {
            out.element(
                "path",
                ["d": "M\(px(tick.position)) \(px(top))v5", "stroke": Palette.text.hex])
            if let label = tick.label {
                PanelAxes.draw(label, x: tick.position, y: top + 18, anchor: "middle", into: &out)
            }
        }
        out.element(
            "text",
            [
                "x": px(CurveChart.plot.left + CurveChart.plot.width / 2), "y": px(top + 38),
                "font-size": "13", "text-anchor": "middle",
            ], "step")
    }

    private var bottom: Double { CurveChart.lossTop + CurveChart.plot.height }

    private func drawDelay(into out: inout Markup) {
        guard let train = outcome.trainCrossing, let validation = outcome.validationCrossing
        else { return }
        let (a, b) = (scale.x(train.step), scale.x(validation.step))
        out.element(
            "rect",
            [
                "x": px(min(a, b)), "y": px(CurveChart.plot.accuracyTop), "width": px(abs(b - a)),
                "height": px(bottom - CurveChart.plot.accuracyTop), "fill": "#f3ecd2",
            ])
    }

    private func drawCrossings(into out: inout Markup) {
        let marks = [
            (outcome.trainCrossing, outcome.rule.trainAccuracy, Palette.train, "training"),
            (
                outcome.validationCrossing, outcome.rule.validationAccuracy, Palette.validation,
                "validation"
            ),
        ]
        for (row, (crossing, threshold, colour, name)) in marks.enumerated() {
            guard let crossing else { continue }
            let x = scale.x(crossing.step)
            out.element(
                "path",
                [
                    "d": "M\(px(x)) \(px(CurveChart.plot.accuracyTop))V\(px(bottom))",
                    "stroke": colour.hex, "stroke-width": "1.2",
                    "stroke-dasharray": row == 0 ? nil : CurveChart.dashes,
                ])
            // Between the plots, where no curve runs; the text turns to the side that has room.
            let onLeft = x > CurveChart.plot.left + CurveChart.plot.width * 0.55
            out.element(
                "text",
                [
                    "x": px(x + (onLeft ? -5 : 5)),
                    "y": px(CurveChart.lossTop - 20 + Double(row) * 13), "fill": colour.hex,
                    "text-anchor": onLeft ? "end" : "start",
                ],
                "\(name) ≥ \(NumberText.value(threshold)) at \(NumberText.grouped(crossing.step))")
        }
    }

    private func px(_ value: Double) -> String { NumberText.fixed(value) }
}
