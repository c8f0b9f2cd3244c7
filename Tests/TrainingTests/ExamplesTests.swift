import Core
import Testing

@testable import Training

// Expected numbers are those of an independent program in Python, written from docs/random-streams.md.
@Suite struct ExamplesTests {
    /// The task that a mapping describes, with the examples of a seed.
    private func examples(_ task: String, seed: UInt64 = 0) throws -> Examples {
        let mlp = ["modular-sum", "parity", "teacher", "rule", "constant", "polygons"].contains(
            where: task.contains)
        let text = "task: \(task)\n" + (mlp ? "model: {kind: mlp, input: numbers}" : "")
        let definition = try CellDefinition(parsing: text)
        return Examples(definition.configuration, seed: seed)
    }

    /// Each operation modulo 7 at (3, 5), (4, 2), (2, 6) and (5, 5).
    private static let modulo7: [(ModularOperation.Word, [Int32])] = [
        (.sum, [1, 6, 1, 3]), (.difference, [5, 2, 3, 0]), (.product, [1, 1, 5, 4]),
        (.quotient, [2, 2, 5, 1]), (.squares, [6, 6, 5, 1]), (.quadratic, [0, 0, 3, 5]),
        (.quadraticPlus, [3, 4, 5, 3]), (.cubicMixed, [0, 2, 6, 3]), (.cubicTwice, [2, 5, 2, 3]),
        (.cubes, [5, 2, 0, 5]), (.cubicSymmetric, [6, 3, 5, 2]),
        (.quotientOrDifference, [2, 2, 3, 1]), (.sumOrProduct, [1, 6, 1, 4]),
        (.sumOrDifference, [5, 6, 1, 0]),
    ]

    @Test("every modular operation gives what arithmetic says", arguments: modulo7)
    func modular(_ operation: ModularOperation.Word, _ expected: [Int32]) throws {
        let examples = try examples(
            "{kind: modular, operation: \"\(operation.rawValue)\", modulus: 7}")
        var labels: [[Int32]: Int32] = [:]
        for (example, label) in examples.labels.enumerated() {
            labels[Array(examples.inputs[2 * example..<2 * example + 2])] = label
        }
        let pairs: [[Int32]] = [[3, 5], [4, 2], [2, 6], [5, 5]]
        #expect(pairs.map { labels[$0] } == expected)
        #expect(examples.classCount == 7 && examples.symbolCount == 7)
        #expect(examples.labels.allSatisfy { (0..<7).contains($0) })
        #expect(Set(Self.modulo7.map(\.0)).count == ModularOperation.Word.written.count)
    }

    @Test("a polynomial gives what arithmetic says, and a table what stands in it")
    func given() throws {
        let power = try examples("{kind: modular, operation: 3x^4y-y^5+2, modulus: 7}")
        let labels = (0..<7).flatMap { x in
            (0..<7).map { y in
                let value = (3 * x * x * x * x * y - y * y * y * y * y + 2) % 7
                return Int32(value < 0 ? value + 7 : value)
            }
        }
        #expect(power.labels == labels)
        let table = try examples("{kind: table, table: [[0, 1], [4, 1]]}")
        #expect(table.labels == [0, 1, 4, 1] && table.classCount == 5 && table.symbolCount == 2)
        let unordered = try examples("{kind: table, table: [[0, 1], [1, 2]], pairs: unordered}")
        #expect(unordered.labels == [0, 1, 2])
    }

    @Test("pictures of polygons come in every combination, each tile where its label has it from")
    func polygons() throws {
        let examples = try examples("{kind: polygons, shapes: [0, 3, 5], tile: 8}")
        let mosaic = try #require(examples.mosaic)
        #expect(examples.count == 81 && examples.classCount == 21 && examples.featureCount == 256)
        #expect(examples.labels[0] == 0 && examples.labels[80] == 20)
        // Example 5 = 0012 in base 3: two empty tiles above, a triangle and a pentagon below.
        #expect(examples.labels[5] == 8 && mosaic.choices[20..<24] == [0, 0, 1, 2])
        let row = examples.row(5)
        let tiles = [0, 3, 5].map { PolygonRaster.tile(sides: $0, side: 8) }
        #expect(row[..<128].allSatisfy { $0 == 1 })
        for line in 0..<8 {
            let start = 128 + 16 * line
            #expect(row[start..<start + 8] == tiles[1][8 * line..<8 * line + 8])
            #expect(row[start + 8..<start + 16] == tiles[2][8 * line..<8 * line + 8])
        }
        #expect(examples.rows.count == 81 * 256 && Array(examples.rows[1280..<1536]) == row)
    }

    @Test(
        "no two polygons look alike, and each is its own mirror image", arguments: [6, 12, 14, 112])
    func raster(_ side: Int) throws {
        let tiles = [0, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12].map {
            PolygonRaster.tile(sides: $0, side: side)
        }
        #expect(Set(tiles).count == 11)
        for tile in tiles {
            let mirrored = tile.indices.map { tile[$0 / side * side + side - 1 - $0 % side] }
            // Angles are rounded, and with them now and then a pixel's 254th.
            let most = zip(mirrored, tile).map { abs($0 - $1) }.max() ?? 1
            #expect(most < 1.5 / 254 && tile.contains(1))
        }
        #expect(tiles[0].allSatisfy { $0 == 1 } && tiles[2].contains { $0 < 0.5 })
    }

    @Test("colours are those of ImageNet's statistics")
    func colours() throws {
        let examples = try examples("{kind: polygons, shapes: [0, 3], tile: 6, colours: rgb}")
        let white = [(1 - 0.485) / 0.229, (1 - 0.456) / 0.224, (1 - 0.406) / 0.225]
        #expect(
            examples.featureCount == 432 && examples.row(0)[..<3] == white.map { Float($0) }[...])
    }

    @Test("sums of three residues come as unit vectors, every combination once")
    func sums() throws {
        let examples = try examples("{kind: modular-sum, modulus: 3, terms: 3}")
        #expect(examples.count == 27 && examples.featureCount == 9 && examples.classCount == 3)
        // 1 + 0 + 2, the number 1·9 + 0·3 + 2.
        #expect(Array(examples.features[11 * 9..<12 * 9]) == [0, 1, 0, 1, 0, 0, 0, 0, 1])
        #expect(examples.labels[11] == 0 && examples.labels[26] == 0 && examples.labels[1] == 1)
        #expect(examples.features.reduce(0, +) == 81)
    }

    @Test("a teacher may be constant, and what it says noisy in training only")
    func teachers() throws {
        let constant = try examples("{kind: teacher, scale: 0, offset: 0.5, samples: 4}")
        #expect(constant.values == [Float](repeating: 0.5, count: 20))
        let text = "task: {kind: teacher, samples: 40}\nmodel: {kind: mlp, input: numbers}\n"
        func values(_ split: String) throws -> (ExampleSplit, [Float]) {
            let problem = CellProblem(
                try CellDefinition(parsing: text + split).configuration, seed: 3)
            #expect(problem.examples.values == problem.split.values)
            return (problem.split, problem.split.values)
        }
        let (split, clean) = try values("")
        let (_, noisy) = try values("split: {label_noise: 0.5}")
        let (_, noisier) = try values("split: {label_noise: 1}")
        for example in split.validation.map(Int.init) {
            #expect(clean[5 * example..<5 * example + 5] == noisy[5 * example..<5 * example + 5])
        }
        let places = split.train.map(Int.init).flatMap { 5 * $0..<5 * $0 + 5 }
        let steps = places.map { noisy[$0] - clean[$0] }
        #expect(steps.allSatisfy { $0 != 0 })
        let spread = steps.reduce(0) { $0 + $1 * $1 } / Float(steps.count)
        #expect(abs(spread.squareRoot() - 0.5) < 0.1)
        // The same draws, twice as large.
        for place in places {
            #expect(abs((noisier[place] - clean[place]) - 2 * (noisy[place] - clean[place])) < 1e-5)
        }
    }

    @Test("a quotient times its divisor is the dividend, for every divisor but 0")
    func quotient() throws {
        let examples = try examples("{kind: modular, operation: x/y, modulus: 97}")
        #expect(examples.count == 97 * 96)
        for example in 0..<examples.count {
            let (x, y) = (examples.inputs[2 * example], examples.inputs[2 * example + 1])
            #expect(y != 0)
            #expect(examples.labels[example] * y % 97 == x)
        }
    }

    @Test(
        "examples stand where their pair's number says",
        arguments: [
            "{kind: addition, symbols: 9}", "{kind: modular, modulus: 9}",
            "{kind: modular, modulus: 9, pairs: unordered}",
            "{kind: modular, modulus: 11, operation: x/y}", "{kind: permutation, degree: 3}",
            "{kind: table, table: [[0, 1, 2], [1, 1, 0], [2, 0, 1]]}",
        ])
    func numbers(_ task: String) throws {
        let examples = try examples(task)
        let configured = try CellDefinition(parsing: "task: \(task)").configuration.task
        let pairs = try #require(configured.pairs)
        #expect(examples.count == configured.exampleCount)
        #expect(examples.symbolCount == configured.symbols?.count)
        #expect(examples.classCount == configured.classCount)
        for example in 0..<examples.count {
            let (x, y) = (Int(examples.inputs[2 * example]), Int(examples.inputs[2 * example + 1]))
            #expect(pairs.number(of: x, y) == example)
        }
    }

    @Test("products of permutations form the group, the left factor applied first")
    func permutations() throws {
        // Lexicographic: 012, 021, 102, 120, 201, 210. 021 and then 102 takes 0 → 0 → 1, 1 → 2 → 2, 2 → 1 → 0: 120.
        let product = try examples("{kind: permutation, degree: 3}").labels
        #expect(Array(product[0..<6]) == [0, 1, 2, 3, 4, 5])
        #expect(product[1 * 6 + 2] == 3 && product[2 * 6 + 1] == 4)
        for row in 0..<6 {
            #expect(Set(product[(6 * row)..<(6 * row + 6)]).count == 6)
            #expect(Set((0..<6).map { product[6 * $0 + row] }).count == 6)
        }
    }

    @Test("conjugates and sandwiches are the products that their names say")
    func products() throws {
        let product = try examples("{kind: permutation, degree: 4}").labels.map(Int.init)
        let conjugate = try examples("{kind: permutation, degree: 4, operation: aba^-1}").labels
        let sandwich = try examples("{kind: permutation, degree: 4, operation: aba}").labels
        for a in 0..<24 {
            let inverse = try #require((0..<24).first { product[24 * a + $0] == 0 })
            for b in 0..<24 {
                let ab = product[24 * a + b]
                #expect(Int(conjugate[24 * a + b]) == product[24 * ab + inverse])
                #expect(Int(sandwich[24 * a + b]) == product[24 * ab + a])
            }
        }
    }

    @Test("parity counts the relevant bits that are −1")
    func parity() throws {
        let task = "{kind: parity, relevant: 2, irrelevant: 1, samples: 4}"
        let few = try examples(task, seed: 5)
        #expect(few.features == [1, -1, -1, 1, 1, 1, -1, 1, 1, 1, 1, 1])
        #expect(few.labels == [1, 0, 1, 0])
        let many = try examples("{kind: parity, relevant: 3, irrelevant: 40, samples: 500}")
        #expect(many.featureCount == 43 && many.features.count == 500 * 43)
        #expect(many.features.allSatisfy { abs($0) == 1 })
        // 500 fair coins: four standard deviations are 45.
        #expect(abs(many.labels.count { $0 == 1 } - 250) < 45)
        #expect(many.classCount == 2 && many.symbolCount == 0 && many.inputs.isEmpty)
    }

    @Test("a teacher is a random tanh network over standard normal rows")
    func teacher() throws {
        let examples = try examples(
            "{kind: teacher, inputs: 2, outputs: 2, hidden: [3], samples: 3, tolerance: 0.5}",
            seed: 5)
        let rows: [Float] = [
            0.08255326002836227, -0.956500232219696, -1.0091484785079956, -0.5339305996894836,
            1.0741639137268066, 0.522783637046814,
        ]
        let values: [Float] = [
            -0.6480233669281006, 0.229079470038414, -0.4415544867515564, 0.2901628315448761,
            -0.9082134962081909, -0.1717146933078766,
        ]
        // Two C libraries may differ in the last place of log and tanh.
        for (found, expected) in [(examples.features, rows), (examples.values, values)] {
            #expect(found.count == expected.count)
            let off = zip(found, expected).map { abs($0.0 - $0.1) }.max() ?? 1
            #expect(off < 1e-6)
        }
        #expect(examples.count == 3 && examples.featureCount == 2 && examples.valueCount == 2)
        #expect(examples.labels.isEmpty && examples.tolerance == 0.5)
    }

    @Test("a rule's numbers are places on a line less ±16, a constant's rows scaled normal numbers")
    func ground() throws {
        let rule = try examples("{kind: rule, samples: 2, validation_samples: 2}", seed: 3)
        let values: [Float] = [-14.9845359, 14.0806357, -15.671606, 15.6571495]
        #expect(zip(rule.values, values).allSatisfy { abs($0 - $1) < 1e-5 })
        #expect(rule.features == [1, 1, 1, 1] && rule.tolerance == 256 && rule.count == 4)
        let constant = try examples(
            "{kind: constant, inputs: 3, samples: 1, validation_samples: 1}", seed: 3)
        let rows: [Float] = [1.674416, -3.204634, -9.227654]
        #expect(zip(constant.features, rows).allSatisfy { abs($0 - $1) < 1e-5 })
        #expect(constant.labels == [0, 0] && constant.classCount == 2)
    }

    @Test("only random examples depend on the seed")
    func seeds() throws {
        for task in ["{kind: parity}", "{kind: teacher}", "{kind: rule}", "{kind: constant}"] {
            let first = try examples(task, seed: 1)
            #expect(try examples(task, seed: 1) == first)
            #expect(try examples(task, seed: 2) != first)
        }
        let first = try examples("{kind: modular}", seed: 1)
        #expect(try examples("{kind: modular}", seed: 2) == first)
    }
}
