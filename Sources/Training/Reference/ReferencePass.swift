import Core

/// What a training pass draws, one number at a time as `docs/random-streams.md` numbers them.
struct ReferencePass {
    /// The cell's seed.
    let seed: UInt64
    /// Updates made so far.
    let step: Int
    /// Standard deviation of the noise.
    let noise: Double
    /// Place in the batch of each example.
    var places: [Int]

    /// The pass that has only one of the examples.
    func only(_ example: Int) -> ReferencePass {
        var pass = self
        pass.places = [places[example]]
        return pass
    }

    /// What dropout multiplies an element with: 0 or 1/(1 − p).
    func mask<Scalar: BinaryFloatingPoint>(
        _ probability: Double, site: Int, row: Int, example: Int
    ) -> Scalar {
        let stream = PlacedStream(seed: seed, purpose: .dropout, site: site)
        return Reference.dropoutMask(
            1, key: stream.key(step: step),
            counter: PlacedStream.element(row: row, place: places[example]),
            threshold: UInt32((probability * 0x1p32).rounded()),
            scale: Scalar(1 / (1 - probability))
        )[0]
    }

    /// What noise adds to an element.
    func noise<Scalar: BinaryFloatingPoint>(row: Int, example: Int) -> Scalar {
        let stream = PlacedStream(seed: seed, purpose: .noise, site: 0)
        return Reference.normalNoise(
            1, key: stream.key(step: step),
            counter: PlacedStream.element(row: row, place: places[example]), sigma: Scalar(noise))[
                0]
    }
}
