import Core

extension Examples {
    /// Every combination of residues in lexicographic order, each as unit vectors side by side, with its sum.
    init(_ task: ModularSumTask) {
        self.init()
        featureCount = task.terms * task.modulus
        classCount = task.modulus
        features = [Float](repeating: 0, count: task.count * featureCount)
        labels.reserveCapacity(task.count)
        for example in 0..<task.count {
            var (rest, sum) = (example, 0)
            for term in (0..<task.terms).reversed() {
                let residue = rest % task.modulus
                rest /= task.modulus
                sum += residue
                features[example * featureCount + term * task.modulus + residue] = 1
            }
            labels.append(Int32(sum % task.modulus))
        }
    }
}
