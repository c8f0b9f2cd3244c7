import Dispatch
import Synchronization

extension Array where Element: Sendable {
    /// Maps every element, on all cores; the results are in the elements' order.
    package func concurrentMap<Value: Sendable>(
        _ transform: @Sendable (Element) -> Value
    ) -> [Value] {
        // Several pieces a core, because some take longer than others.
        let pieces = Swift.min(count, 64)
        let mapped = Mutex([[Value]](repeating: [], count: pieces))
        DispatchQueue.concurrentPerform(iterations: pieces) { piece in
            let values = self[count * piece / pieces..<count * (piece + 1) / pieces].map(transform)
            mapped.withLock { $0[piece] = values }
        }
        return mapped.withLock { Array<Value>($0.joined()) }
    }
}
