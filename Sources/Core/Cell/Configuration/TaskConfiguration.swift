import SHA256

/// What is learnt.
package enum TaskConfiguration: Sendable, Hashable {
    /// Plain (not modular) addition of `symbols` symbols, unordered pairs (Liu et al. 2022, §2).
    case addition(symbols: Int)
    /// A binary operation modulo a number (Power et al. 2022, App. A.1.1; Gu et al. 2025, §4).
    case modular(ModularTask)
    /// A binary operation on the permutations of a few things (Power et al. 2022, App. A.1.1).
    case permutation(PermutationTask)
    /// A binary operation given by its table.
    case table(TableTask)
    /// The sum of several residues.
    case modularSum(ModularSumTask)
    /// Parity of a few among many random bits (Prieto et al. 2025).
    case parity(ParityTask)
    /// Regression onto a random network (Liu et al. 2022b, Omnigrok, §3).
    case teacher(TeacherTask)
    /// Images in the MNIST format.
    case images(ImagesTask)
    /// One bias that parts two classes on a line.
    case rule(RuleTask)
    /// Normal rows that are all of one class.
    case constant(ConstantTask)
    /// Pictures of polygons, whose sides are added up.
    case polygons(PolygonsTask)

    /// The words for `kind`.
    package enum Kind: String, Sendable, CaseIterable {
        /// Plain addition.
        case addition
        /// Operation modulo a number.
        case modular
        /// Operation on permutations.
        case permutation
        /// Operation by its table.
        case table
        /// Sum of several residues.
        case modularSum = "modular-sum"
        /// Sparse parity.
        case parity
        /// Teacher and student.
        case teacher
        /// Images with labels.
        case images
        /// Two classes on a line.
        case rule
        /// One class for all rows.
        case constant
        /// Sum of polygons' sides.
        case polygons
    }

    /// Reads and checks the mapping.
    init(_ mapping: consuming MappingReader) throws(SweepError) {
        var reader = mapping
        let kind: Kind = try reader.choice("kind", default: .addition)
        switch kind {
        case .addition:
            self = .addition(symbols: try reader.integer("symbols", default: 10, in: 2...10_000))
        case .modular: self = .modular(try ModularTask(&reader))
        case .permutation: self = .permutation(try PermutationTask(&reader))
        case .table: self = .table(try TableTask(&reader))
        case .modularSum: self = .modularSum(try ModularSumTask(&reader))
        case .parity: self = .parity(try ParityTask(&reader))
        case .teacher: self = .teacher(try TeacherTask(&reader))
        case .images: self = .images(try ImagesTask(&reader))
        case .rule: self = .rule(try RuleTask(&reader))
        case .constant: self = .constant(try ConstantTask(&reader))
        case .polygons: self = .polygons(try PolygonsTask(&reader))
        }
        try reader.finish()
    }

    /// The kind's word.
    package var kind: Kind {
        switch self {
        case .addition: .addition
        case .modular: .modular
        case .permutation: .permutation
        case .table: .table
        case .modularSum: .modularSum
        case .parity: .parity
        case .teacher: .teacher
        case .images: .images
        case .rule: .rule
        case .constant: .constant
        case .polygons: .polygons
        }
    }

    /// The pairs of symbols that are examples; nil where an example is a row of numbers.
    package var pairs: PairOrder? {
        switch self {
        case .addition(let symbols): PairOrder(symbols: symbols, .ascending)
        case .modular(let task): task.pairOrder
        case .permutation(let task): PairOrder(symbols: task.symbolCount, .all)
        case .table(let task): task.pairOrder
        case .modularSum, .parity, .teacher, .images, .rule, .constant, .polygons: nil
        }
    }

    /// Number of examples there are.
    package var exampleCount: Int {
        switch self {
        case .addition(let symbols): PairOrder(symbols: symbols, .ascending).count
        case .modular(let task): task.pairOrder.count
        case .permutation(let task): PairOrder(symbols: task.symbolCount, .all).count
        case .table(let task): task.pairOrder.count
        case .modularSum(let task): task.count
        case .parity(let task): task.samples
        case .teacher(let task): task.samples
        case .images(let task): task.samples + task.validationSamples
        case .rule(let task): task.samples + task.validationSamples
        case .constant(let task): task.samples + task.validationSamples
        case .polygons(let task): task.count
        }
    }

    /// Number of examples that may be trained on, the first ones: all but images from files for validation.
    package var trainableCount: Int {
        switch self {
        case .images(let task): task.samples
        case .rule(let task): task.samples
        case .constant(let task): task.samples
        case .addition, .modular, .permutation, .table, .modularSum, .parity, .teacher, .polygons:
            exampleCount
        }
    }

    /// Number of classes; nil where real numbers are predicted.
    package var classCount: Int? {
        switch self {
        case .addition(let symbols): 2 * symbols - 1
        case .modular(let task): task.modulus
        case .permutation(let task): task.symbolCount
        case .table(let task): task.classes
        case .modularSum(let task): task.modulus
        case .parity, .constant: 2
        case .teacher, .rule: nil
        case .images(let task): task.classes
        case .polygons(let task): task.classes
        }
    }

    /// Outputs of a network that has one per class, or one per number to predict.
    package var outputCount: Int {
        if case .teacher(let task) = self { return task.outputs }
        if case .rule = self { return 1 }
        return classCount ?? 0
    }

    /// Number of symbols where an example is a pair of them; nil where it is a row of numbers.
    package var symbolCount: Int? { pairs?.symbols }

    /// Numbers per example where it is a row of them; nil where it is a pair of symbols.
    package var featureCount: Int? {
        switch self {
        case .addition, .modular, .permutation, .table: nil
        case .modularSum(let task): task.terms * task.modulus
        case .parity(let task): task.relevant + task.irrelevant
        case .teacher(let task): task.inputs
        case .images(let task): task.pixels
        case .rule: 1
        case .constant(let task): task.inputs
        case .polygons(let task): task.picture.pixels * task.picture.channels
        }
    }

    /// Whether (a, b) and (b, a) are both examples, with the same label.
    package var isSymmetric: Bool {
        switch self {
        case .modular(let task): task.pairs == .ordered && task.isSymmetric
        case .table(let task): task.pairs == .ordered && task.isSymmetric
        case .addition, .permutation, .modularSum, .parity, .teacher, .images, .rule, .constant,
            .polygons:
            false
        }
    }

    /// As JSON, every key that has a meaning present.
    var json: JSONValue {
        var members: [String: JSONValue]
        switch self {
        case .addition(let symbols): members = ["symbols": .number(Double(symbols))]
        case .modular(let task): members = task.members
        case .permutation(let task): members = task.members
        case .table(let task): members = task.members
        case .modularSum(let task): members = task.members
        case .parity(let task): members = task.members
        case .teacher(let task): members = task.members
        case .images(let task): members = task.members
        case .rule(let task): members = task.members
        case .constant(let task): members = task.members
        case .polygons(let task): members = task.members
        }
        members["kind"] = .string(kind.rawValue)
        return .object(members)
    }
}

/// A binary operation modulo a number.
package struct ModularTask: Sendable, Hashable {
    /// What is computed of x and y.
    package enum Operation: String, Sendable, CaseIterable {
        /// x + y.
        case sum = "x+y"
        /// x − y.
        case difference = "x-y"
        /// x · y.
        case product = "x*y"
        /// x · y⁻¹ for y ≠ 0.
        case quotient = "x/y"
        /// x² + y².
        case squares = "x^2+y^2"
        /// x² + xy + y².
        case quadratic = "x^2+xy+y^2"
        /// x² + xy + y² + x.
        case quadraticPlus = "x^2+xy+y^2+x"
        /// x³ + xy.
        case cubicMixed = "x^3+xy"
        /// x³ + xy² + y.
        case cubicTwice = "x^3+xy^2+y"
        /// x³ + y³.
        case cubes = "x^3+y^3"
        /// x³ + xy + y³.
        case cubicSymmetric = "x^3+xy+y^3"
        /// x/y where y is odd, else x − y.
        case quotientOrDifference = "x/y|x-y"
        /// x + y where x is even, else x · y.
        case sumOrProduct = "x+y|x*y"
        /// x + y where x is even, else x − y.
        case sumOrDifference = "x+y|x-y"
        /// Any other polynomial, which the task has.
        case polynomial

        /// The words that a sweep file may have in the place of a polynomial.
        package static let words = allCases.filter { $0 != .polynomial }

        /// Whether x and y may be exchanged, whatever a polynomial is.
        fileprivate var isSymmetric: Bool {
            switch self {
            case .sum, .product, .squares, .quadratic, .cubes, .cubicSymmetric: true
            case .difference, .quotient, .quadraticPlus, .cubicMixed, .cubicTwice,
                .quotientOrDifference, .sumOrProduct, .sumOrDifference, .polynomial:
                false
            }
        }

        /// Whether it divides, which needs a prime modulus.
        package var divides: Bool { self == .quotient || self == .quotientOrDifference }
    }

    /// Which pairs are examples.
    package enum Pairs: String, Sendable, CaseIterable {
        /// All (x, y).
        case ordered
        /// x ≤ y only.
        case unordered
    }

    /// The operation.
    package var operation: Operation
    /// What is computed where no other word says it.
    package var polynomial: Polynomial?
    /// The modulus p, which is the number of symbols.
    package var modulus: Int
    /// Which pairs are examples.
    package var pairs: Pairs

    /// The pairs in their order; those with y = 0 have no quotient.
    package var pairOrder: PairOrder {
        if operation == .quotient { return PairOrder(symbols: modulus, .invertible) }
        return PairOrder(symbols: modulus, pairs == .ordered ? .all : .ascending)
    }

    init(_ reader: inout MappingReader) throws(SweepError) {
        (operation, polynomial) = try ModularTask.operation(&reader)
        modulus = try reader.integer("modulus", default: 97, in: 2...2_000)
        pairs = try reader.choice("pairs", default: .ordered)
        if operation.divides, let factor = ModularTask.smallestFactor(of: modulus) {
            throw reader.error(
                "modulus",
                "\(modulus) = \(factor) · \(modulus / factor) is not prime, and "
                    + "\(operation.rawValue) divides", hint: "use a prime such as 97 or 113")
        }
        if pairs == .unordered, !isSymmetric {
            throw reader.error(
                "pairs",
                "unordered pairs need a symmetric operation, which \(word) is not",
                hint: "use pairs: ordered")
        }
    }

    var members: [String: JSONValue] {
        [
            "operation": .string(word), "modulus": .number(Double(modulus)),
            "pairs": .string(pairs.rawValue),
        ]
    }

    /// Whether x and y may be exchanged.
    package var isSymmetric: Bool { polynomial?.isSymmetric ?? operation.isSymmetric }

    /// The operation as a sweep file writes it.
    private var word: String { polynomial?.text ?? operation.rawValue }

    private static func operation(
        _ reader: inout MappingReader
    ) throws(SweepError) -> (Operation, Polynomial?) {
        let text = try reader.string("operation", default: Operation.sum.rawValue)
        if let word = Operation.words.first(where: { $0.rawValue == text }) { return (word, nil) }
        guard let polynomial = Polynomial(text) else {
            let words = Operation.words.map(\.rawValue)
            let nearest = NearestKey.find(text, among: words)
            throw reader.error(
                "operation",
                "unknown value \"\(text)\": known are \(words.joined(separator: ", ")), and"
                    + " polynomials such as x^4-2xy+1",
                hint: nearest.map { "did you mean \($0)?" })
        }
        let word = Operation.words.first { Polynomial($0.rawValue) == polynomial }
        return (word ?? .polynomial, word == nil ? polynomial : nil)
    }

    private static func smallestFactor(of number: Int) -> Int? {
        var factor = 2
        while factor * factor <= number {
            if number.isMultiple(of: factor) { return factor }
            factor += 1
        }
        return nil
    }
}

/// A binary operation on the permutations of `degree` things, numbered in lexicographic order.
package struct PermutationTask: Sendable, Hashable {
    /// What is computed of a and b; products apply a first: (ab)[i] = b[a[i]].
    package enum Operation: String, Sendable, CaseIterable {
        /// ab.
        case product = "ab"
        /// a b a⁻¹.
        case conjugate = "aba^-1"
        /// a b a.
        case sandwich = "aba"
    }

    /// The operation.
    package var operation: Operation
    /// Number of things permuted.
    package var degree: Int

    /// Number of permutations: degree!.
    package var symbolCount: Int { (1...degree).reduce(1, *) }

    init(_ reader: inout MappingReader) throws(SweepError) {
        operation = try reader.choice("operation", default: .product)
        degree = try reader.integer("degree", default: 5, in: 2...6)
    }

    var members: [String: JSONValue] {
        ["operation": .string(operation.rawValue), "degree": .number(Double(degree))]
    }
}

/// Parity of the first `relevant` of some random bits, each ±1.
package struct ParityTask: Sendable, Hashable {
    /// Bits that matter.
    package var relevant: Int
    /// Bits that do not.
    package var irrelevant: Int
    /// Examples drawn.
    package var samples: Int

    init(_ reader: inout MappingReader) throws(SweepError) {
        relevant = try reader.integer("relevant", default: 3, in: 1...64)
        irrelevant = try reader.integer("irrelevant", default: 40, in: 0...4096)
        samples = try reader.integer("samples", default: 2000, in: 2...1_000_000)
    }

    var members: [String: JSONValue] {
        [
            "relevant": .number(Double(relevant)), "irrelevant": .number(Double(irrelevant)),
            "samples": .number(Double(samples)),
        ]
    }
}

/// Regression onto a random tanh network over standard normal inputs.
package struct TeacherTask: Sendable, Hashable {
    /// Numbers per example.
    package var inputs: Int
    /// Numbers to predict.
    package var outputs: Int
    /// Widths of the teacher's hidden layers.
    package var hidden: [Int]
    /// Factor on what the teacher puts out.
    package var scale: Double
    /// Added to what the teacher puts out: all that there is where the scale is 0.
    package var offset: Double
    /// Examples drawn.
    package var samples: Int
    /// An example is right when its mean squared error is below this.
    package var tolerance: Double

    init(_ reader: inout MappingReader) throws(SweepError) {
        inputs = try reader.integer("inputs", default: 5, in: 1...65_536)
        outputs = try reader.integer("outputs", default: 5, in: 1...65_536)
        hidden = try reader.widths("hidden", default: [100, 100])
        scale = try reader.number("scale", default: 1, in: 0...1e30)
        offset = try reader.number("offset", default: 0, in: -1e30...1e30)
        samples = try reader.integer("samples", default: 200, in: 2...1_000_000)
        tolerance = try reader.number(
            "tolerance", default: 0.01, in: 0...Double.greatestFiniteMagnitude,
            excludingLowerBound: true)
    }

    var members: [String: JSONValue] {
        [
            "inputs": .number(Double(inputs)), "outputs": .number(Double(outputs)),
            "hidden": .array(hidden.map { .number(Double($0)) }), "scale": .number(scale),
            "offset": .number(offset), "samples": .number(Double(samples)),
            "tolerance": .number(tolerance),
        ]
    }
}

/// Images with one label each in IDX files, plain or compressed with gzip.
package struct ImagesTask: Sendable, Hashable {
    /// IDX file of images, relative to the worker's data directory.
    package var images: String
    /// IDX file of labels.
    package var labels: String
    /// Examples taken from the beginning of the files.
    package var samples: Int
    /// IDX file of further images, all validated on; nil when there is none.
    package var validationImages: String?
    /// Labels of the further images.
    package var validationLabels: String?
    /// Examples taken from the beginning of the further files.
    package var validationSamples: Int
    /// Pixels per image.
    package var pixels: Int
    /// Number of classes.
    package var classes: Int
    /// SHA-256 over the content of the files in the order above; nil where it was not said.
    package var digest: String?

    /// All files, in the order that the digest takes them in.
    package var files: [String] {
        [images, labels] + [validationImages, validationLabels].compactMap { $0 }
    }

    /// The digest of files with these contents.
    package static func digest(of contents: [[UInt8]]) -> String {
        var digest = StreamingDigest()
        for content in contents { digest.update(content[...]) }
        return digest.hex()
    }

    init(_ reader: inout MappingReader) throws(SweepError) {
        images = try reader.string("images", default: nil)
        labels = try reader.string("labels", default: nil)
        samples = try reader.integer("samples", default: 1000, in: 1...10_000_000)
        validationSamples = 0
        let further = ["validation_images", "validation_labels", "validation_samples"]
        if further.contains(where: reader.keys.contains) {
            reader.alsoKnown(further)
            validationImages = try reader.string("validation_images", default: nil)
            validationLabels = try reader.string("validation_labels", default: nil)
            validationSamples = try reader.integer(
                "validation_samples", default: nil, in: 1...10_000_000)
        }
        pixels = try reader.integer("pixels", default: 784, in: 1...1_000_000)
        classes = try reader.integer("classes", default: 10, in: 2...256)
        guard reader.node("digest") != nil else { return }
        let text = try reader.string("digest", default: nil)
        guard SHA256Digest.isHex(text) else {
            throw reader.error(
                "digest", "\"\(text)\" is no SHA-256: 64 of 0-9 and a-f",
                hint: "drop the key; grokmap fills it in where it can read the files")
        }
        digest = text
    }

    var members: [String: JSONValue] {
        var members: [String: JSONValue] = [
            "images": .string(images), "labels": .string(labels),
            "samples": .number(Double(samples)), "pixels": .number(Double(pixels)),
            "classes": .number(Double(classes)),
        ]
        if let validationImages, let validationLabels {
            members["validation_images"] = .string(validationImages)
            members["validation_labels"] = .string(validationLabels)
            members["validation_samples"] = .number(Double(validationSamples))
        }
        if let digest { members["digest"] = .string(digest) }
        return members
    }
}
