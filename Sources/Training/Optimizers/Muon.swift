import BLAS
import CKernels
import Core

/// Muon over the matrices of one contiguous stretch (Jordan et al. 2024, https://kellerjordan.github.io/posts/muon), as
/// `torch.optim.Muon` with Nesterov momentum, in single precision throughout.
///
/// b ← μ·b + (1 − μ)·g; u = (1 − μ)·g + μ·b; p ← p·(1 − η·λ) − η·√max(1, rows/columns)·O(u), O being `NewtonSchulz`.
final class Muon: GroupOptimizer {
    private let settings: UpdateRule
    private let block: Parameters.Block
    private let tensors: [Parameters.Tensor]
    private let workspace: Workspace
    private let momentum: UnsafeMutablePointer<Float>
    private let blend: UnsafeMutablePointer<Float>
    private let orthogonalise: NewtonSchulz

    /// An optimiser of a stretch at rest; the tensors are those in it.
    init(_ settings: UpdateRule, _ block: Parameters.Block, _ tensors: [Parameters.Tensor]) {
        self.settings = settings
        self.block = block
        self.tensors = tensors
        let largest = tensors.map(\.count).max() ?? 0
        workspace = Workspace(capacity: Workspace.padded(block.count) + Workspace.padded(largest))
        momentum = workspace.take(block.count)
        blend = workspace.take(largest)
        orthogonalise = NewtonSchulz(shapes: tensors.map { ($0.shape[0], $0.shape[1]) })
    }

    func update(_ kernels: borrowing KernelSet, step: Int, factor: Double) {
        let rate = factor * settings.learningRate
        let (kept, fresh) = (Float(settings.momentum), Float(1 - settings.momentum))
        kernels.table.scale(block.count, kept, momentum)
        kernels.table.axpy(block.count, fresh, block.gradient, momentum)
        kernels.table.scale(block.count, Float(1 - rate * settings.weightDecay), block.value)
        for place in tensors.indices {
            let tensor = tensors[place]
            let (rows, columns) = (tensor.shape[0], tensor.shape[1])
            blend.update(from: tensor.gradient, count: tensor.count)
            kernels.table.scale(tensor.count, fresh, blend)
            kernels.table.axpy(
                tensor.count, kept, momentum + (tensor.value - block.value), blend)
            orthogonalise.apply(kernels, blend, rows: rows, columns: columns)
            let size = rate * max(1, Double(rows) / Double(columns)).squareRoot()
            kernels.table.axpy(tensor.count, Float(-size), blend, tensor.value)
        }
    }

    func save(to state: inout StateWriter) { state.write(momentum, count: block.count) }

    func restore(from state: inout StateReader) throws(StateError) {
        try state.read(into: momentum, count: block.count)
    }
}

/// Brings the singular values of a matrix near 1: five rounds of X ← aX + (bA + cA²)X with A = XXᵀ, X beginning as the matrix
/// over its Frobenius norm; of a matrix with more rows than columns from the other side.
struct NewtonSchulz {
    /// a, b and c.
    static let coefficients = (3.4445, -4.7750, 2.0315)
    /// How often.
    static let rounds = 5
    /// Added to the norm.
    static let epsilon = 1e-7

    private let workspace: Workspace
    private let image: UnsafeMutablePointer<Float>
    private let gram: UnsafeMutablePointer<Float>
    private let square: UnsafeMutablePointer<Float>

    /// Room for matrices of these shapes.
    init(shapes: [(Int, Int)]) {
        let largest = shapes.map { $0.0 * $0.1 }.max() ?? 0
        let side = shapes.map { min($0.0, $0.1) }.max() ?? 0
        workspace = Workspace(
            capacity: Workspace.padded(largest) + 2 * Workspace.padded(side * side))
        image = workspace.take(largest)
        gram = workspace.take(side * side)
        square = workspace.take(side * side)
    }

    /// Applies it to a row-major matrix without padding.
    func apply(
        _ kernels: borrowing KernelSet, _ x: UnsafeMutablePointer<Float>, rows: Int, columns: Int
    ) {
        let count = rows * columns
        let norm = kernels.table.sum_of_squares(count, x).squareRoot()
        kernels.table.scale(count, Float(1 / (norm + NewtonSchulz.epsilon)), x)
        let isTall = rows > columns
        let (side, length) = (min(rows, columns), max(rows, columns))
        let (a, b, c) = NewtonSchulz.coefficients
        for _ in 0..<NewtonSchulz.rounds {
            OpenBLAS.sgemm(
                m: side, n: side, k: length, a: x, lda: columns, transposedA: isTall, b: x,
                ldb: columns, transposedB: !isTall, c: gram, ldc: side)
            square.update(from: gram, count: side * side)
            OpenBLAS.sgemm(
                m: side, n: side, k: side, a: gram, lda: side, b: gram, ldb: side,
                beta: Float(b / c), c: square, ldc: side)
            kernels.table.scale(side * side, Float(c), square)
            image.update(from: x, count: count)
            if isTall {
                OpenBLAS.sgemm(
                    m: rows, n: columns, k: columns, a: image, lda: columns, b: square,
                    ldb: columns, beta: Float(a), c: x, ldc: columns)
            } else {
                OpenBLAS.sgemm(
                    m: rows, n: columns, k: rows, a: square, lda: rows, b: image, ldb: columns,
                    beta: Float(a), c: x, ldc: columns)
            }
        }
    }
}
