import Core

@testable import Report

/// Maps that several tests draw.
enum Samples {
    static func axis(_ name: String, _ scale: Axis.Scale, _ values: [Double]) -> Axis {
        let paths = [
            "learning_rate": "optimizer.decoder.learning_rate",
            "embedding_rate": "optimizer.representation.learning_rate",
            "weight_decay": "optimizer.decoder.weight_decay",
            "init_scale": "model.embedding_scale",
        ]
        return Axis(name: name, path: paths[name] ?? name, scale: scale, values: values)
    }

    /// A trained cell with crossings that give this phase under the default rule.
    static func cell(_ phase: Phase, id: String? = nil, href: String? = nil) -> CellState {
        let train = phase == .confusion ? nil : Crossing(step: 900)
        let validation: Crossing? =
            switch phase {
            case .comprehension: Crossing(step: 1200)
            case .grokking: Crossing(step: 4800)
            case .memorization, .confusion: nil
            }
        let verdict = PhaseRule().classify(train: train, validation: validation)
        return CellState(
            .verified(verdict, stopReason: .budget, stepsRun: 20_000), id: id,
            href: href)
    }

    /// One seed per letter: C, G, M, X; `·` missing, `r` running, `!` failed, `?` an uncertain G.
    static func cells(_ letters: String, id: String? = nil, href: String? = nil) -> [CellState] {
        letters.enumerated().map { seed, letter in
            let own = id.map { "\($0)\(seed)" }
            if let phase = Phase.allCases.first(where: { $0.letter == letter }) {
                return cell(phase, id: own, href: href)
            }
            switch letter {
            case "r": return CellState(.running(step: 7000, budget: 20_000), id: own)
            case "!": return CellState(.failed(reason: "killed by signal 9, twice"), id: own)
            case "?":
                let train = Crossing(step: 900, notBefore: 801)
                let validation = Crossing(step: 1900, notBefore: 1801)
                let verdict = PhaseRule().classify(train: train, validation: validation)
                return CellState(
                    .verified(verdict, stopReason: .decided, stepsRun: 1900), id: own)
            case "u":
                let verdict = PhaseVerdict(.memorization, "out of reach, not measured")
                return CellState(.unreachable(verdict, stepsRun: 700), id: own)
            case "i": return CellState(.inferred(.grokking), id: own)
            case "-": return CellState(.deferred, id: own)
            default: return CellState(.missing, id: own)
            }
        }
    }

    /// A map of one seed from rows of letters: a row per value of the first axis, a letter per value of the second.
    static func map(
        _ title: String, _ axes: [Axis], _ rows: [String], links: Bool = false
    ) -> PhaseDiagramInput {
        let sites = rows.enumerated().flatMap { i, row in
            row.enumerated().map { j, letter in
                let id = "c0ffee\(1000 + i * 100 + j)"
                return SiteState(
                    place: [i, j],
                    cells: cells(
                        String(letter), id: id, href: links ? "cells/\(id).html" : nil))
            }
        }
        return PhaseDiagramInput(
            title: title, sweepName: "sample", axes: axes, seeds: [0], rule: PhaseRule(),
            budget: 20_000, sites: sites, version: "0.1.0")
    }

    /// Log learning rate × linear weight decay, one seed, every cell known.
    static var twoAxes: PhaseDiagramInput {
        map(
            "Addition of ten symbols",
            [
                axis("learning_rate", .log, [1e-5, 1e-4, 1e-3, 1e-2]),
                axis("weight_decay", .linear, [0, 2.5, 5]),
            ], ["GGG", "CGG", "MMG", "MXX"], links: true)
    }

    /// Three axes, three seeds, a slot for weight decay 0, and every special state.
    static var specialStates: PhaseDiagramInput {
        let letters = [
            "GGG GGM CCC CCG", "GGM MXX CGM ··· ", "r·· rr· MMM C·r", "!!! !·· ??? XXX",
            "CCC CCM MMM GG! ", "MMX XXX XXX XXX",
        ].map { $0.split(separator: " ").map(String.init) }
        let sites = letters.enumerated().flatMap { row, columns in
            columns.enumerated().map { column, seeds in
                SiteState(
                    place: [column % 3, column / 3 + (row % 3), row / 3],
                    cells: cells(seeds, id: "feed\(row)\(column)"))
            }
        }
        return PhaseDiagramInput(
            title: "Hostile <title> & \"quotes\" 'here'", sweepName: "special",
            axes: [
                axis("learning_rate", .log, [1e-5, 1e-3, 1e-1]),
                axis("weight_decay", .values, [0, 0.01, 0.1, 1]),
                axis("train_fraction", .values, [0.45, 0.82]),
            ], seeds: [3, 4, 9], rule: PhaseRule(gap: 1000, sustain: 2), budget: 20_000,
            sites: Array(Dictionary(sites.map { ($0.place, $0) }) { $1 }.values),
            version: "0.1.0", notes: ["Stopped early: wall time."])
    }

    /// One axis.
    static var oneAxis: PhaseDiagramInput {
        PhaseDiagramInput(
            title: "Weight decay alone", sweepName: "strip",
            axes: [axis("weight_decay", .values, [0, 0.1, 0.3, 1, 3, 10])], seeds: [0],
            rule: PhaseRule(),
            sites: "MMGGCX".enumerated().map {
                SiteState(place: [$0], cells: cells(String($1), id: "abc\($0)"))
            }, version: "0.1.0")
    }

    /// Figure 6a of Liu et al. 2022, rows by decoder learning rate, columns by embedding learning rate.
    static let published6a = [
        "MMMGGGGGGGGGG", "MMMMCGGGGGGGG", "MMMMMCCGGGGGG", "MMMMMMCCGGGGG", "MMMMMMMCCCCGG",
        "MMMMMMMMCCCCC", "MMMMMMMMMCCCC", "MMMMMMMMMCCCC", "MMMMMMMMMMCCC", "MMMMMMMMMMMCC",
        "MMMMMMMMMMMMC", "MMMMMMMMMMMMC", "MMMMMMMMMMMMM",
    ]

    /// Figure 6b of Liu et al. 2022, rows by decoder learning rate, columns by weight decay 0…10.
    static let published6b = [
        "GGGGGGGGMMM", "GGGGGGGGGMM", "GGGGGGGGGMM", "GGGGGGGGGMM", "GGGGGGGGGMM", "CCCCGGGGGGM",
        "CCCCCGGGGGM", "CCCCCCGGGGM", "MMMMMCCGMMM", "MMMMMMXXMMM", "MMMMMMXXXMX", "MMMMMMXXXXX",
        "MMMMMXXXXXX", "MMMMXXXXXXX", "MMMMXXXXXXX", "MMMXXXXXXXX",
    ]

    /// A learning curve that groks: training crosses at 200, validation at 3000.
    static var outcome: CellOutcome {
        var curve = Curve()
        for step in [0, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 3000, 5000] {
            let t = Double(step)
            curve.steps.append(step)
            curve.trainAccuracy.append(min(1, 0.05 + t / 220))
            curve.validationAccuracy.append(step >= 3000 ? 0.95 : min(0.5, t / 4000))
            curve.trainLoss.append(2 / (1 + t * t / 100))
            curve.validationLoss.append(2 / (1 + t / 500))
        }
        return CellOutcome(
            curve: curve, rule: PhaseRule(), trainCrossing: Crossing(step: 200),
            validationCrossing: Crossing(step: 3000), stopReason: .decided, stepsRun: 5000,
            split: ExampleSplit(
                inputs: [], symbolsPerExample: 2, labels: [], train: [], validation: []),
            targets: nil, parameters: [])
    }
}
