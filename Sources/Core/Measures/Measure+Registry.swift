extension Measure {
    /// Every measure, in the order of docs/measures.md. `MeasureProbes` names what computes each.
    package static let all: [Measure] = [
        weightNorm, weightNormEmbeddings, weightNormDecoder, lastLayerNorm, lastLayerCosine,
        rqi, parallelograms, permissibleParallelograms, predictedAccuracy, idealAccuracy,
        effectiveDimension, embeddingDistance, cyclicDistance,
        hiddenDistance, cyclicHiddenDistance,
        fourierSpectrum, fourierGini, keyFrequencies, inverseParticipation,
        logitScale, circuitEfficiency,
        commutativityAccuracy, commutativityDistance,
        restrictedLoss, excludedLoss, excludedLosses,
        matrixEntropy, mutualInformation, collisionEntropy, collisionInformation,
        perturbedEntropy, perturbedInformation, entropyDifference, informationDifference,
        informationRatio, entropyRatio, oInformation, intrinsicDimension,
        tailExponent, correlationTraps,
        largestCurvature, smallestCurvature, gradientCurvature,
        randomSliceTrain, randomSliceValidation, startSliceTrain, startSliceValidation,
    ]
}
