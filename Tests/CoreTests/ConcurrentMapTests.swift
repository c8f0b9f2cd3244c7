import Testing

@testable import Core

@Suite struct ConcurrentMapTests {
    @Test("every element is mapped once, in its place", arguments: [0, 1, 63, 64, 65, 1000])
    func inOrder(_ count: Int) {
        let numbers = Array(0..<count)
        #expect(numbers.concurrentMap { $0 * $0 } == numbers.map { $0 * $0 })
    }
}
