import CKernels
import Core

/// Amplifies the slow components of all gradients (Lee et al. 2024, Grokfast, §2; as in the authors' code).
///
/// Moving average: g ← g + λ·m with m ← α·m + (1 − α)·g, m beginning as the first gradient. Window: g ← g + λ·mean of the
/// last w gradients, g included, once there are as many.
final class Grokfast {
    private let configuration: GrokfastConfiguration
    private let parameters: Parameters
    private let workspace: Workspace
    private let memories: [Memory]
    /// Gradients seen.
    private var count = 0

    /// What one parameter group keeps.
    private struct Memory {
        /// The moving average, or the sum over the window.
        let mean: UnsafeMutablePointer<Float>
        /// The window's gradients one after the other, as a ring.
        let ring: UnsafeMutablePointer<Float>
    }

    /// A filter that has seen no gradient.
    init(_ configuration: GrokfastConfiguration, _ parameters: Parameters) {
        self.configuration = configuration
        self.parameters = parameters
        let window = configuration.window
        let sizes = parameters.blocks.map { Workspace.padded($0.count) }
        let space = Workspace(capacity: sizes.reduce(0) { $0 + (1 + window) * $1 })
        workspace = space
        memories = parameters.blocks.map {
            Memory(mean: space.take($0.count), ring: space.take(window * $0.count))
        }
    }

    /// Filters the present gradients.
    func filter(_ kernels: borrowing KernelSet) {
        for place in memories.indices {
            let block = parameters.blocks[place]
            switch configuration {
            case .ema(let alpha, let lambda):
                let mean = memories[place].mean
                if count == 0 { mean.update(from: block.gradient, count: block.count) }
                kernels.table.scale(block.count, Float(alpha), mean)
                kernels.table.axpy(block.count, Float(1 - alpha), block.gradient, mean)
                kernels.table.axpy(block.count, Float(lambda), mean, block.gradient)
            case .movingAverage(let window, let lambda):
                slide(kernels, block, memories[place], window)
                guard count + 1 >= window else { continue }
                kernels.table.axpy(
                    block.count, Float(lambda / Double(window)), memories[place].mean,
                    block.gradient)
            }
        }
        count += 1
    }

    /// Puts the present gradient in the place of the oldest and sums the window up.
    private func slide(
        _ kernels: borrowing KernelSet, _ block: Parameters.Block, _ memory: Memory, _ window: Int
    ) {
        let slot = count % window
        let oldest = memory.ring + slot * block.count
        kernels.table.axpy(block.count, -1, oldest, memory.mean)
        kernels.table.axpy(block.count, 1, block.gradient, memory.mean)
        oldest.update(from: block.gradient, count: block.count)
        // Differences leave rounding errors behind; once per window the sum is made afresh.
        guard slot == window - 1 else { return }
        memory.mean.update(repeating: 0, count: block.count)
        for entry in 0..<window {
            kernels.table.axpy(block.count, 1, memory.ring + entry * block.count, memory.mean)
        }
    }

    /// Writes averages, window and count.
    func save(to state: inout StateWriter) {
        state.write(count)
        for (memory, block) in zip(memories, parameters.blocks) {
            state.write(memory.mean, count: block.count)
            state.write(memory.ring, count: configuration.window * block.count)
        }
    }

    /// Takes over what `save` wrote.
    func restore(from state: inout StateReader) throws(StateError) {
        count = try state.count()
        for (memory, block) in zip(memories, parameters.blocks) {
            try state.read(into: memory.mean, count: block.count)
            try state.read(into: memory.ring, count: configuration.window * block.count)
        }
    }
}

extension GrokfastConfiguration {
    /// Gradients kept.
    fileprivate var window: Int {
        switch self {
        case .ema: 0
        case .movingAverage(let window, _): window
        }
    }
}
