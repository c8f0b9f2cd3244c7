import Core
import Testing

@testable import Coordinator

@Suite struct ExplainCommandTests {
    @Test("validation labels that training never shows are counted, and what follows is said")
    func ceiling() {
        // Sums 0 to 3; the only example of label 3 is validated on, label 1 occurs on both sides.
        let split = ExampleSplit(
            inputs: [0, 0, 0, 1, 1, 0, 1, 2], symbolsPerExample: 2, labels: [0, 1, 1, 3],
            train: [0, 1], validation: [2, 3])
        #expect(split.reachableValidationCount == 1)
        let strict = ExplainCommand.ceiling(of: split, under: PhaseRule())
        #expect(
            strict == """
                split: 1 of 2 validation examples have a label that occurs in training, less than \
                the rule asks for: no run on this split is likely to generalise
                """)
        let loose = ExplainCommand.ceiling(of: split, under: PhaseRule(validationAccuracy: 0.5))
        #expect(loose == "split: 1 of 2 validation examples have a label that occurs in training")
        var whole = split
        whole.validation = [2]
        #expect(ExplainCommand.ceiling(of: whole, under: PhaseRule()) == nil)
    }

    @Test("a checkpoint is told with where it can be resumed")
    func checkpoint() {
        #expect(
            ExplainCommand.describe(Sample.stored(2, step: 512))
                == "checkpoint: resumes at step 512 of attempt 2, on fast with OpenBLAS core"
                + " Haswell only")
    }

    @Test("the effective theory's remark is about the cell's own split")
    func theory() throws {
        func remark(_ fraction: Double) throws -> String {
            let cell = try CellDefinition(parsing: "{train_fraction: \(fraction), seed: 0}")
            return try #require(TheoryRemark.text(of: cell))
        }
        #expect(try remark(0.9).contains("n0 = 2"))
        #expect(try remark(0.1).contains("no unique linear representation"))
    }

    @Test(
        "any representation learning rate has a remark that is true of it",
        arguments: [
            ("1.0e-3", "step scale 1/(λ3 η_R) = "), ("1.0e-21", "more than 9,007,199,254,740,992"),
            ("5.0e-324", "more than 9,007,199,254,740,992"), ("1.0e+300", "η_R) = 0"),
            ("0", "never reaches"),
        ])
    func rates(_ rate: String, _ words: String) throws {
        let cell = try CellDefinition(
            parsing: "{train_fraction: 0.9, optimizer: {representation: {learning_rate: \(rate)}}}")
        let remark = try #require(TheoryRemark.text(of: cell))
        #expect(remark.contains("fixes the linear representation") && remark.contains(words))
    }

    @Test(
        "of what the theory is not about there is no remark",
        arguments: [
            "model: {combination: matrix-product, embedding: 1}", "task: {symbols: 2}",
            "model: {embedding: 2}", "task: {kind: modular}",
        ])
    func noTheory(_ text: String) throws {
        #expect(TheoryRemark.text(of: try CellDefinition(parsing: text)) == nil)
    }
}
