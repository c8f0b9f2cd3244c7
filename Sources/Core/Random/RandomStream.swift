/// What a random stream is used for; every purpose has a stream of its own, so that a draw added to one of them does not
/// shift another.
package enum RandomPurpose: String, Sendable, CaseIterable {
    /// Which examples are trained on.
    case split
    /// Fixed regression targets.
    case targets
    /// Initial embeddings.
    case representation
    /// Initial parameters of the decoder.
    case decoder
    /// Order of the examples in batches.
    case batchOrder = "batch-order"
    /// Which activations dropout leaves out.
    case dropout
    /// Noise on what is trained on.
    case noise
    /// Examples, where a task has random ones.
    case examples
    /// Parameters of the network that a teacher–student task learns.
    case teacher
    /// Which training labels are wrong, and what they are instead.
    case corruption
    /// Random directions and orders that measures go by; no training depends on them.
    case measures
}

/// A seeded random stream: xoshiro256++ (Blackman & Vigna 2019) whose state is filled by SplitMix64 from
/// `seed XOR FNV-1a64(purpose)`.
///
/// The algorithm uses integer arithmetic, IEEE multiplication, square root and `log` only, so that another program can
/// repeat it; `docs/random-streams.md` spells it out.
package struct RandomStream: RandomNumberGenerator, Sendable, Equatable {
    private var s0: UInt64
    private var s1: UInt64
    private var s2: UInt64
    private var s3: UInt64

    /// The stream of one cell seed for one purpose.
    package init(seed: UInt64, purpose: RandomPurpose) {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in purpose.rawValue.utf8 {
            hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3
        }
        self.init(state: seed ^ hash)
    }

    /// A stream from a raw 64-bit state, for uses that are not part of a cell (jitter, tests).
    package init(state: UInt64) {
        var mixer = state
        func next() -> UInt64 {
            mixer &+= 0x9e37_79b9_7f4a_7c15
            var z = mixer
            z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
            z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
            return z ^ (z >> 31)
        }
        s0 = next()
        s1 = next()
        s2 = next()
        s3 = next()
    }

    /// The generator's state: four words, all of it.
    package var state: [UInt64] {
        get { [s0, s1, s2, s3] }
        set {
            precondition(newValue.count == 4)
            (s0, s1, s2, s3) = (newValue[0], newValue[1], newValue[2], newValue[3])
        }
    }

    /// The next 64 random bits.
    package mutating func next() -> UInt64 {
        let sum = s0 &+ s3
        let result = ((sum << 23) | (sum >> 41)) &+ s0
        let t = s1 << 17
        s2 ^= s0
        s3 ^= s1
        s1 ^= s2
        s0 ^= s3
        s2 ^= t
        s3 = (s3 << 45) | (s3 >> 19)
        return result
    }

    /// A uniform number in [0, 1) with 53 random bits.
    package mutating func uniform() -> Double {
        Double(next() >> 11) * 0x1p-53
    }

    /// A uniform number in [low, high).
    package mutating func uniform(_ low: Double, _ high: Double) -> Double {
        low + (high - low) * uniform()
    }

    /// A uniform integer in 0..<bound, unbiased: values from the incomplete last range are drawn again.
    package mutating func index(below bound: Int) -> Int {
        precondition(bound > 0)
        let range = UInt64(bound)
        let limit = UInt64.max - (UInt64.max % range + 1) % range
        var bits = next()
        while bits > limit { bits = next() }
        return Int(bits % range)
    }

    /// A standard normal number by Marsaglia's polar method; the second number of a pair is thrown away, so that the
    /// stream's state is the generator's state alone.
    package mutating func normal() -> Double {
        while true {
            let x = 2 * uniform() - 1
            let y = 2 * uniform() - 1
            let square = x * x + y * y
            if square > 0, square < 1 {
                return x * (-2 * logarithm(square) / square).squareRoot()
            }
        }
    }

    /// A random order of 0..<count (Fisher–Yates, from the last place down).
    package mutating func permutation(_ count: Int) -> [Int] {
        var order = Array(0..<count)
        for place in stride(from: count - 1, to: 0, by: -1) {
            order.swapAt(place, index(below: place + 1))
        }
        return order
    }
}
