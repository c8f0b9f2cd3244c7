/// How well a number tells runs that generalise from those that do not.
package struct Discrimination: Sendable, Hashable {
    /// One run: the number, whether it generalised, and its site, whose seeds are held out together.
    package struct Case: Sendable, Hashable {
        /// The predictor's value.
        package var value: Double
        /// What came of it.
        package var generalised: Bool
        /// The site.
        package var site: Int

        /// A case.
        package init(_ value: Double, generalised: Bool, site: Int) {
            self.value = value
            self.generalised = generalised
            self.site = site
        }
    }

    /// A threshold with the side of it that stands for generalisation.
    package struct Cut: Sendable, Hashable {
        /// The threshold: half-way between two values.
        package var threshold: Double
        /// Whether values above it are taken to generalise, not those below.
        package var above: Bool

        /// A cut.
        package init(threshold: Double, above: Bool) {
            self.threshold = threshold
            self.above = above
        }

        /// What the cut says of a value.
        package func predicts(_ value: Double) -> Bool { (value > threshold) == above }
    }

    /// The cases, ascending.
    private let cases: [Case]

    /// A set of cases.
    package init(_ cases: [Case]) {
        self.cases = cases.sorted { ($0.value, $0.site) < ($1.value, $1.site) }
    }

    /// Number of cases that generalised.
    package var positives: Int { cases.count { $0.generalised } }

    /// Number of cases.
    package var count: Int { cases.count }

    /// Area under the ROC curve: the chance that a run that generalised has the larger value, ties counting half
    /// (Mann–Whitney). Nil where there is one kind only.
    package var auc: Double? {
        let positives = positives
        let negatives = cases.count - positives
        guard positives > 0, negatives > 0 else { return nil }
        var below = 0
        var sum = 0.0
        for group in groups {
            let good = group.count { $0.generalised }
            let bad = group.count - good
            sum += Double(good) * (Double(below) + Double(bad) / 2)
            below += bad
        }
        return sum / (Double(positives) * Double(negatives))
    }

    /// The ROC curve: false and true positive rates for falling thresholds, from (0, 0) to (1, 1).
    package var roc: [(falsePositiveRate: Double, truePositiveRate: Double)] {
        let positives = max(1, positives)
        let negatives = max(1, cases.count - self.positives)
        var (good, bad) = (0, 0)
        var points = [(falsePositiveRate: 0.0, truePositiveRate: 0.0)]
        for group in groups.reversed() {
            good += group.count { $0.generalised }
            bad += group.count { !$0.generalised }
            points.append((Double(bad) / Double(negatives), Double(good) / Double(positives)))
        }
        return points
    }

    /// The cut that calls most cases right; of equals the first from below. Nil where there are fewer than two values.
    package var bestCut: Cut? {
        var best: (right: Int, cut: Cut)?
        var goodBelow = 0
        var badBelow = 0
        let (positives, negatives) = (positives, cases.count - positives)
        let groups = groups
        for (group, next) in zip(groups, groups.dropFirst()) {
            goodBelow += group.count { $0.generalised }
            badBelow += group.count { !$0.generalised }
            guard let low = group.first?.value, let high = next.first?.value else { continue }
            let threshold = low + (high - low) / 2
            for (right, above) in [
                (badBelow + positives - goodBelow, true),
                (goodBelow + negatives - badBelow, false),
            ] where right > best?.right ?? -1 {
                best = (right, Cut(threshold: threshold, above: above))
            }
        }
        return best?.cut
    }

    /// Share of cases called right by cuts that were chosen without them: each of `folds` parts of the sites is left out
    /// in turn. Nil where some part leaves no cut.
    package func crossValidatedAccuracy(folds: Int = 10) -> Double? {
        let sites = Set(cases.map(\.site)).sorted()
        let folds = min(folds, sites.count)
        guard folds >= 2 else { return nil }
        // Sites are dealt out like cards, so that a part is not one corner of the diagram.
        let fold = Dictionary(
            uniqueKeysWithValues: sites.enumerated().map { ($0.element, $0.offset % folds) })
        var right = 0
        for part in 0..<folds {
            guard let cut = Discrimination(cases.filter { fold[$0.site] != part }).bestCut else {
                return nil
            }
            right += cases.count {
                fold[$0.site] == part && cut.predicts($0.value) == $0.generalised
            }
        }
        return Double(right) / Double(cases.count)
    }

    /// How often runs generalised, for equal parts of the runs by rising value.
    package func calibration(bins: Int = 5) -> [(values: ClosedRange<Double>, share: Double)] {
        let bins = min(bins, cases.count)
        return (0..<bins).compactMap { bin in
            let part = cases[cases.count * bin / bins..<cases.count * (bin + 1) / bins]
            guard let low = part.first?.value, let high = part.last?.value else { return nil }
            return (low...high, Double(part.count { $0.generalised }) / Double(part.count))
        }
    }

    /// Cases of equal value, by rising value.
    private var groups: [ArraySlice<Case>] {
        var groups: [ArraySlice<Case>] = []
        var start = 0
        while start < cases.count {
            let value = cases[start].value
            let end = cases[start...].firstIndex { $0.value != value } ?? cases.count
            groups.append(cases[start..<end])
            start = end
        }
        return groups
    }
}
