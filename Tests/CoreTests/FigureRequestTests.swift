import Foundation
import Testing

@testable import Core

@Suite("Figures asked for")
struct FigureRequestTests {
    private let head = """
        sweep: s
        axes:
          learning_rate: {path: optimizer.decoder.learning_rate, values: [0.001, 0.01]}
          train_fraction: {path: train_fraction, values: [0.45, 0.65]}
        seeds: [0, 3]

        """

    private func spec(_ report: String) throws -> SweepSpec {
        try SweepSpec(parsing: head + report, named: "s.yaml")
    }

    @Test("a report section names figures and how they look")
    func reading() throws {
        let report = try spec(
            """
            record: {measures: [rqi]}
            report:
              width: 8.5cm
              greyscale: true
              figures:
                - delay
                - {kind: measure, measure: rqi, maximum: true, y: train_fraction, width: 3in, format: pdf}
                - {kind: curves, at: {learning_rate: 0.01, train_fraction: 0.65}, seed: 3, footer: false}
            """
        ).report
        #expect(report.look.width == 85 && report.look.greyscale)
        #expect(report.figures.map(\.kind) == [.delay, .measure, .curves])
        #expect(report.figures[0].look == report.look)
        let width = try #require(report.figures[1].look.width)
        #expect(abs(width - 76.2) < 1e-9 && report.figures[1].look.greyscale)
        #expect(report.figures[1].look.format == .pdf && report.figures[1].maximum)
        #expect(report.figures[2].at == ["learning_rate": "0.01", "train_fraction": "0.65"])
        #expect(report.figures[2].seed == 3 && !report.figures[2].look.footer)
    }

    @Test("it is no part of what is trained")
    func identity() throws {
        let plain = try SweepPlan(try spec(""))
        let drawn = try SweepPlan(try spec("report: {figures: [delay], palette: paper}"))
        #expect(plain.cells.map(\.id) == drawn.cells.map(\.id))
        #expect(plain.spec.report == ReportRequest())
    }

    @Test(
        "what is wrong is refused with its line and what was probably meant",
        arguments: [
            ("report: {figurs: [delay]}", "report.figurs", "figures"),
            ("report: {figures: [dely]}", "report.figures.kind", "did you mean delay?"),
            (
                "report: {figures: [{kind: delay, x: learning_rat}]}", "report.figures.x",
                "did you mean learning_rate?"
            ),
            (
                "report: {figures: [{kind: delay, at: {train_fraction: 0.5}}]}",
                "report.figures.at", "0.45, 0.65"
            ),
            ("report: {figures: [{kind: delay, widht: 85mm}]}", "report.figures.widht", "width"),
            ("report: {width: 85}", "report.width", "expected a word"),
            ("report: {width: 9999mm}", "report.width", "30mm to 1000mm"),
            ("report: {palette: papper}", "report.palette", "did you mean paper?"),
            ("report: {font: \"x'y\"}", "report.font", "no font's name"),
            (
                "report: {figures: [{kind: measure, measure: rqj}]}", "report.figures.measure",
                "did you mean rqi?"
            ),
            ("report: {figures: [measure]}", "report.figures.measure", "missing"),
            ("report: {figures: [{kind: delay, seed: 1}]}", "report.figures.seed", "no seed 1"),
            (
                "report: {figures: [{kind: measure, measure: rqi}]}", "report.figures.measure",
                "name it in record: {measures: [rqi]}"
            ),
            ("report: {figures: [curves]}", "report.figures.at", "missing: learning_rate"),
            (
                "report: {figures: [{kind: measures, at: {learning_rate: 0.01}}]}",
                "report.figures.at", "missing: train_fraction"
            ),
            ("report: {figures: [curve-gallery]}", "report.figures.at", "missing: train_fraction"),
            (
                "report: {figures: [{kind: delay, over: [learning_rate, train_fraction]}]}",
                "report.figures.over", "no axis is left"
            ),
            ("report: {figures: [competing-times]}", "report.figures.kind", "split.corruption"),
            (
                "report: {figures: [{kind: border, at: {train_fraction: 0.45}}]}",
                "report.figures.y", "an axis of numbers"
            ),
            (
                "report: {figures: [{kind: agreement, seed: 3}]}", "report.figures.kind",
                "more than one cell"
            ),
            (
                "report: {figures: [{kind: predictor-roc, seed: 3}]}", "report.figures.seed",
                "all cells"
            ),
            (
                "report: {figures: [{kind: critical-fraction, x: learning_rate}]}",
                "report.figures.x", "train fractions"
            ),
            (
                "report: {figures: [{kind: phase-diagram, budget_line: 3}]}",
                "report.figures.budget_line", "weight decay"
            ),
            (
                "report: {figures: [{kind: phase-diagram, theory: true, over: [train_fraction]}]}",
                "report.figures.theory", "train_fraction as x or y"
            ),
        ])
    func refused(_ report: String, _ path: String, _ words: String) throws {
        let error = try #require(throws: SweepError.self) { try spec(report) }
        #expect(error.path == path)
        #expect(error.description.contains(words), "\(error)")
        #expect(error.place == "s.yaml:6")
    }

    @Test(
        "a length has a unit",
        arguments: [("85mm", 85.0), ("8.5cm", 85), ("1in", 25.4), ("85", nil), ("mm", nil)])
    func lengths(_ text: String, _ value: Double?) {
        #expect(FigureLook.millimetres(text) == value)
    }

    @Test("figures that differ have files of different names")
    func fileNames() {
        var request = FigureRequest(.measure)
        request.measure = "rqi"
        #expect(request.fileName == "measure_rqi")
        request.maximum = true
        request.at = ["train_fraction": "0.65"]
        request.seed = 2
        #expect(request.fileName == "measure_largest-rqi_train_fraction-0.65_seed-2")
        var names: Set<String> = []
        for value in ["x+y", "x*y", "x/y", "x y", "-1", "1", "1e-3", "1e3", "[64, 128]", "64128"] {
            request.at = ["operation": value]
            names.insert(request.fileName)
            #expect(!request.fileName.contains { "*/ [],".contains($0) })
        }
        #expect(names.count == 10)
        #expect(names.contains("measure_largest-rqi_operation--1_seed-2"))
    }

    @Test("names of files are such as Linux takes, however long a category's name is")
    func longNames() {
        var request = FigureRequest(.curves)
        request.at = ["arm": String(repeating: "ä", count: 300)]
        request.copy = 12
        let name = request.fileName
        #expect(name.utf8.count <= 203 && name.hasPrefix("curves_arm-ää") && name.hasSuffix("ä_12"))
        #expect("a/b/../c".asFileName == "a_b_.._c")
    }

    @Test("figures that every sweep of two axes and seeds can draw are taken")
    func taken() throws {
        let report = try spec(
            """
            record: {measures: [rqi]}
            report:
              figures:
                - {kind: phase-diagram, theory: true}
                - train-step
                - {kind: measure, measure: validation_loss}
                - agreement
                - {kind: agreement, seed: 0, over: [train_fraction]}
                - phase-fractions
                - border
                - {kind: curve-gallery, at: {learning_rate: 0.01}, x: train_fraction}
                - both-clocks
                - critical-fraction
                - predictor-roc
                - power-law
            """
        ).report
        #expect(report.figures.count == 12)
    }

    @Test("figures of a report whose names would be the same are numbered")
    func numbered() throws {
        let report = try spec(
            """
            report:
              figures:
                - delay
                - {kind: delay, width: 85mm}
                - {kind: delay, format: pdf}
                - {kind: delay, palette: paper}
                - accuracy
            """
        ).report
        #expect(
            report.figures.map(\.fileName) == ["delay", "delay_2", "delay", "delay_3", "accuracy"])
    }

    @Test("docs/figures.md is made from the kinds of figure")
    func page() throws {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        let page = root.appending(path: "docs/figures.md")
        let made = FileManager.default.temporaryDirectory.appending(path: "grokmap-figures.md")
        let isEqual = (try? String(contentsOf: page, encoding: .utf8)) == FigurePage.text
        if !isEqual { try Data(FigurePage.text.utf8).write(to: made) }
        #expect(isEqual, "cp \(made.path) docs/figures.md, and look at the diff")
    }
}
