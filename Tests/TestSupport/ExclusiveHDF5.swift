package import Testing

/// Keeps HDF5 to one test at a time across all suites of the test process.
///
/// Suites run in parallel, and `.serialized` orders only the tests inside one of them.
package struct ExclusiveHDF5: SuiteTrait, TestTrait, TestScoping {
    private static let gate = Gate()

    /// Suites hand the trait on to their tests.
    package var isRecursive: Bool { true }

    /// Runs a test case once no other one holds the library; suites themselves pass through.
    @concurrent
    package func provideScope(
        for test: Test, testCase: Test.Case?,
        performing function: @concurrent @Sendable () async throws -> Void
    ) async throws {
        guard testCase != nil else { return try await function() }
        await Self.gate.enter()
        do {
            try await function()
        } catch {
            await Self.gate.leave()
            throw error
        }
        await Self.gate.leave()
    }
}

extension Trait where Self == ExclusiveHDF5 {
    /// One test at a time uses HDF5.
    package static var exclusiveHDF5: Self { ExclusiveHDF5() }
}

/// A lock whose waiters do not block their threads.
private actor Gate {
    private var isTaken = false
    private var waiting: [CheckedContinuation<Void, Never>] = []

    func enter() async {
        guard isTaken else {
            isTaken = true
            return
        }
        await withCheckedContinuation { waiting.append($0) }
    }

    func leave() {
        if waiting.isEmpty {
            isTaken = false
        } else {
            waiting.removeFirst().resume()
        }
    }
}
