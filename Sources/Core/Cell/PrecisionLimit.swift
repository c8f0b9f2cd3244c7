/// What an update rule asks for and single precision, in which parameters are held, cannot do.
package enum PrecisionLimit: Sendable, Hashable {
    /// Decoupled weight decay multiplies parameters by 1 − ηλ rounded to single precision: so much of ηλ is what it does.
    case decay(asked: Double, share: Double)
    /// Weight decay within a gradient, or gradient descent itself, changes a parameter by less than rounding does unless
    /// gradients are larger than this part of it.
    case descent(rate: Double, least: Double)

    /// Half of the distance between 1 and the largest number below it: smaller changes of a parameter are lost.
    private static let rounding = 0x1p-25

    /// More than this off, a decay is worth a word.
    private static let tolerance = 0.01

    /// What limits a rule; nil where nothing to speak of does.
    package init?(_ rule: UpdateRule) {
        let asked = rule.learningRate * rule.weightDecay
        if rule.kind.isDecoupled, asked > 0, asked < 1 {
            let share = (1 - Double(Float(1 - asked))) / asked
            guard abs(share - 1) > PrecisionLimit.tolerance else { return nil }
            self = .decay(asked: asked, share: share)
        } else if rule.kind == .sgd || rule.kind == .sgdw, rule.learningRate > 0 {
            let least = PrecisionLimit.rounding * (1 - rule.momentum) / rule.learningRate
            guard least > PrecisionLimit.tolerance else { return nil }
            self = .descent(rate: rule.learningRate, least: least)
        } else {
            return nil
        }
    }

    /// One line.
    package var text: String {
        func number(_ value: Double) -> String {
            CanonicalJSON.number(Double(significant(value, 2)) ?? value)
        }
        switch self {
        case .decay(let asked, 0):
            return "η·λ = \(number(asked)) decays nothing: 1 − η·λ is 1 in single precision"
        case .decay(let asked, let share):
            return
                "η·λ = \(number(asked)) decays by \(number(asked * share)): so 1 − η·λ is rounded in"
                + " single precision"
        case .descent(let rate, let least):
            return
                "at η = \(number(rate)) a gradient below \(number(least)) of its weight moves nothing"
                + " in single precision"
        }
    }
}

extension PrecisionLimit {
    /// The kinds of limit: each is worth one line.
    fileprivate enum Kind: CaseIterable { case decay, descent }

    fileprivate var kind: Kind {
        switch self {
        case .decay: .decay
        case .descent: .descent
        }
    }

    /// How far off a cell is, comparable within a kind.
    fileprivate var severity: Double {
        switch self {
        case .decay(_, let share): abs(share - 1)
        case .descent(_, let least): least
        }
    }
}

extension CellConfiguration {
    /// What single precision cannot do in it, group by group.
    fileprivate var precisionLimits: [PrecisionLimit] {
        guard precision == .single else { return [] }
        let rules = [
            model.hasRepresentation ? optimizer.representation : nil, optimizer.decoder,
            optimizer.lastLayer,
        ]
        return rules.compactMap { $0.flatMap(PrecisionLimit.init) }
    }
}

extension SweepPlan {
    /// What single precision cannot do in the cells of the first seed: of each kind the worst, and in how many cells there is
    /// one of the kind.
    package var precisionLimits: [(worst: PrecisionLimit, cells: Int)] {
        var worst: [PrecisionLimit.Kind: PrecisionLimit] = [:]
        var cellCounts: [PrecisionLimit.Kind: Int] = [:]
        for cell in cells where cell.number.seed == 0 {
            let limits = cell.configuration.precisionLimits
            for kind in Set(limits.map(\.kind)) { cellCounts[kind, default: 0] += 1 }
            for limit in limits where limit.severity > worst[limit.kind]?.severity ?? 0 {
                worst[limit.kind] = limit
            }
        }
        return PrecisionLimit.Kind.allCases.compactMap { kind in
            worst[kind].map { ($0, cellCounts[kind] ?? 0) }
        }
    }
}
