import CKernels
import Core
import Testing

@testable import Training

/// Numbers too small for a whole mantissa are 0 while a cell is trained.
@Suite struct DenormalTests {
    /// Half the smallest normal number, made while running.
    private static func half() -> Float {
        var number = Float.leastNormalMagnitude
        withUnsafeMutablePointer(to: &number) { $0.pointee *= 0.5 }
        return number
    }

    /// Figure 6d of Liu et al. 2022 at strong decay, with a narrow decoder.
    private static let collapsing = """
        {task: {kind: permutation, degree: 3}, steps: 2000,
         model: {embedding: 9, combination: matrix-product, embedding_scale: 0.1, hidden: [9, 9]},
         optimizer: {decoder: {learning_rate: 4.0e-4, weight_decay: 200}}, train_fraction: 0.67}
        """

    private static func isDenormal(_ number: Float) -> Bool {
        number != 0 && abs(number) < Float.leastNormalMagnitude
    }

    @Test("a thread flushes denormals between the two calls, and only then")
    func scope() {
        #expect(Self.half() > 0)
        let before = kernel_flush_denormals()
        let flushed = Self.half()
        kernel_restore_denormals(before)
        #expect(flushed == 0 && Self.half() > 0)
    }

    @Test("weights under strong decay become 0, on every kernel set, and the thread is as before")
    func training() throws {
        let configuration = try CellDefinition(parsing: Self.collapsing).configuration
        let problem = CellProblem(configuration, seed: 1)
        for kernels in KernelSet.available {
            let plain = FastModel(problem, kernels: kernels)
            var batch = Batch(split: problem.split, size: 0, seed: 1)
            for step in 0..<configuration.steps {
                batch.advance()
                _ = plain.differentiate(batch, step: step, evaluating: false)
                plain.update()
            }
            #expect(plain.parameters.contains { $0.values.contains { Self.isDenormal($0) } })
            let outcome = try TrainingLoopTests.outcome(
                configuration, record: RecordRequest(parameters: [.last]), kernels: kernels)
            let values = outcome.parameters.flatMap(\.tensors).flatMap(\.values)
            #expect(values.contains(0) && !values.contains { Self.isDenormal($0) })
            #expect(Self.half() > 0)
        }
    }

    @Test("where nothing is denormal, flushing changes no bit", arguments: ["pair-noise", "toy"])
    func bits(_ name: String) throws {
        let golden = try GoldenFile("\(name)-float32")
        let problem = CellProblem(golden.configuration, seed: golden.seed)
        func trained() -> [NamedTensor] {
            let model = FastModel(problem, kernels: .best)
            var batch = Batch(
                split: problem.split, size: problem.configuration.batch, seed: golden.seed)
            for step in 0..<10 {
                batch.advance()
                _ = model.differentiate(batch, step: step, evaluating: false)
                model.update()
            }
            return model.parameters
        }
        let plain = trained()
        let before = kernel_flush_denormals()
        let flushed = trained()
        kernel_restore_denormals(before)
        #expect(plain == flushed)
    }
}
