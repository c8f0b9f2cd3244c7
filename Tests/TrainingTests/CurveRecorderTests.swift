import Testing

@testable import Training

@Suite struct CurveRecorderTests {
    @Test("scheduled steps are every step to 100, then about 2 % apart")
    func schedule() {
        var steps = [0]
        while let last = steps.last, last < 100_000 {
            steps.append(CurveRecorder.scheduled(after: last))
        }
        #expect(steps.prefix(101).elementsEqual(0...100))
        #expect(steps[101] == 102)
        let ratios = zip(steps.dropFirst(101), steps.dropFirst(102)).map { Double($1) / Double($0) }
        #expect(ratios.allSatisfy { $0 > 1.009 && $0 < 1.031 })
        #expect(steps.count < 460)
    }
}
