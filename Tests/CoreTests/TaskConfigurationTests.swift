import TestSupport
import Testing

@testable import Core

@Suite("TaskConfiguration")
struct TaskConfigurationTests {
    private static let numbers = "model: {kind: mlp, input: numbers}"

    @Test("every kind has its defaults, sizes and words")
    func kinds() throws {
        let modular = try cell("{task: {kind: modular}}").task
        #expect(modular.exampleCount == 97 * 97 && modular.classCount == 97)
        #expect(modular.symbols?.count == 97 && modular.featureCount == nil && modular.isSymmetric)
        let quotient = try cell("{task: {kind: modular, operation: x/y, modulus: 5}}").task
        #expect(quotient.exampleCount == 20 && quotient.classCount == 5 && !quotient.isSymmetric)
        let unordered = try cell("{task: {kind: modular, modulus: 5, pairs: unordered}}").task
        #expect(unordered.exampleCount == 15 && !unordered.isSymmetric)
        let permutation = try cell("{task: {kind: permutation}}").task
        #expect(permutation.exampleCount == 14_400 && permutation.classCount == 120)
        let table = try cell("{task: {kind: table, table: [[0, 1], [1, 4]]}}").task
        #expect(table.exampleCount == 4 && table.classCount == 5 && table.symbols?.count == 2)
        #expect(table.isSymmetric && table.pairs?.choice == .all)
        let sum = try cell("{task: {kind: modular-sum}, \(Self.numbers)}").task
        #expect(sum.exampleCount == 1331 && sum.classCount == 11 && sum.featureCount == 33)
        #expect(sum.pairs == nil && sum.symbols == ExampleSymbols(count: 11, operands: 3))
        let several = try cell(
            "{task: {kind: modular, modulus: 5, operations: [x/y, x^3-1]}, model: {kind: mlp}}"
        ).task
        #expect(several.exampleCount == 45 && several.classCount == 5 && several.pairs == nil)
        #expect(several.symbols == ExampleSymbols(count: 5, operations: 2))
        let parity = try cell("{task: {kind: parity}, \(Self.numbers)}").task
        #expect(parity.exampleCount == 2000 && parity.classCount == 2 && parity.symbols == nil)
        #expect(parity.featureCount == 43 && parity.pairs == nil)
        let teacher = try cell("{task: {kind: teacher}, \(Self.numbers)}").task
        #expect(teacher.exampleCount == 200 && teacher.classCount == nil)
        #expect(teacher.featureCount == 5)
        let rule = try cell("{task: {kind: rule}, \(Self.numbers), train_fraction: 1}")
        #expect(rule.task.exampleCount == 504 && rule.trainCount == 4)
        #expect(rule.task.featureCount == 1 && rule.task.classCount == nil)
        #expect(rule.task.outputCount == 1 && rule.task.pairs == nil)
        let constant = try cell("{task: {kind: constant}, \(Self.numbers), train_fraction: 1}")
        #expect(constant.task.exampleCount == 340 && constant.trainCount == 40)
        #expect(constant.task.featureCount == 20 && constant.task.classCount == 2)
        let images = try cell("{task: {kind: images, images: i, labels: l}, \(Self.numbers)}").task
        #expect(images.exampleCount == 1000 && images.featureCount == 784)
        #expect(images.trainableCount == 1000 && images.classCount == 10)
        #expect(images.picture == PictureShape(side: 28, channels: 1))
        let polygons = try cell("{task: {kind: polygons, colours: rgb}, \(Self.numbers)}").task
        #expect(polygons.exampleCount == 2401 && polygons.trainableCount == 2401)
        #expect(polygons.classCount == 33 && polygons.featureCount == 3 * 28 * 28)
        #expect(polygons.picture == PictureShape(side: 28, channels: 3) && polygons.pairs == nil)
    }

    @Test(
        "a polynomial has one text for all ways to write it, that of an operation where there is one"
    )
    func polynomials() throws {
        func operation(_ text: String) throws -> String? {
            let task = try cell("{task: {kind: modular, operation: \"\(text)\"}}").task
            guard case .object(let members) = task.json(.complete),
                case .string(let word)? = members["operation"]
            else { return nil }
            return word
        }
        for text in ["x^4-2x^2y+3", "-2*x^2*y+3+x^4", " 3 - 2x^2 y + x^3x "] {
            #expect(try operation(text) == "x^4-2x^2y+3")
        }
        #expect(try operation("y+x") == "x+y" && (try operation("xy")) == "x*y")
        #expect(try operation("x^2+xy+x+y^2") == "x^2+xy+y^2+x")
        #expect(try operation("-x") == "-x" && (try operation("x-x+7y")) == "7y")
        #expect(try cell("{task: {kind: modular, operation: x^4+y^4+xy}}").task.isSymmetric)
        #expect(try !cell("{task: {kind: modular, operation: x^4+y^3}}").task.isSymmetric)
        for text in ["x^", "x+", "+", "z", "2", "x**y", "x^65", "*x", "x-x", "1000001x", "x y z"] {
            let line = problem {
                _ = try cell("{task: {kind: modular, operation: \"\(text)\", pairs: 3}}")
            }
            #expect(line.contains("cell.task.operation: unknown value"), "\(text): \(line)")
        }
    }

    @Test("images from files for validation are never trained on")
    func validationImages() throws {
        let further = "validation_images: v, validation_labels: w, validation_samples: 50"
        let whole = try cell(
            "{task: {kind: images, images: i, labels: l, samples: 100, \(further)}, "
                + "\(Self.numbers), train_fraction: 1}")
        #expect(whole.task.exampleCount == 150 && whole.trainCount == 100)
        guard case .images(let task) = whole.task else {
            Issue.record("not images")
            return
        }
        #expect(task.files == ["i", "l", "v", "w"])
    }

    @Test(
        "a value out of bounds is named with them",
        arguments: [
            BadCell(
                "{task: {symbols: 10001}}",
                "task.symbols: 10001 is out of range: must be between 2 and 10000"),
            BadCell(
                "{task: {kind: modular, modulus: 1}}",
                "task.modulus: 1 is out of range: must be between 2 and 2000"),
            BadCell(
                "{task: {kind: modular, modulus: 2001}}",
                "task.modulus: 2001 is out of range: must be between 2 and 2000"),
            BadCell(
                "{task: {kind: modular, operation: x+y, operations: [x+y, x*y]}}",
                "task.operations: stands beside operation: one or the other says what is learnt "
                    + "(hint: drop operation)"),
            BadCell(
                "{task: {kind: modular, operations: [x*y]}}",
                "task.operations: expected 2 to 16 operations, found 1 "
                    + "(hint: for one write operation: x*y)"),
            BadCell(
                "{task: {kind: modular, operations: [x+y, y+x]}}",
                "task.operations: x+y is named twice"),
            BadCell(
                "{task: {kind: modular, operations: [x+y, 3]}}",
                "task.operations: expected operations, found the number 3"),
            BadCell(
                "{task: {kind: modular, operations: [x+y, x/y], modulus: 6}}",
                "task.modulus: 6 = 2 · 3 is not prime, and x/y divides "
                    + "(hint: use a prime such as 97 or 113)"),
            BadCell(
                "{task: {kind: modular, operations: [x+y, x-y], pairs: unordered}}",
                "task.pairs: unordered pairs need a symmetric operation, which x-y is not "
                    + "(hint: use pairs: ordered)"),
            BadCell(
                "{task: {kind: permutation, degree: 7}}",
                "task.degree: 7 is out of range: must be between 2 and 6"),
            BadCell(
                "{task: {kind: parity, relevant: 0}}",
                "task.relevant: 0 is out of range: must be between 1 and 64"),
            BadCell(
                "{task: {kind: parity, irrelevant: 4097}}",
                "task.irrelevant: 4097 is out of range: must be between 0 and 4096"),
            BadCell(
                "{task: {kind: parity, samples: 1}}",
                "task.samples: 1 is out of range: must be between 2 and 1000000"),
            BadCell(
                "{task: {kind: teacher, inputs: 0}}",
                "task.inputs: 0 is out of range: must be between 1 and 65536"),
            BadCell(
                "{task: {kind: teacher, outputs: 65537}}",
                "task.outputs: 65537 is out of range: must be between 1 and 65536"),
            BadCell(
                "{task: {kind: teacher, hidden: [0]}}",
                "task.hidden: expected widths between 1 and 65536, found the number 0"),
            BadCell(
                "{task: {kind: teacher, tolerance: 0}}",
                "task.tolerance: 0 is out of range: must be more than 0"),
            BadCell(
                "{task: {kind: images, images: i, labels: l, samples: 0}}",
                "task.samples: 0 is out of range: must be between 1 and 10000000"),
            BadCell(
                "{task: {kind: images, images: i, labels: l, pixels: 0}}",
                "task.pixels: 0 is out of range: must be between 1 and 1000000"),
            BadCell(
                "{task: {kind: images, images: i, labels: l, classes: 257}}",
                "task.classes: 257 is out of range: must be between 2 and 256"),
            BadCell(
                "{task: {kind: modular, operation: x+z}}",
                "task.operation: unknown value \"x+z\": known are x+y, x-y, x*y, x/y, x^2+y^2, "
                    + "x^2+xy+y^2, x^2+xy+y^2+x, x^3+xy, x^3+xy^2+y, x^3+y^3, x^3+xy+y^3, x/y|x-y, "
                    + "x+y|x*y, x+y|x-y, and polynomials such as x^4-2xy+1 (hint: did you mean x+y?)"
            ),
            BadCell(
                "{task: {kind: permutation, operation: ba}}",
                "task.operation: unknown value \"ba\": known are ab, aba^-1, aba "
                    + "(hint: did you mean aba?)"),
        ])
    func bounds(_ sample: BadCell) { #expect(sample.message == sample.expected) }

    @Test(
        "a task that cannot be made says why and what would do",
        arguments: [
            BadCell(
                "{task: {kind: modular, operation: x/y, modulus: 91}}",
                "task.modulus: 91 = 7 · 13 is not prime, and x/y divides "
                    + "(hint: use a prime such as 97 or 113)"),
            BadCell(
                "{task: {kind: modular, operation: x/y|x-y, modulus: 4}}",
                "task.modulus: 4 = 2 · 2 is not prime, and x/y|x-y divides "
                    + "(hint: use a prime such as 97 or 113)"),
            BadCell(
                "{task: {kind: modular, operation: x-y, pairs: unordered}}",
                "task.pairs: unordered pairs need a symmetric operation, which x-y is not "
                    + "(hint: use pairs: ordered)"),
            BadCell(
                "{task: {kind: images, labels: l}}",
                "task.images: missing: this key has no default (hint: add images: VALUE)"),
            BadCell(
                "{task: {kind: images, images: i, labels: l, validation_samples: 5}}",
                "task.validation_images: missing: this key has no default "
                    + "(hint: add validation_images: VALUE)"),
            BadCell(
                "{task: {kind: images, images: i, labels: l, digest: abc}}",
                "task.digest: \"abc\" is no SHA-256: 64 of 0-9 and a-f (hint: drop the key; "
                    + "grokmap fills it in where it can read the files)"),
            BadCell(
                "{task: {kind: parity, irrelevant: 4096, samples: 1000000}}",
                "task: its examples hold 4099000000 numbers, more than 134217728 "
                    + "(hint: use fewer samples)"),
            BadCell(
                "{task: {kind: modular, symbols: 5}}",
                "task.symbols: unknown key (hint: known keys here: kind, operation, operations, "
                    + "modulus, pairs)"
            ),
        ])
    func impossible(_ sample: BadCell) { #expect(sample.message == sample.expected) }
}
