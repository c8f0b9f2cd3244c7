import Core
import Theory

// What theory says of products of permutations and of operations modulo p.
extension TheoryCommand {
    /// A share as a bar, by train fraction.
    static func bars(_ shares: [AdditionTheory.Share]) -> [String] {
        shares.map { share in
            let bar = String(repeating: "#", count: Int((share.probability * 40).rounded()))
            return "    \(TextColumn.of(rounded(share.fraction, 2), 4)) "
                + "\(TextColumn.of(rounded(share.probability, 2), 4)) \(bar)"
        }
    }

    /// The section on products of permutations.
    static func lines(_ theory: PermutationTheory) -> [String] {
        let all = theory.critical
        var lines = [
            "products of \(theory.degree) permuted things by products of matrices (after Liu et al. 2022, App. H),"
                + " about the permutation matrices",
            "  freedoms that the full table leaves: \(theory.leastFreedom)",
            "  critical train fraction: \(rounded(all.fraction, 3)) (\(all.trainCount) pairs): half of the"
                + " random splits leave no more",
            "  share of random splits that leave no more, by train fraction:",
        ]
        lines += bars(theory.probability)
        lines.append("  this sweep's splits (reachable: pairs with the product of a trained one):")
        lines.append("    fraction  seed  pairs  parallelograms  freedoms  reachable       λ")
        for split in theory.splits {
            lines.append(
                row(split)
                    + TextColumn.of(String(split.parallelograms), 16)
                    + TextColumn.of(String(split.degreesOfFreedom), 10)
                    + TextColumn.of(rounded(split.reachable, 2), 11)
                    + TextColumn.of(rounded(split.grokkingRate, 4), 8))
        }
        return lines
    }

    /// The section on operations modulo p.
    static func lines(_ theory: CoverageTheory) -> [String] {
        var lines = [
            "coverage (Gu et al. 2025): a random share α of the table is enough where one trained pair covers"
                + " C ≥ 2 ln p/α, an order of magnitude;",
            "  distances are |Δx| + |Δy| from a validation pair to the nearest trained pair of its class",
            "    fraction  seed  pairs  C needed  mean distance  largest  left-out region  classes untrained",
        ]
        for split in theory.splits {
            lines.append(
                row(split)
                    + TextColumn.of(rounded(split.neededCover, 1), 10)
                    + TextColumn.of(rounded(split.meanDistance, 2), 15)
                    + TextColumn.of(String(split.largestDistance), 9)
                    + TextColumn.of(split.excludedDistance.map { rounded($0, 2) } ?? "–", 17)
                    + TextColumn.of(String(split.unreached), 19))
        }
        return lines
    }

    /// How a training set's row begins: fraction, seed and pairs.
    static func row(_ set: some TrainingSet) -> String {
        "    " + TextColumn.of(rounded(set.fraction, 3), 8) + TextColumn.of(String(set.seed), 6)
            + TextColumn.of(String(set.trainCount), 7)
    }

    /// A training set as data, with what a theory says of it.
    static func json(_ set: some TrainingSet, _ further: [String: JSONValue]) -> JSONValue {
        let members: [String: JSONValue] = [
            "seed": .number(Double(set.seed)), "train_pairs": .number(Double(set.trainCount)),
            "fraction": .number(set.fraction),
        ]
        return .object(members.merging(further) { $1 })
    }

    /// Probabilities by size of the training set.
    static func json(_ shares: [AdditionTheory.Share]) -> JSONValue {
        .array(
            shares.map { share in
                .object([
                    "train_pairs": .number(Double(share.trainCount)),
                    "fraction": .number(share.fraction),
                    "probability": .number(share.probability),
                ])
            })
    }

    /// The same as data.
    static func json(_ theory: PermutationTheory) -> JSONValue {
        .object([
            "degree": .number(Double(theory.degree)),
            "least_freedom": .number(Double(theory.leastFreedom)),
            "critical_fraction": .number(theory.critical.fraction),
            "critical_pairs": .number(Double(theory.critical.trainCount)),
            "probability_of_least_freedom": json(theory.probability),
            "splits": .array(
                theory.splits.map { split in
                    json(
                        split,
                        [
                            "parallelograms": .number(Double(split.parallelograms)),
                            "degrees_of_freedom": .number(Double(split.degreesOfFreedom)),
                            "reachable": .number(split.reachable),
                            "grokking_rate": .number(split.grokkingRate),
                        ])
                }),
        ])
    }

    /// The same as data, one entry per training set.
    static func json(_ theory: CoverageTheory) -> JSONValue {
        .array(
            theory.splits.map { split in
                json(
                    split,
                    [
                        "needed_cover": split.neededCover.isFinite
                            ? .number(split.neededCover) : .null,
                        "mean_distance": split.meanDistance.isFinite
                            ? .number(split.meanDistance) : .null,
                        "largest_distance": .number(Double(split.largestDistance)),
                        "excluded_distance": split.excludedDistance.map { .number($0) } ?? .null,
                        "classes_untrained": .number(Double(split.unreached)),
                    ])
            })
    }
}
