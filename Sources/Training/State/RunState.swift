import Core

/// Everything that the rest of a run depends on, between two steps.
struct RunState<M: Model> {
    /// Parameters and what their optimiser keeps.
    let model: M
    /// Where the epoch stands.
    var batch: Batch
    /// What has been recorded and found so far.
    var watch: RunWatch
    /// Updates made.
    var step = 0

    /// All of it as bytes.
    func bytes() -> [UInt8] {
        var state = StateWriter()
        state.write(step)
        model.save(to: &state)
        batch.save(to: &state)
        watch.save(to: &state)
        return state.bytes
    }

    /// Takes over what `bytes` gave.
    mutating func restore(_ bytes: [UInt8]) throws(StateError) {
        var state = StateReader(bytes)
        step = try state.count()
        try model.restore(from: &state)
        try batch.restore(from: &state)
        try watch.restore(from: &state, step: step)
        guard state.isAtEnd else { throw StateError("the state goes on after its end") }
    }
}
