import SHA256

/// Watches a run for a state that comes back, bit for bit: what follows on it has happened before, so that the run would
/// repeat itself for ever.
///
/// As in Brent's cycle finding (1980), the present state is held against that at the last power of two among the steps; a
/// period of P steps that began before one is found within P steps of it. States are compared by their digests, and only
/// where the training loss is what it was there, so that a step costs one comparison of two numbers.
struct CycleWatch {
    /// The step whose state is remembered.
    private var anchor = 0
    /// The bits of its training loss.
    private var loss: UInt64 = 0
    /// The digest of its state as four numbers; empty where the state is none to come back to.
    private var digest: [Int] = []
    /// How often the loss has been the same since.
    private var looks = 0

    /// The first step that is remembered.
    static let first = 512
    /// A loss that stays the same while parameters move makes no more work than this for each step remembered.
    static let mostLooks = 8

    /// Takes in a step.
    ///
    /// - Parameters:
    ///   - loss: its training loss.
    ///   - step: the step.
    ///   - state: everything that later steps depend on; nil where they depend on more than parameters and what the
    ///     optimiser keeps.
    /// - Returns: the number of steps after which the state has come back; nil where it has not.
    mutating func period(_ loss: Double, step: Int, state: () -> [UInt8]?) -> Int? {
        if step >= CycleWatch.first, step & (step - 1) == 0 {
            anchor = step
            self.loss = loss.bitPattern
            digest = state().map(CycleWatch.digest) ?? []
            looks = 0
            return nil
        }
        guard loss.bitPattern == self.loss, !digest.isEmpty, looks < CycleWatch.mostLooks else {
            return nil
        }
        looks += 1
        return state().map(CycleWatch.digest) == digest ? step - anchor : nil
    }

    private static func digest(_ bytes: [UInt8]) -> [Int] {
        let digits = SHA256Digest.hex(of: bytes)
        return stride(from: 0, to: 64, by: 16).map { place in
            let word = UInt64(digits.dropFirst(place).prefix(16), radix: 16) ?? 0
            return Int(Int64(bitPattern: word))
        }
    }

    /// All that has been seen so far as whole numbers.
    var memory: [Int] { [anchor, Int(Int64(bitPattern: loss)), looks] + digest }

    /// Takes over another watch's memory.
    ///
    /// - Returns: whether these numbers can be a memory.
    mutating func restore(memory: [Int]) -> Bool {
        guard memory.count == 3 || memory.count == 7 else { return false }
        anchor = memory[0]
        loss = UInt64(bitPattern: Int64(memory[1]))
        looks = memory[2]
        digest = Array(memory.dropFirst(3))
        return true
    }
}
