/// What the workers of a launch are told, wherever they run.
struct WorkerOptions: Sendable, Equatable {
    /// OpenBLAS kernels: `auto`, `inherit`, or a core's name.
    var blasCore = "auto"
    /// Directory of the files that cells name.
    var data = "."
    /// Seconds of training between two checkpoints of a cell.
    var checkpointEvery = 60.0
    /// Directory for results that are not stored yet, nil for a new one.
    var scratch: String?

    /// As arguments of `grokmap-worker`.
    var arguments: [String] {
        ["--blas-core", blasCore, "--data", data, "--checkpoint-every", "\(checkpointEvery)"]
            + (scratch.map { ["--scratch", $0] } ?? [])
    }
}
