import Testing

@testable import Training

@Suite struct CycleWatchTests {
    /// Feeds steps 0, 1, … of a sequence whose state at a step is this, until one is found that came back.
    private func found(
        _ steps: Int, loss: (Int) -> Double, state: (Int) -> Int?
    ) -> (step: Int, period: Int)? {
        var watch = CycleWatch()
        for step in 0..<steps {
            let period = watch.period(loss(step), step: step) {
                state(step).map { value in withUnsafeBytes(of: value) { Array($0) } }
            }
            if let period { return (step, period) }
            // Saved and restored between all steps, as a checkpoint does.
            var again = CycleWatch()
            let isMemory = again.restore(memory: watch.memory)
            #expect(isMemory)
            watch = again
        }
        return nil
    }

    @Test(
        "a state that comes back is found within a period of the next power of two",
        arguments: [(0, 1), (0, 2), (300, 7), (600, 360), (1000, 24), (5000, 3000)])
    func periods(_ start: Int, _ period: Int) throws {
        let place = { (step: Int) in step < start ? step : start + (step - start) % period }
        let first = try #require(
            found(40_000, loss: { Double(place($0)) }, state: { place($0) }))
        #expect(first.period == period)
        var anchor = CycleWatch.first
        while anchor < max(start, period) { anchor *= 2 }
        #expect(first.step == anchor + period)
    }

    @Test("a loss that comes back is not enough, and is looked into a few times only")
    func sameLoss() {
        var asked = 0
        let first = found(5000, loss: { _ in 0.5 }) { step in
            asked += 1
            return step
        }
        #expect(first == nil)
        // Steps 512, 1024, 2048 and 4096.
        #expect(asked == 4 * (1 + CycleWatch.mostLooks))
    }

    @Test("a state of which the next one is no function never comes back")
    func timed() {
        #expect(found(5000, loss: { _ in 0 }, state: { _ in nil }) == nil)
    }

    @Test("numbers that are no memory are refused")
    func memory() {
        var watch = CycleWatch()
        for numbers in [[], [1, 2, 3, 4]] {
            let isMemory = watch.restore(memory: numbers)
            #expect(!isMemory)
        }
    }
}
