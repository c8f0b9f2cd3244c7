import ArgumentParser
import BLAS
import Core
import Foundation
import System
import Training

/// `grokmap-worker bench`: how fast this machine trains.
struct BenchCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench", abstract: "Measure how fast this machine trains.",
        discussion: """
            One line per kind of cell: steps per second, floating-point operations of a \
            step, the rate of a large matrix product on the same core, the share of that \
            rate which training reaches, the memory of its \
            workspace and of the process. With --measures one line per measure that the \
            cell can have: what an evaluation takes, and what all of a run of 10,000 steps \
            add to its time.
            """)

    /// One kind of cell, or all of them.
    enum Choice: ExpressibleByArgument {
        case one(CellBenchmark.Cell)
        case all

        init?(argument: String) {
            if argument == "all" {
                self = .all
            } else if let cell = CellBenchmark.Cell(rawValue: argument) {
                self = .one(cell)
            } else {
                return nil
            }
        }

        static var allValueStrings: [String] {
            CellBenchmark.Cell.allCases.map(\.rawValue) + ["all"]
        }
        var defaultValueDescription: String { cells.count == 1 ? cells[0].rawValue : "all" }

        /// What is measured.
        var cells: [CellBenchmark.Cell] {
            switch self {
            case .one(let cell): [cell]
            case .all: CellBenchmark.Cell.allCases
            }
        }
    }

    @Option(help: "The kind of cell, or all.")
    var cell = Choice.one(.toy)

    @Option(help: "A modulus in place of the cell's own, where it has one.")
    var modulus: Int?

    @Option(help: "About how long to measure a cell.")
    var seconds = 10.0

    @Flag(help: "Time the cell's measures instead.")
    var measures = false

    @Option(help: ArgumentHelp(blasCoreHelp, valueName: "core"))
    var blasCore = "inherit"

    @Option(help: "What to print: text or json.")
    var format = OutputFormat.text

    /// Refuses what cannot be meant.
    func validate() throws {
        guard seconds > 0, seconds <= 3600 else {
            throw ValidationError("--seconds \(seconds): must be between 0 and 3600")
        }
    }

    /// Measures and prints.
    func run() throws {
        let environment = try TrainingEnvironment(
            blasCore: blasCore, inherited: ProcessInfo.processInfo.environment)
        try environment.enter()
        let kernels = try TrainingEnvironment.kernels(named: environment.kernelSet)
        for cell in cell.cells {
            if measures {
                let results = try MeasureBenchmark.all(cell, modulus: modulus, kernels: kernels)
                    .map { MeasureCost(cell, $0) }
                switch format {
                case .json: for result in results { StandardOutput.data(JSONLine.text(result)) }
                case .text: print(MeasureCost.table(results))
                }
                continue
            }
            let result = try Benchmark.measure(
                cell, modulus: modulus, seconds: seconds, kernels: kernels)
            switch format {
            case .json: StandardOutput.data(JSONLine.text(result))
            case .text: print(result.table)
            }
        }
    }
}

/// What `bench` reports of one kind of cell.
struct Benchmark: Encodable, Equatable {
    /// The kind of cell.
    var cell: String
    /// Updates per second: median of several rounds.
    var stepsPerSecond: Double
    /// Floating-point operations of one update.
    var flopsPerStep: Double
    /// Rate of a large single-precision product on one core: median of several rounds, 10⁹ operations per second.
    var sgemmGflops: Double
    /// Share of that rate that training reaches.
    var sgemmShare: Double
    /// OpenBLAS core in use.
    var blasCore: String
    /// Kernel set of our own loops.
    var kernelSet: String
    /// Memory of parameters, gradients, activations and tables, bytes.
    var workspaceBytes: Int
    /// Largest resident size of the process so far, bytes.
    var peakRSSBytes: Int

    private enum CodingKeys: String, CodingKey {
        case cell
        case stepsPerSecond = "steps_per_second"
        case flopsPerStep = "flops_per_step"
        case sgemmGflops = "sgemm_gflops"
        case sgemmShare = "sgemm_share"
        case blasCore = "blas_core"
        case kernelSet = "kernel_set"
        case peakRSSBytes = "peak_rss_bytes"
        case workspaceBytes = "workspace_bytes"
    }

    /// Rounds of which the median is taken.
    private static let rounds = 7

    /// Measures one kind of cell for about so many seconds.
    static func measure(
        _ cell: CellBenchmark.Cell, modulus: Int? = nil, seconds: Double, kernels: KernelSet
    ) throws(SweepError) -> Benchmark {
        // A short run says how many steps make a round, and warms up.
        let probe = try CellBenchmark(cell, modulus: modulus, steps: 5, kernels: kernels)
        let steps = max(5, Int(probe.stepsPerSecond * seconds / Double(rounds)))
        var speeds: [Double] = []
        var rates: [Double] = []
        for _ in 0..<rounds {
            // Side by side, so that a machine that slows down slows both.
            rates.append(OpenBLAS.sgemmRate(size: 1024, repetitions: 3))
            let round = try CellBenchmark(cell, modulus: modulus, steps: steps, kernels: kernels)
            speeds.append(round.stepsPerSecond)
        }
        let speed = median(speeds)
        let rate = median(rates)
        return Benchmark(
            cell: cell.rawValue, stepsPerSecond: speed, flopsPerStep: probe.flopsPerStep,
            sgemmGflops: rate, sgemmShare: probe.flopsPerStep * speed / (rate * 1e9),
            blasCore: OpenBLAS.coreName, kernelSet: kernels.name,
            workspaceBytes: probe.workspaceBytes, peakRSSBytes: peakRSS())
    }

    /// The middle value of an odd number of values.
    static func median(_ values: [Double]) -> Double { values.sorted()[values.count / 2] }

    private static func peakRSS() -> Int {
        var usage = rusage()
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        // getrusage(2): in kilobytes on Linux.
        return usage.ru_maxrss * 1024
    }

    /// An aligned table.
    var table: String {
        let columns: [(String, String)] = [
            ("cell", cell),
            ("steps/s", String(format: stepsPerSecond < 100 ? "%.2f" : "%.0f", stepsPerSecond)),
            ("flops/step", String(format: "%.3g", flopsPerStep)),
            ("sgemm GFLOP/s", String(format: "%.1f", sgemmGflops)),
            ("share", String(format: "%.2f", sgemmShare)), ("blas core", blasCore),
            ("kernels", kernelSet),
            ("work MB", String(format: "%.1f", Double(workspaceBytes) / 1e6)),
            ("peak MB", "\(peakRSSBytes / 1_000_000)"),
        ]
        func row(_ cells: [(text: String, other: String)]) -> String {
            cells.map { cell in
                let width = max(cell.text.count, cell.other.count)
                return String(repeating: " ", count: width - cell.text.count) + cell.text
            }.joined(separator: "  ")
        }
        return row(columns.map { ($0.0, $0.1) }) + "\n" + row(columns.map { ($0.1, $0.0) })
    }
}
