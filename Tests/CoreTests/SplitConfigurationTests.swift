import Testing

@testable import Core

@Suite("SplitConfiguration")
struct SplitConfigurationTests {
    private static let modular = "task: {kind: modular, modulus: 5}"

    @Test("the training set is a fraction of all examples, drawn outside what is excluded")
    func counts() throws {
        let square = try cell(
            "{\(Self.modular), split: {kind: square, size: 2}, train_fraction: 0.3}")
        #expect(square.trainCount == 8 && square.split.kind == .square(size: 2))
        // Of 25 pairs 9 are excluded, so 16 can be trained on; 0.64 of 25 is all of them.
        let most = try cell(
            "{\(Self.modular), split: {kind: square, size: 2}, train_fraction: 0.64}")
        #expect(most.trainCount == 16)
        let strip = try cell(
            "{\(Self.modular), split: {kind: strip, size: 1}, train_fraction: 0.6}")
        #expect(strip.trainCount == 15 && strip.split.kind == .strip(size: 1))
        // A third of 25 pairs is eight, each with three operations; of 75 examples it is 25.
        let text = """
            {task: {kind: modular, modulus: 5, operations: [x+y, x-y, x*y]}, model: {kind: mlp},
             split: {kind: pairs}, train_fraction: 0.3333}
            """
        #expect(try cell(text).trainCount == 24)
        #expect(try cell(text.replacing("pairs", with: "random")).trainCount == 25)
    }

    @Test(
        "a split that cannot be made says why and what would do",
        arguments: [
            BadCell(
                "{\(modular), split: {kind: square, size: 2}, train_fraction: 0.68}",
                "split: size 2 leaves 16 pairs, fewer than the 17 to train on "
                    + "(hint: use a smaller size or train_fraction)"),
            BadCell(
                "{\(modular), split: {kind: strip, size: 3}, train_fraction: 0.24}",
                "split: size 3 leaves 5 pairs, fewer than the 6 to train on "
                    + "(hint: use a smaller size or train_fraction)"),
            BadCell(
                "{\(modular), split: {kind: strip, size: 9}, train_fraction: 0.24}",
                "split: size 9 leaves 0 pairs, fewer than the 6 to train on "
                    + "(hint: use a smaller size or train_fraction)"),
            BadCell(
                "{split: {kind: square, size: 2}}",
                "split: an excluded region needs all ordered pairs of a modular task "
                    + "(hint: use task: {kind: modular, pairs: ordered} and an operation but x/y)"),
            BadCell(
                "{task: {kind: modular, operation: x/y, modulus: 5}, split: {kind: strip, size: "
                    + "1}}",
                "split: an excluded region needs all ordered pairs of a modular task "
                    + "(hint: use task: {kind: modular, pairs: ordered} and an operation but x/y)"),
            BadCell(
                "{split: {kind: labels}, train_fraction: 0.3}",
                "split: labels takes 19 training examples, not 17 "
                    + "(hint: use a larger train_fraction, or kind: random)"),
            BadCell(
                "{split: {kind: implied}, train_fraction: 0.48}",
                "split: implied takes 27 training examples, not 26 "
                    + "(hint: use a larger train_fraction, or kind: random)"),
            BadCell(
                "{\(modular), split: {kind: implied}}",
                "split: what examples imply is known of the task addition "
                    + "(hint: use kind: labels)"),
            BadCell(
                "{task: {kind: parity}, model: {kind: mlp, input: numbers}, split: {kind: labels}}",
                "split: labels needs a task of pairs, which parity is not "
                    + "(hint: use kind: random)"),
            BadCell(
                "{\(modular), split: {kind: pairs}}",
                "split: pairs needs a task of several operations that all have the same pairs "
                    + "(hint: use kind: random)"),
            BadCell(
                "{task: {kind: modular, modulus: 5, operations: [x+y, x/y]}, model: {kind: mlp}, "
                    + "split: {kind: pairs}}",
                "split: pairs needs a task of several operations that all have the same pairs "
                    + "(hint: use kind: random)"),
            BadCell(
                "{split: {kind: square}}",
                "split.size: missing: this key has no default (hint: add size: VALUE)"),
            BadCell(
                "{split: {kind: square, size: -1}}",
                "split.size: -1 is out of range: must be between 0 and 10000"),
            BadCell(
                "{split: {kind: random, size: 1}}",
                "split.size: unknown key (hint: known keys here: kind, corruption, label_noise)"),
            BadCell(
                "{split: {corruption: 1.5}}",
                "split.corruption: 1.5 is out of range: must be between 0 and 1"),
            BadCell(
                "{task: {kind: teacher}, model: {kind: mlp, input: numbers}, split: {corruption: "
                    + "0.1}}",
                "split: corruption needs a task with classes, which teacher has not "
                    + "(hint: drop corruption)"),
            BadCell(
                "{split: {kind: file, train: [0, 55]}}",
                "split: example 55 is beyond the 55 that may be trained on "
                    + "(hint: numbers go from 0 to 54)"),
            BadCell(
                "{split: {kind: file, train: [3, 1, 3]}}",
                "split.train: example 3 is named twice"),
            BadCell(
                "{split: {kind: file, train: [0.5]}}",
                "split.train: expected numbers of examples, found the number 0.5"),
            BadCell(
                "{split: {kind: file, train: []}}", "split: the list names no training example"),
            BadCell(
                "{batch: 45}",
                "batch: 45 is more than the 44 training examples "
                    + "(hint: 0 means the whole training set)"),
            BadCell(
                "{train_fraction: 1}",
                "train_fraction: 1 of 55 examples leaves no validation example "
                    + "(hint: use at most 0.9818181818181818)"),
            BadCell(
                "{train_fraction: 1.01}",
                "train_fraction: 1.01 is out of range: must be between 0 and 1"),
            BadCell(
                "{evaluate_every: -1}", "evaluate_every: -1 is out of range: must be at least 0"),
        ])
    func impossible(_ sample: BadCell) { #expect(sample.message == sample.expected) }

    @Test("a list too long for a message is refused")
    func longList() {
        let list = (0...ListedSplit.mostExamples).map(String.init).joined(separator: ",")
        #expect(
            BadCell("{task: {symbols: 500}, split: {kind: file, train: [\(list)]}}", "").message
                == "line 1: cell.split.train: 100001 examples are too many for a list "
                + "(hint: a list has at most 100000)")
    }
}
