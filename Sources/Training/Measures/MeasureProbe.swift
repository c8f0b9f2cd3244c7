import Core

/// What computes measures along one run. It is made once per run and asked between a step's gradients and its update, which
/// it leaves as they are.
protocol MeasureProbe {
    /// The measures that it can be made for.
    static var measures: [Measure] { get }
    /// A probe for one of them. The problem has what the measure needs.
    init(_ measure: Measure, _ problem: borrowing CellProblem)
    /// Numbers at one step: 1 for a scalar, else the extent of the measure's axis.
    var width: Int { get }
    /// The numbers for the model as it is, as many as `width`; NaN where one has no value or cannot be computed.
    mutating func values(_ model: some Model) -> [Double]
}

extension MeasureProbe {
    var width: Int { 1 }
}

/// Every kind of probe.
enum MeasureProbes {
    /// One line per file of this directory; a test holds the measures to those of the registry.
    static var all: [any MeasureProbe.Type] {
        [
            WeightNorm.self,
            ParallelogramProbe.self,
            EffectiveDimension.self,
            EmbeddingDistance.self,
            HiddenDistance.self,
            LastLayerCosine.self,
            FourierComponents.self,
            LogitScale.self,
            Commutativity.self,
            TrigonometricLoss.self,
            MatrixEntropy.self,
            PerturbedInformation.self,
            HeadInformation.self,
            OInformation.self,
            IntrinsicDimension.self,
            WeightSpectrum.self,
            Curvature.self,
            LossLandscape.self,
        ]
    }

    /// The probe of a measure; one that only says NaN where the cell lacks what the measure needs, which a plan refuses but a
    /// message from elsewhere may ask for.
    static func probe(of measure: Measure, _ problem: borrowing CellProblem) -> any MeasureProbe {
        guard measure.obstacle(in: problem.configuration) == nil,
            let kind = all.first(where: { $0.measures.contains(measure) })
        else { return Unavailable(measure, problem) }
        return kind.init(measure, problem)
    }

    private struct Unavailable: MeasureProbe {
        static let measures: [Measure] = []
        init(_ measure: Measure, _ problem: borrowing CellProblem) {}
        func values(_ model: some Model) -> [Double] { [.nan] }
    }
}

/// The examples that measures of outputs look at.
struct MeasureSample {
    /// Most examples of a sample.
    static let size = 256
    /// The first training examples.
    let examples: [Int32]
    /// Numbers that the network puts out for each.
    let outputs: Int

    /// The sample of a problem.
    init(_ problem: borrowing CellProblem) {
        examples = Array(problem.split.train.prefix(MeasureSample.size))
        outputs = problem.outputs
    }

    /// Rows, each divided by its Euclidean norm; rows of zeros stay.
    static func normalised(_ values: [Double], width: Int) -> [Double] {
        var result = values
        for start in stride(from: 0, to: values.count, by: width) {
            let norm = values[start..<start + width].reduce(0) { $0 + $1 * $1 }.squareRoot()
            guard norm > 0 else { continue }
            for place in start..<start + width { result[place] /= norm }
        }
        return result
    }
}
