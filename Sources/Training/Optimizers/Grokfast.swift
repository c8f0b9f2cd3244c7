import CKernels
import Core

/// Amplifies the slow components of all gradients (Lee et al. 2024, Grokfast, §2; as in the authors' code).
///
/// Moving average: g ← g + λ·m with m ← α·m + (1 − α)·g, m beginning as the first gradient. Window: g ← g + λ·mean of the
/// last w gradients, g included, once there are as many. In the first of two stages λ is 0.
final class Grokfast {
    private let configuration: GrokfastConfiguration
    private let workspace: Workspace
    private let memories: [Memory]
    /// Gradients seen.
    private var count = 0

    /// What one parameter group keeps: its moving average, or the window's gradients one after the other, a ring, behind
    /// their sum in double precision.
    private struct Memory {
        let block: Parameters.Block
        let values: UnsafeMutablePointer<Float>
        let count: Int

        var sum: UnsafeMutablePointer<Double> {
            UnsafeMutableRawPointer(values).assumingMemoryBound(to: Double.self)
        }

        func slot(_ index: Int) -> UnsafeMutablePointer<Float> {
            values + (2 + index) * block.count
        }
    }

    /// A filter that has seen no gradient.
    init(_ configuration: GrokfastConfiguration, _ parameters: Parameters) {
        self.configuration = configuration
        let copies =
            switch configuration.filter {
            case .ema: 1
            case .movingAverage(let window): 2 + window
            }
        let space = Workspace(
            capacity: parameters.blocks.reduce(0) { $0 + Workspace.padded(copies * $1.count) })
        workspace = space
        memories = parameters.blocks.map {
            Memory(block: $0, values: space.take(copies * $0.count), count: copies * $0.count)
        }
    }

    /// Filters the present gradients.
    func filter(_ kernels: borrowing KernelSet) {
        let lambda = count < configuration.after ? 0 : configuration.lambda
        for place in memories.indices {
            let memory = memories[place]
            let block = memory.block
            switch configuration.filter {
            case .ema(let alpha):
                if count == 0 { memory.values.update(from: block.gradient, count: block.count) }
                kernels.table.ema_filter(block.count, memory.values, block.gradient, alpha, lambda)
            case .movingAverage(let window):
                kernels.table.window_filter(
                    block.count, memory.slot(count % window), memory.sum, block.gradient,
                    lambda / Double(window), count + 1 >= window ? 1 : 0)
            }
        }
        count += 1
    }

    /// Writes averages or windows, and the count.
    func save(to state: inout StateWriter) {
        state.write(count)
        saveMemories(to: &state)
    }

    /// Writes averages or windows.
    func saveMemories(to state: inout StateWriter) {
        for memory in memories { state.write(memory.values, count: memory.count) }
    }

    /// Whether later gradients are filtered alike whatever their number: a window is a ring, which has a place to begin at.
    var isTimeless: Bool {
        if case .ema = configuration.filter { count > configuration.after } else { false }
    }

    /// Takes over what `save` wrote.
    func restore(from state: inout StateReader) throws(StateError) {
        count = try state.count()
        for memory in memories { try state.read(into: memory.values, count: memory.count) }
    }
}
