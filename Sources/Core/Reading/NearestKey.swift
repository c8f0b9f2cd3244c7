/// Finds the known word that an unknown one was probably meant to be.
package enum NearestKey {
    /// The known word that is the same apart from case and separators; else the one that this field also calls by the
    /// given name; else the one with the smallest edit distance, nil when none is close (over half of the letters differ).
    ///
    /// A word that is the name of something else (`nadam`, `selu`) is near to nothing: the thing meant is not here.
    package static func find(_ word: String, among known: [String]) -> String? {
        let plain = folded(word)
        if let same = known.first(where: { folded($0) == plain }) { return same }
        if let name = otherNames[plain]?.first(where: known.contains) { return name }
        guard !strangers.contains(plain) else { return nil }
        let ranked = known.map { (word: $0, distance: distance(word, $0)) }
        guard let best = ranked.min(by: { ($0.distance, $0.word) < ($1.distance, $1.word) }),
            best.distance * 2 <= max(word.count, best.word.count)
        else { return nil }
        return best.word
    }

    /// The key that a name of this field stands for among known ones: `lr` is `learning_rate`.
    static func synonym(of word: String, among known: [String]) -> String? {
        otherNames[folded(word)]?.first(where: known.contains)
    }

    /// The letters and digits, in lower case.
    private static func folded(_ word: String) -> String {
        let letters = word.lowercased().filter { $0.isLetter || $0.isNumber }
        // Of operations such as x+y and x-y nothing else would be left to tell them apart.
        return word.contains(where: { "+*/^|".contains($0) }) ? word.lowercased() : letters
    }

    /// What keys and values are called in PyTorch and in the papers' own code, without separators; the first of ours that
    /// is known where the word stands is meant.
    private static let otherNames: [String: [String]] = [
        "lr": ["learning_rate"], "eta": ["learning_rate"],
        "learnrate": ["learning_rate"], "initlr": ["learning_rate"], "maxlr": ["learning_rate"],
        "wd": ["weight_decay"], "decay": ["weight_decay"], "l2": ["weight_decay"],
        "betas": ["beta1"], "b1": ["beta1"], "b2": ["beta2"], "eps": ["epsilon"],
        "optim": ["optimizer"], "opt": ["optimizer"], "optimiser": ["optimizer"],
        "warmupsteps": ["warmup"], "lrscheduler": ["schedule"], "scheduler": ["schedule"],
        "gradclip": ["clip"], "maxgradnorm": ["clip"], "clipgradnorm": ["clip"],
        "dmodel": ["width", "embedding", "hidden"], "nembd": ["width", "embedding", "hidden"],
        "dim": ["width", "embedding", "hidden"], "hiddensize": ["hidden", "width"],
        "embeddim": ["embedding", "width"], "embeddingdim": ["embedding", "width"],
        "dembed": ["embedding", "width"], "widths": ["hidden"], "hiddendim": ["hidden", "width"],
        "dmlp": ["hidden"], "dff": ["hidden"], "mlpdim": ["hidden"], "dimfeedforward": ["hidden"],
        "nheads": ["heads"], "numheads": ["heads"], "nhead": ["heads"],
        "nlayers": ["layers"], "numlayers": ["layers"], "depth": ["layers"],
        "act": ["activation"], "actfn": ["activation"], "acttype": ["activation"],
        "nonlinearity": ["activation"], "dropoutp": ["dropout"], "pdrop": ["dropout"],
        "norm": ["normalisation"], "normalization": ["normalisation"],
        "epochs": ["steps"], "numepochs": ["steps"], "nepochs": ["steps"], "maxsteps": ["steps"],
        "numsteps": ["steps"], "nsteps": ["steps"], "iterations": ["steps"], "niters": ["steps"],
        "maxiters": ["steps"], "optimizationsteps": ["steps"], "trainingsteps": ["steps"],
        "batchsize": ["batch"], "bs": ["batch"], "evalevery": ["evaluate_every"],
        "logevery": ["evaluate_every"], "seed": ["seeds"], "seeds": ["seed"],
        "randomseed": ["seed", "seeds"], "p": ["modulus", "symbols"], "prime": ["modulus"],
        "mod": ["modulus"], "fractrain": ["train_fraction"], "trainfrac": ["train_fraction"],
        "trainratio": ["train_fraction"], "trainsize": ["train_fraction"],
        "datafraction": ["train_fraction"], "criterion": ["loss"], "dataset": ["task"],
        "name": ["sweep"], "type": ["kind"], "ce": ["cross-entropy"], "nll": ["cross-entropy"],
        "crossentropyloss": ["cross-entropy"], "mseloss": ["mse"], "l2loss": ["mse"],
        "labelsmooth": ["label_smoothing"], "etamin": ["floor"], "minlr": ["floor"],
        "stepsize": ["every", "learning_rate"], "t0": ["period"], "tmult": ["growth"],
        "swish": ["silu"], "stochasticgradientdescent": ["sgd"],
    ]

    /// Names of optimisers, activations, losses and schedules that differ by a letter or two from ours and are not ours.
    private static let strangers: Set<String> = [
        "adamax", "nadam", "nadamw", "radam", "adam8bit", "adamw8bit", "sparseadam",
        "adadelta", "adagrad", "rprop", "asgd", "lamb", "lars",
        "adafactor", "sophia", "elu", "selu", "celu", "prelu", "leakyrelu", "relu6",
        "gelu", "silu", "mish", "softplus", "hardtanh", "mae", "l1", "bce", "hinge", "huber",
    ]

    /// Levenshtein's edit distance.
    static func distance(_ a: String, _ b: String) -> Int {
        let left = Array(a.utf8)
        let right = Array(b.utf8)
        var row = Array(0...right.count)
        for (i, x) in left.enumerated() {
            var diagonal = row[0]
            row[0] = i + 1
            for (j, y) in right.enumerated() {
                let substituted = diagonal + (x == y ? 0 : 1)
                diagonal = row[j + 1]
                row[j + 1] = min(substituted, row[j] + 1, diagonal + 1)
            }
        }
        return row[right.count]
    }
}
