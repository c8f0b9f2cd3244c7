import CKernels
import Core

/// Random numbers by place rather than in a row, so that they need not be kept for the way back and do not depend on how a
/// batch is cut into blocks: Philox4x32-10 with a key per step and site, an element per row and example
/// (`docs/random-streams.md`).
struct PlacedStream {
    /// A kernel that fills so many floats from one key and element on.
    typealias Draw = (
        _ count: Int, _ key: UInt64, _ element: UInt64, _ numbers: UnsafeMutablePointer<Float>
    ) -> Void

    private let key: UInt64

    /// The stream of a cell's seed for one purpose at one place of its network.
    init(seed: UInt64, purpose: RandomPurpose, site: Int) {
        var stream = RandomStream(seed: seed, purpose: purpose)
        key = stream.next() &+ UInt64(site)
    }

    /// The key of one step.
    func key(step: Int) -> UInt64 { key &+ UInt64(step) << 16 }

    /// The element of a row for the example at this place of the batch.
    static func element(row: Int, place: Int) -> UInt64 {
        UInt64(row) << 32 | UInt64(place)
    }

    /// Draws a number of one row for each of the block's first columns.
    func fill(
        _ numbers: UnsafeMutablePointer<Float>, columns: Int, row: Int, _ pass: Pass, _ draw: Draw
    ) {
        let key = key(step: pass.step)
        let runs = pass.runs(of: columns)
        draw(
            runs.examples.columns.count, key,
            PlacedStream.element(row: row, place: runs.examples.place), numbers)
        guard !runs.mirrors.columns.isEmpty else { return }
        draw(
            runs.mirrors.columns.count, key,
            PlacedStream.element(row: row, place: runs.mirrors.place),
            numbers + runs.mirrors.columns.lowerBound)
    }
}

/// Inverted dropout: in training passes an element is 0 with probability p, else divided by 1 − p. The gradient takes the
/// same way.
struct Dropout {
    private let stream: PlacedStream
    private let threshold: UInt32
    private let scale: Float

    /// The dropout of one place of a network; nil where the probability is 0.
    init?(_ probability: Double, seed: UInt64, site: Int) {
        guard probability > 0 else { return nil }
        stream = PlacedStream(seed: seed, purpose: .dropout, site: site)
        threshold = UInt32((probability * 0x1p32).rounded())
        scale = Float(1 / (1 - probability))
    }

    /// Applies it to values or gradients, features × examples; `row` is the first row's number among all of this site, `mask`
    /// room for a float per column.
    func apply(
        _ kernels: borrowing KernelSet, _ matrix: Matrix, row first: Int = 0, _ pass: Pass,
        mask: UnsafeMutablePointer<Float>
    ) {
        let (draw, threshold, scale) = (kernels.table.dropout_mask, threshold, scale)
        for row in 0..<matrix.rows {
            stream.fill(mask, columns: matrix.columns, row: first + row, pass) {
                draw?($0, $1, $2, threshold, scale, $3)
            }
            kernels.table.multiply(matrix.columns, mask, matrix.row(row))
        }
    }
}

/// Normal noise on what a network trains on (Tan & Huang 2023, perturbation training).
struct Noise {
    private let stream: PlacedStream

    /// The noise of a cell.
    init(seed: UInt64) { stream = PlacedStream(seed: seed, purpose: .noise, site: 0) }

    /// Adds noise of the pass's standard deviation to features × examples; see `Dropout.apply`.
    func add(
        _ kernels: borrowing KernelSet, to matrix: Matrix, row first: Int = 0, _ pass: Pass,
        room: UnsafeMutablePointer<Float>
    ) {
        let draw = kernels.table.normal_noise
        for row in 0..<matrix.rows {
            stream.fill(room, columns: matrix.columns, row: first + row, pass) {
                draw?($0, $1, $2, pass.noise, $3)
            }
            kernels.table.axpy(matrix.columns, 1, room, matrix.row(row))
        }
    }
}
