import Core
import TestSupport
import Testing

@testable import HDF5
@testable import Results
@testable import Sweeps

extension ResultsSuite {
    @Suite("Consolidated categories")
    struct CategoryScaleTests {
        private func plan() throws -> SweepPlan {
            try SweepPlan(
                SweepSpec(
                    parsing: """
                        sweep: a
                        axes:
                          arm: {arms: {slow: {}, fast: {optimizer.grokfast: {kind: ema}}}}
                          hidden: {path: model.hidden, values: [[64], [32, 32]]}
                        """, named: "a.yaml"))
        }

        @Test("xarray selects a category by its name, with both engines")
        func selected() throws {
            let plan = try plan()
            let directory = try TemporaryDirectory()
            let path = directory.file("sweep.h5")
            let rows = plan.cells.enumerated().map { number, cell in
                SweepFixture.row(cell, .missing, attempts: 1 + number)
            }
            try SweepTable(plan: plan, rows: rows, open: [], growth: nil).consolidate(to: path)
            try File.read(at: path) { file in
                let scale = try file.root().dataset("arm")
                #expect(try scale.readStrings() == ["slow", "fast"])
                #expect(try scale.attributes.string("spacing") == "categories")
            }
            let cell = try #require(plan.cells.firstIndex { $0.point.axes == [1, 1] })
            let script = """
                import sys, xarray
                for engine in ("h5netcdf", "netcdf4"):
                    with xarray.open_dataset(sys.argv[1], engine=engine) as found:
                        chosen = found.attempts.sel(arm="fast", hidden="[32, 32]", seed=0)
                        assert int(chosen) == int(sys.argv[2]), (engine, chosen)
                        assert list(found.arm.values) == ["slow", "fast"], found.arm
                """
            let (status, output) = try Python.run(
                try Python.interpreter(), ["-c", script, path, "\(1 + cell)"])
            #expect(status == 0, "\(output)")
        }
    }
}
