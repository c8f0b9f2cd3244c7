extension Measure {
    /// Every measure, in the order of docs/measures.md. `MeasureProbes` names what computes each.
    package static let all: [Measure] = [
        weightNorm, weightNormEmbeddings, weightNormDecoder, lastLayerNorm,
        rqi, parallelograms, predictedAccuracy, idealAccuracy,
        effectiveDimension, embeddingDistance, cyclicDistance,
        fourierSpectrum, fourierGini, keyFrequencies, inverseParticipation,
        logitScale, circuitEfficiency,
        commutativityAccuracy, commutativityDistance,
        restrictedLoss, excludedLoss, excludedLosses,
        matrixEntropy, mutualInformation, intrinsicDimension,
        tailExponent, correlationTraps,
        largestCurvature, smallestCurvature,
    ]
}
