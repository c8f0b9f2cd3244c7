import ArgumentParser
import Core
import Foundation
import Report
import Sweeps
import System

/// `grokmap compare`: how far two phase diagrams agree.
struct CompareCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "compare", abstract: "Say how far two phase diagrams agree.",
        discussion: """
            FIRST and SECOND are sweeps' directories; one of them may be a text file with a \
            published map: a line of letters (C, G, M, X; a dot for none) per value of the axis \
            of rows, a letter per value of the axis of columns. Grids may differ: what they share is \
            compared.
            """)

    @Argument(help: "A sweep's directory, or a file with a map in letters.")
    var first: String

    @Argument(help: "Another one.")
    var second: String

    @Option(
        name: .customLong("at"),
        help: "Compare the plane at one value of an axis: train_fraction=0.65.")
    var planes: [String] = []

    @Option(help: "The axis whose values are a letter map's lines (default: the sweep's first).")
    var rows: String?

    @Option(help: "The axis whose values are its letters (default: the sweep's second).")
    var columns: String?

    @Option(help: "Settings on top of the sweeps' phase rules: gap=500,train_accuracy=0.95.")
    var rule: String?

    @Option(help: "How to print: text or json.")
    var format = OutputFormat.text

    func run() throws {
        let comparison: MapComparison
        do {
            switch (CompareCommand.isDirectory(first), CompareCommand.isDirectory(second)) {
            case (true, true): comparison = try MapComparison(try map(first), try map(second))
            case (true, false):
                let sweep = try map(first)
                comparison = try MapComparison(sweep, try letters(second, beside: sweep))
            case (false, true):
                let sweep = try map(second)
                comparison = try MapComparison(try letters(first, beside: sweep), sweep)
            case (false, false):
                throw ComparisonError("neither is a sweep's directory")
            }
        } catch let error as ComparisonError {
            throw CoordinatorError("compare", "\(first) with \(second)", error.description)
        }
        switch format {
        case .json: StandardOutput.data(CanonicalJSON.text(CompareCommand.json(comparison)))
        case .text: print(CompareCommand.text(comparison))
        }
    }

    private static func isDirectory(_ path: String) -> Bool {
        var isDirectory: ObjCBool = false
        return FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory)
            && isDirectory.boolValue
    }

    /// A sweep's map, or the plane of it that was asked for.
    private func map(_ path: String) throws -> PhaseMap {
        var map = try CompareCommand.sweep(path, rule: rule)
        var fixed: Set<String> = []
        for setting in planes {
            let halves = setting.split(separator: "=", maxSplits: 1).map(String.init)
            guard halves.count == 2 else {
                throw ValidationError("--at \(setting): write axis=value")
            }
            guard fixed.insert(halves[0]).inserted else {
                throw ValidationError("--at \(setting): \(halves[0]) is said twice")
            }
            map = try map.plane(halves[0], at: halves[1])
        }
        return map
    }

    /// A published map, on the axes of the sweep that it is compared with.
    private func letters(_ path: String, beside sweep: PhaseMap) throws -> PhaseMap {
        func axis(_ name: String?, _ place: Int) throws(ComparisonError) -> PhaseMap.Axis {
            guard sweep.axes.count > 1 else {
                throw ComparisonError(
                    "letters have two axes and the sweep one: a map in letters is of a plane")
            }
            guard sweep.axes.count == 2 else {
                throw ComparisonError(
                    "letters have two axes and the sweep \(sweep.axes.count): --at AXIS=VALUE fixes one"
                )
            }
            guard let name else { return sweep.axes[place] }
            guard let axis = sweep.axes.first(where: { $0.name == name }) else {
                throw ComparisonError("the sweep has no axis \(name)")
            }
            return axis
        }
        let bytes = try Posix.read(path)
        let text: String
        do throws(SweepError) {
            text = try SpecText.decode(bytes)
        } catch {
            throw ComparisonError("\(error)")
        }
        return try PhaseMap(
            letters: text, rows: try axis(rows, 0), columns: try axis(columns, 1))
    }

    /// The map of a sweep as it stands, running or not.
    private static func sweep(_ path: String, rule: String?) throws -> PhaseMap {
        let sweep = try SweepReader(path)
        let table = try sweep.table(try sweep.storedPlan(rule: rule))
        return PhaseMap(SweepReport.input(table.plan, table.statuses))
    }

    // MARK: Words

    /// The comparison for people.
    static func text(_ comparison: MapComparison) -> String {
        let sites = comparison.sites
        var lines = [
            "sites: \(sites.compared) compared, \(comparison.known.first) known in the first only, "
                + "\(comparison.known.second) in the second only"
        ]
        if let agreement = sites.agreement {
            let kappa = sites.kappa.map { ", Cohen's κ \(number($0))" } ?? ""
            lines.append(
                "agreement: \(number(agreement)) (\(sites.same) of \(sites.compared))\(kappa)")
        }
        for (seed, cells) in comparison.seeds {
            guard let agreement = cells.agreement else { continue }
            lines.append(
                "cells of seed \(seed): \(number(agreement)) (\(cells.same) of \(cells.compared))")
        }
        let moved = comparison.displacement
        if let mean = moved.mean, let largest = moved.largest {
            lines.append(
                "boundaries: displaced by \(number(mean)) cells on average, at most \(number(largest))"
            )
        }
        if moved.unmatched > 0 {
            lines.append(
                "boundaries between phases that touch in one map only: \(moved.unmatched) pieces")
        }
        if !comparison.changes.isEmpty { lines.append("changed:") }
        for change in comparison.changes {
            lines.append(
                "  \(label(change, comparison)): \(change.first.name) → \(change.second.name)")
        }
        return lines.joined(separator: "\n")
    }

    private static func label(_ change: MapComparison.Change, _ comparison: MapComparison) -> String
    {
        zip(comparison.maps.first.axes, change.place).map { axis, index in
            "\(axis.name)=\(axis.text(at: index).onOneLine)"
        }.joined(separator: " ")
    }

    private static func number(_ value: Double) -> String { String(format: "%.3f", value) }

    /// The comparison for programs.
    static func json(_ comparison: MapComparison) -> JSONValue {
        func optional(_ value: Double?) -> JSONValue { value.map(JSONValue.number) ?? .null }
        func tally(_ tally: MapComparison.Tally) -> [String: JSONValue] {
            [
                "compared": .number(Double(tally.compared)), "same": .number(Double(tally.same)),
                "agreement": optional(tally.agreement), "kappa": optional(tally.kappa),
                "counts": .array(
                    tally.counts.map { .array($0.map { .number(Double($0)) }) }),
            ]
        }
        let moved = comparison.displacement
        return .object([
            "sites": .object(tally(comparison.sites)),
            "first_only": .number(Double(comparison.known.first)),
            "second_only": .number(Double(comparison.known.second)),
            "phases": .array(Phase.allCases.map { .string($0.name) }),
            "seeds": .object(
                Dictionary(
                    comparison.seeds.map { ("\($0.seed)", .object(tally($0.cells))) },
                    uniquingKeysWith: { $1 })),
            "boundaries": .object([
                "mean_displacement": optional(moved.mean),
                "largest_displacement": optional(moved.largest),
                "matched": .number(Double(moved.matched)),
                "unmatched": .number(Double(moved.unmatched)),
            ]),
            "changed": .array(
                comparison.changes.map { change in
                    var members: [String: JSONValue] = [
                        "first": .string(change.first.name), "second": .string(change.second.name),
                    ]
                    for (axis, index) in zip(comparison.maps.first.axes, change.place) {
                        members[axis.name] =
                            axis.labels.isEmpty
                            ? .number(axis.values[index]) : .string(axis.labels[index])
                    }
                    return .object(members)
                }),
        ])
    }
}
