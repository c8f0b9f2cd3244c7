import Core

/// A finished result on its way to the coordinator.
struct Delivery: Sendable, Equatable {
    /// The attempt.
    let attempt: AttemptID
    /// Its file.
    let file: ResultFile
    /// Which bytes of it go next.
    var window: PieceWindow
    /// How often the coordinator refused it.
    private(set) var refusals = 0

    /// A result that nothing has been sent of.
    init(attempt: AttemptID, file: ResultFile, now: Duration) {
        self.attempt = attempt
        self.file = file
        window = PieceWindow(size: file.size, now: now)
    }

    /// Counts a refusal.
    mutating func refuse() { refusals += 1 }
}
