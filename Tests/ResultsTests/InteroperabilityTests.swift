import Core
import Foundation
import TestSupport
import Testing

@testable import Results
@testable import Sweeps

extension ResultsSuite {
    @Suite("Interoperability")
    struct InteroperabilityTests {
        private static let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("interoperability.py").path

        private let directory: TemporaryDirectory

        init() throws { directory = try TemporaryDirectory() }

        @Test("h5py, xarray with both engines and h5dump open both files and see what was written")
        func python() throws {
            let python = try Python.interpreter()
            let cell = directory.file("cell.h5")
            let sweep = directory.file("sweep.h5")
            let expected = directory.file("expected.json")
            let plan = try SweepFixture.plan()
            try CellFile.write(Fixture.cell, to: cell)
            let rows = directory.file("rows.h5")
            let teacher = try #require(Fixture.rows().first { $0.0 == "teacher" }).1
            try CellFile.write(teacher, to: rows)
            try SweepFixture.table(plan).consolidate(to: sweep)
            let facts = JSONValue.object([
                "cell": cellFacts(Fixture.cell), "sweep": sweepFacts(plan),
                "rows": .object([
                    "inputs": numbers(teacher.outcome.split.features.map(Double.init)),
                    "values": numbers(teacher.outcome.split.values.map(Double.init)),
                ]),
            ])
            try write(Array(CanonicalJSON.text(facts).utf8), expected)
            let (status, output) = try Python.run(
                python, [Self.script, cell, rows, sweep, expected])
            #expect(status == 0, "\(output)")
            #expect(output == "agrees\n")
        }

        private func cellFacts(_ cell: StoredCell) -> JSONValue {
            let (curve, outcome) = (cell.outcome.curve, cell.outcome)
            var curves: [String: JSONValue] = [
                "train_loss": numbers(curve.trainLoss),
                "train_accuracy": numbers(curve.trainAccuracy),
                "validation_accuracy": numbers(curve.validationAccuracy),
                "early_train_loss": numbers(curve.earlyTrainLoss),
            ]
            for measured in curve.measures {
                curves[measured.measure.name] = numbers(measured.values)
            }
            let last = outcome.parameters.last?.tensors ?? []
            let tensors = last.map { tensor in
                (
                    tensor.name,
                    JSONValue.object([
                        "shape": numbers(tensor.shape.map(Double.init)),
                        "values": numbers(tensor.values.map(Double.init)),
                    ])
                )
            }
            return .object([
                "attributes": .object([
                    "schema": .string("grokmap-cell/1"), "cell": .string(cell.definition.id.hex),
                    "config": .string(cell.definition.canonicalText), "seed": .number(7),
                    "sweep": .string("fixture"), "host": .string("Gerät-1"),
                    "attempt": .number(2), "wall_seconds": .number(3.75),
                    "steps_run": .number(5000), "stop_reason": .string("budget"),
                    "train_step": .number(2), "validation_step": .number(2100),
                    "validation_step_not_before": .number(3), "phase": .string("grokking"),
                    "phase_rule": .string(
                        """
                        {"gap":1000,"sustain":1,"train_accuracy":0.9,"validation_accuracy":0.9}
                        """), "complete": .number(1),
                ]),
                "absent": .array([.string("train_step_not_before")]),
                "curves": .object(curves),
                "steps": numbers(curve.steps.map(Double.init)),
                "split": .object([
                    "inputs": numbers(outcome.split.inputs.map(Double.init)),
                    "labels": numbers(outcome.split.labels.map(Double.init)),
                    "train": numbers(outcome.split.train.map(Double.init)),
                    "validation": numbers(outcome.split.validation.map(Double.init)),
                    "targets": numbers((outcome.targets?.values ?? []).map(Double.init)),
                ]),
                "parameter_steps": numbers(outcome.parameters.map { Double($0.step) }),
                "tensors": .object(Dictionary(uniqueKeysWithValues: tensors)),
            ])
        }

        /// The fixture's values written out by hand: rows over learning_rate, train_fraction, seed.
        private func sweepFacts(_ plan: SweepPlan) -> JSONValue {
            let nan = Double.nan
            return .object([
                "dims": .array(["learning_rate", "train_fraction", "seed"].map { .string($0) }),
                "coordinates": .object([
                    "learning_rate": numbers([1e-4, 1e-3, 1e-2]),
                    "train_fraction": numbers([0.45, 0.65]), "seed": numbers([1, 3]),
                ]),
                "variables": .object([
                    "phase": numbers([0, 1, 0, 1, 0, 1, 0, 1, 3, nan, nan, nan]),
                    "phase_uncertain": numbers([0, 0, 0, 0, 0, 0, 0, 0, 0, nan, nan, nan]),
                    "status": numbers([1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 2, 3]),
                    "attempts": numbers([1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 3, 1]),
                    "train_step": numbers([
                        10_451, 10_453, 10_651, 10_653, 100_451, 100_453, 100_651, 100_653, nan,
                        nan, nan, nan,
                    ]),
                    "delay": numbers([
                        10, 5000, 10, 5000, 10, 5000, 10, 5000, nan, nan, nan, nan,
                    ]),
                    "validation_accuracy": numbers([
                        0.45, 0.45, 0.65, 0.65, 0.45, 0.45, 0.65, 0.65, 0, nan, nan, nan,
                    ]),
                    "steps_run": numbers([
                        10_461, 15_453, 10_661, 15_653, 100_461, 105_453, 100_661, 105_653, 20_000,
                        nan, nan, nan,
                    ]),
                    "stop_reason": numbers([0, 0, 0, 0, 0, 0, 0, 0, 1, nan, nan, nan]),
                    "train_loss": numbers(Array(repeating: 0.5, count: 9) + [nan, nan, nan]),
                    "weight_norm": numbers(Array(repeating: 2.5, count: 9) + [nan, nan, nan]),
                    "wall_seconds": numbers([
                        2.5, 2.5, 2.5, 2.5, 2.5, 2.5, 2.5, 2.5, 9, nan, nan, nan,
                    ]),
                ]),
                "cells": .array(
                    [(1e-4, 0.45), (1e-4, 0.65), (1e-3, 0.45), (1e-3, 0.65)].flatMap {
                        rate, fraction in
                        [1, 3].map { seed in
                            .string(SweepFixture.identity(plan, rate, fraction, seed))
                        }
                    }),
                "selected": numbers([0, 1]),
                "attributes": .object([
                    "schema": .string("grokmap-sweep/1"), "title": .string("Grüße ≥ 0.9"),
                    "sweep": .string("consolidated"), "version": .string(Grokmap.version),
                    "spec": .string(plan.spec.sourceText),
                ]),
                "raw_types": .object([
                    "phase": .string("int8"), "phase_uncertain": .string("int8"),
                    "status": .string("int8"), "attempts": .string("int32"),
                    "train_step": .string("float64"), "delay": .string("float64"),
                    "train_accuracy": .string("float64"), "wall_seconds": .string("float64"),
                ]),
            ])
        }

        private func numbers(_ values: [Double]) -> JSONValue {
            .array(values.map { $0.isNaN ? .null : .number($0) })
        }
    }
}
