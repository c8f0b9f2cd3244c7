/// When a cell has been trained long enough for another checkpoint.
struct CheckpointSchedule: Sendable {
    private let interval: Duration?
    private var next: Duration

    /// A schedule of a cell that begins now: the first checkpoint after half an interval, so that cells which are done
    /// sooner make none; nil for no checkpoints at all.
    init(every interval: Duration?) {
        self.interval = interval
        next = (interval ?? .zero) / 2
    }

    /// Whether a checkpoint is due, which is then taken as made.
    ///
    /// - Parameter elapsed: how long the cell has been trained here.
    /// - Returns: whether to make one now.
    mutating func isDue(at elapsed: Duration) -> Bool {
        guard let interval, elapsed >= next else { return false }
        next = elapsed + interval
        return true
    }
}
