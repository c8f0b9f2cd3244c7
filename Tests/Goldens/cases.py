"""The cells that goldens are recorded of: each option of models, losses and optimisers at least once."""

STEPS = 10


def rule(kind="adamw", rate=1e-3, decay=0.0, **others):
    return {"kind": kind, "learning_rate": rate, "weight_decay": decay, **others}


def cell(model, loss, optimizer, task, fraction=0.7, batch=0):
    return {
        "task": task,
        "model": model,
        "loss": loss,
        "optimizer": optimizer,
        "train_fraction": fraction,
        "steps": STEPS,
        "batch": batch,
    }


def optimizer(common, decoder=None, last_layer=None, **others):
    groups = {"representation": common, "decoder": decoder or common}
    if last_layer is not None:
        groups["last_layer"] = last_layer
    return {**groups, **others}


def toy(model, loss, decays, symbols=10, fraction=0.82, batch=0, rates=(1e-3, 1e-3)):
    """The pair decoder of Liu et al. 2022 on plain addition."""
    rules = (rule(rate=rate, decay=decay) for rate, decay in zip(rates, decays))
    model = {"kind": "pair-decoder", "activation": "tanh", **model}
    task = {"kind": "addition", "symbols": symbols}
    return cell(model, loss, optimizer(*rules), task, fraction, batch)


def transformer(loss, optimizer, task, batch=0, **changes):
    model = {
        "kind": "transformer",
        "layers": 1,
        "width": 8,
        "heads": 2,
        "hidden": 11,
        "activation": "relu",
        "normalisation": "none",
        "unembedding": "free",
        "operator_token": False,
        "equals_token": True,
        "separate_tokens": False,
        "read_out": "last",
        **changes,
    }
    return cell(model, loss, optimizer, task, batch=batch)


def mlp(loss, optimizer, task, batch=0, **changes):
    model = {"kind": "mlp", "input": "one-hot", "activation": "relu", "bias": True, **changes}
    return cell(model, loss, optimizer, task, batch=batch)


def pairs(loss, optimizer, task, batch=0, **changes):
    model = {"kind": "pair-decoder", **changes}
    return cell(model, loss, optimizer, task, batch=batch)


def residual(loss, optimizer, task, batch=0, **changes):
    return cell({"kind": "residual-network", **changes}, loss, optimizer, task, batch=batch)


def polygons(shapes, tile, colours="gray"):
    return {"kind": "polygons", "shapes": shapes, "tiles": 2, "tile": tile, "colours": colours}


def modular(modulus, operation="x+y", pairs="ordered"):
    return {"kind": "modular", "modulus": modulus, "operation": operation, "pairs": pairs}


def operations(modulus, *operations):
    return {"kind": "modular", "modulus": modulus, "operations": list(operations)}


def terms(modulus, terms):
    return {"kind": "modular-sum", "modulus": modulus, "terms": terms}


def with_noise(cell, lambda1=0.0, lambda2=0.0):
    return {**cell, "perturbation": {"lambda1": lambda1, "lambda2": lambda2}}


def is_stochastic(cell):
    """Whether training passes draw masks or noise."""
    return "perturbation" in cell or "dropout" in cell["model"]


S3 = {"kind": "permutation", "degree": 3, "operation": "ab"}
PARITY = {"kind": "parity", "relevant": 2, "irrelevant": 5, "samples": 23}
TEACHER = {
    "kind": "teacher",
    "inputs": 3,
    "outputs": 2,
    "hidden": [6],
    "samples": 19,
    "tolerance": 0.1,
}

GAUSSIAN = {"kind": "mse", "targets": "gaussian", "outputs": 30}
FEW = {"kind": "mse", "targets": "gaussian", "outputs": 6}
ONE_HOT = {"kind": "mse", "targets": "one-hot"}
VALUES = {"kind": "mse", "targets": "values"}
ENTROPY = {"kind": "cross-entropy"}
STABLE = {"kind": "stablemax"}

NANDA = rule(decay=1, beta2=0.98)
EMA = {"kind": "ema", "alpha": 0.8, "lambda": 2}
WINDOW = {"kind": "ma", "window": 4, "lambda": 3}

# The order fixes the seeds, so new cases come last.
CASES = {
    "regression-1": toy({"embedding": 1, "hidden": [7, 5]}, GAUSSIAN, (0, 0)),
    "regression-2": toy(
        {"embedding": 2, "hidden": [7, 5]}, GAUSSIAN, (0.5, 10), rates=(1e-2, 1e-3)
    ),
    "classification-1": toy({"embedding": 1, "hidden": [7, 5]}, ENTROPY, (0, 0)),
    "classification-2": toy(
        {"embedding": 2, "hidden": [7, 5], "embedding_scale": 2, "decoder_scale": 1.5},
        ENTROPY,
        (0.5, 10),
        rates=(1e-2, 1e-3),
    ),
    "one-hot-relu": toy(
        {"embedding": 5, "hidden": [11], "activation": "relu"}, ONE_HOT, (0, 1), rates=(1e-3, 1e-2)
    ),
    "mini-batch": toy(
        {"embedding": 2, "hidden": [7, 5]}, ENTROPY, (0.5, 1), symbols=6, fraction=0.8, batch=7
    ),
    "toy": toy({"embedding": 1, "hidden": [200, 200]}, GAUSSIAN, (0, 1)),
    # Transformers: every token layout, normalisation, read-out, unembedding and activation.
    "transformer-plain": transformer(ENTROPY, optimizer(NANDA, warmup=4), modular(7)),
    "transformer-pre": transformer(
        ENTROPY,
        optimizer(rule(decay=0.1), last_layer=rule(rate=1e-2), clip=0.3, schedule="cosine"),
        modular(5, "x-y"),
        layers=2,
        width=12,
        heads=3,
        hidden=9,
        activation="gelu",
        normalisation="pre",
        operator_token=True,
        separate_tokens=True,
    ),
    "transformer-post": transformer(
        STABLE,
        optimizer(rule("adam", decay=0.5)),
        modular(5, "x*y", "unordered"),
        layers=2,
        normalisation="post",
        unembedding="tied",
        operator_token=True,
        equals_token=False,
        activation="tanh",
    ),
    "transformer-all": transformer(
        FEW,
        optimizer(rule(), rule(rate=1e-2, decay=2), constrained_norm=True),
        {"kind": "addition", "symbols": 6},
        read_out="all",
        equals_token=False,
        heads=1,
        scale=0.8,
    ),
    "transformer-batch": transformer(
        ENTROPY,
        optimizer(NANDA, grokfast=EMA),
        S3,
        batch=7,
        layers=2,
        width=6,
        heads=3,
        read_out="all",
        separate_tokens=True,
        normalisation="pre",
    ),
    "transformer-penalties": transformer(
        {**ONE_HOT, "commutativity": 3, "embedding_l1": 0.5},
        optimizer(rule("sgd", rate=0.1, decay=0.01, momentum=0.9)),
        modular(5, "x*y"),
        activation="quadratic",
        width=9,
        heads=3,
        operator_token=True,
    ),
    "transformer-tied": transformer(
        ENTROPY,
        optimizer(NANDA, orthogonal=True),
        modular(7, "x^2+y^2"),
        unembedding="tied",
        activation="gelu",
        batch=8,
    ),
    # Fully connected networks: every input, initialisation and activation, with and without biases.
    "mlp-one-hot": mlp(ENTROPY, optimizer(rule(rate=1e-2, decay=1)), modular(7), hidden=[9]),
    "mlp-kaiming": mlp(
        STABLE,
        optimizer(rule(rate=1e-2), orthogonal=True),
        modular(5, "x-y"),
        hidden=[11, 6],
        bias=False,
        initialisation="kaiming",
        scale=2,
    ),
    "mlp-embedding": mlp(
        {**FEW, "embedding_l1": 0.1},
        optimizer(rule("adam", rate=3e-3, decay=0.1), grokfast=WINDOW),
        S3,
        input="embedding",
        embedding=6,
        hidden=[7, 5],
        activation="tanh",
        initialisation="normal",
    ),
    "mlp-analytic": mlp(
        ONE_HOT,
        optimizer(rule("sgd", rate=0.5, momentum=0.5), clip=0.01),
        modular(7),
        batch=9,
        hidden=[12],
        activation="quadratic",
        bias=False,
        initialisation="analytic",
        scale=0.9,
    ),
    "mlp-parity": mlp(
        ENTROPY,
        optimizer(rule("sgd", rate=0.2, decay=0.05), last_layer=rule("adam", rate=1e-2)),
        PARITY,
        batch=5,
        input="numbers",
        hidden=[8],
        activation="gelu",
    ),
    "mlp-teacher": mlp(
        VALUES,
        optimizer(rule(decay=0.3, rate=3e-3), schedule="linear"),
        TEACHER,
        input="numbers",
        hidden=[7, 7],
        activation="tanh",
        scale=2,
    ),
    # Pair decoders beyond the toy.
    "pair-product": pairs(
        {**FEW, "embedding_l1": 1e-2},
        optimizer(rule(), rule(rate=1e-3, decay=5), warmup=3, schedule="linear"),
        S3,
        embedding=9,
        combination="matrix-product",
        embedding_scale=0.8,
        hidden=[10],
        activation="gelu",
    ),
    "pair-commutative": pairs(
        {**STABLE, "commutativity": 10},
        optimizer(rule("adam", rate=1e-2)),
        modular(5, "x*y"),
        batch=6,
        embedding=4,
        combination="matrix-product",
        hidden=[8],
        activation="quadratic",
    ),
    # Everything that is done to gradients and parameters at once: goldens of its order.
    "every-option": pairs(
        {**ENTROPY, "embedding_l1": 0.2},
        optimizer(
            rule("sgd", rate=0.1, momentum=0.8),
            rule(decay=1, rate=1e-2, epsilon=1e-6),
            rule("adam", decay=0.1, beta1=0.8),
            warmup=2,
            schedule="cosine",
            clip=0.2,
            grokfast=EMA,
            orthogonal=True,
            constrained_norm=True,
        ),
        modular(7, "x+y", "unordered"),
        embedding=3,
        hidden=[7, 6],
        activation="tanh",
    ),
    # Dropout and noise, alone and with all that they may meet: penalties, batches, filters, schedules.
    "mlp-dropout": mlp(
        ENTROPY,
        optimizer(rule(rate=1e-2, decay=0.1)),
        PARITY,
        input="numbers",
        hidden=[8, 6],
        activation="tanh",
        dropout=0.3,
    ),
    "mlp-dropout-batch": mlp(
        {**ONE_HOT, "commutativity": 2},
        optimizer(rule(rate=1e-2), grokfast=EMA, schedule="cosine", warmup=2),
        modular(5, "x*y"),
        batch=7,
        hidden=[9],
        activation="gelu",
        dropout=0.25,
    ),
    "mlp-noise-numbers": with_noise(
        mlp(
            VALUES,
            optimizer(rule(decay=0.3, rate=3e-3), clip=0.5),
            TEACHER,
            batch=4,
            input="numbers",
            hidden=[7],
            activation="tanh",
        ),
        lambda1=0.4,
        lambda2=0.1,
    ),
    "mlp-noise-embedding": with_noise(
        mlp(
            {**ENTROPY, "commutativity": 1, "embedding_l1": 0.2},
            optimizer(
                rule(rate=1e-2),
                rule(decay=1, rate=1e-2),
                rule("adam", decay=0.1),
                grokfast=WINDOW,
                schedule="linear",
                orthogonal=True,
                constrained_norm=True,
            ),
            modular(7, "x+y"),
            batch=18,
            input="embedding",
            embedding=4,
            hidden=[8, 6],
            activation="gelu",
            dropout=0.2,
        ),
        lambda1=0.5,
        lambda2=0.2,
    ),
    "mlp-noise-one-hot": with_noise(
        mlp(STABLE, optimizer(rule("sgd", rate=0.2, momentum=0.5)), S3, hidden=[9], dropout=0.4),
        lambda2=0.3,
    ),
    "pair-noise": with_noise(
        toy({"embedding": 2, "hidden": [7, 5]}, GAUSSIAN, (0, 1), rates=(1e-2, 1e-3)), lambda1=0.6
    ),
    "pair-noise-all": with_noise(
        pairs(
            {**ENTROPY, "commutativity": 5, "embedding_l1": 0.1},
            optimizer(rule(rate=1e-2), rule(decay=2), grokfast=EMA, schedule="cosine", clip=1),
            modular(7, "x*y"),
            batch=11,
            embedding=4,
            combination="matrix-product",
            hidden=[8],
            activation="gelu",
        ),
        lambda1=0.3,
        lambda2=0.1,
    ),
    "transformer-noise": with_noise(
        transformer(
            {**ENTROPY, "commutativity": 4, "embedding_l1": 0.3},
            optimizer(NANDA, grokfast=EMA, schedule="linear", warmup=2, clip=1),
            modular(7, "x+y"),
            batch=20,
            layers=2,
            normalisation="pre",
            dropout={"residual": 0.2, "attention": 0.3, "decoder": 0.25},
        ),
        lambda1=0.5,
        lambda2=0.1,
    ),
    "transformer-dropout": transformer(
        ONE_HOT,
        optimizer(rule(rate=1e-2), orthogonal=True),
        modular(5, "x-y"),
        layers=2,
        operator_token=True,
        read_out="all",
        dropout={"residual": 0.1, "attention": 0.4, "decoder": 0},
    ),
    # Optimisers, schedules, decay and smoothing that came later.
    "lion": pairs(
        ENTROPY,
        optimizer(rule("lion", rate=1e-3, decay=1, beta2=0.98), schedule={"kind": "steps", "every": 3, "factor": 0.5}),
        modular(7, "x+y", "unordered"),
        embedding=3,
        hidden=[7, 6],
        activation="tanh",
    ),
    "rmsprop": mlp(
        {**ENTROPY, "label_smoothing": 0.1},
        optimizer(rule("rmsprop", rate=1e-3, decay=0.1, momentum=0.5), schedule={"kind": "cosine", "floor": 0.2}),
        PARITY,
        input="numbers",
        hidden=[8],
        activation="tanh",
    ),
    "decoupled-descent": pairs(
        FEW,
        optimizer(
            rule("sgdw", rate=0.1, decay=0.2, momentum=0.9),
            decay_biases=False,
            schedule={"kind": "restarts", "period": 2, "growth": 2, "floor": 0.1},
            warmup=1,
        ),
        modular(5, "x*y"),
        embedding=3,
        hidden=[8],
        activation="tanh",
    ),
    "decay-to-initial": transformer(
        {**ENTROPY, "label_smoothing": 0.2},
        optimizer(
            rule(rate=1e-2, decay=5),
            rule("adam", rate=1e-2, decay=0.5),
            rule("lion", rate=1e-3, decay=2),
            decay_biases=False,
            decay_towards="initial",
            schedule={"kind": "linear", "floor": 0.3},
        ),
        modular(5, "x-y"),
        normalisation="pre",
        activation="gelu",
    ),
    "silu": mlp(
        ENTROPY, optimizer(rule(rate=1e-2, decay=1)), modular(5, "x*y"), hidden=[9], activation="silu"
    ),
    "gelu-tanh": transformer(
        ENTROPY, optimizer(NANDA), modular(5), layers=2, normalisation="pre", activation="gelu-tanh"
    ),
    # Tables, polynomials and sums; Muon, SAM, noise on weights and on numbers; two stages of Grokfast.
    "table-muon": mlp(
        ENTROPY,
        optimizer(rule(rate=1e-2), rule("muon", rate=1e-2, decay=0.5), rule(rate=1e-2, decay=1)),
        {"kind": "table", "table": [[0, 1, 2, 3], [1, 4, 3, 0], [2, 3, 0, 1], [3, 0, 1, 4]]},
        input="embedding",
        embedding=3,
        hidden=[9, 5],
        activation="tanh",
    ),
    "muon-all": transformer(
        ENTROPY,
        optimizer(
            rule("muon", rate=1e-2, decay=1, momentum=0.9),
            decay_biases=False,
            decay_towards="initial",
            schedule="cosine",
            grokfast={**EMA, "after": 3},
            sharpness=0.05,
            clip=1,
        ),
        modular(5, "x*y"),
        batch=11,
        layers=2,
        normalisation="pre",
        decoder_scale=0.7,
    ),
    "sharpness": mlp(
        ENTROPY,
        optimizer(rule("sgd", rate=0.5, momentum=0.5), sharpness=0.1),
        {"kind": "modular-sum", "modulus": 3, "terms": 3},
        input="numbers",
        hidden=[8],
        activation="tanh",
    ),
    "weight-noise": {
        **pairs(
            {**ENTROPY, "embedding_l1": 0.1},
            optimizer(rule(rate=1e-2, decay=0.5), sharpness=0.02),
            modular(7, "x^5-2xy^3+1"),
            batch=13,
            embedding=3,
            hidden=[8, 6],
            activation="tanh",
            dropout=0.2,
        ),
        "perturbation": {"lambda1": 0.2, "lambda2": 0.1, "weights": 0.05},
    },
    "label-noise": {
        **mlp(
            VALUES,
            optimizer(rule(rate=1e-2, decay=0.1), grokfast={**WINDOW, "after": 5}),
            {**TEACHER, "scale": 2, "offset": 0.5},
            input="numbers",
            hidden=[7],
            activation="tanh",
        ),
        "split": {"label_noise": 0.3},
        "perturbation": {"weights": 0.02},
    },
    # Positions that are not learnt: added or turned, with and without what is shared between examples.
    "rotary": transformer(
        ENTROPY,
        optimizer(rule(rate=1e-2, decay=0.5)),
        modular(5, "x-y"),
        layers=2,
        normalisation="pre",
        operator_token=True,
        positions="rotary",
        read_out="all",
    ),
    "rotary-one-layer": transformer(
        ENTROPY,
        optimizer(NANDA, constrained_norm=True),
        modular(7),
        positions="rotary",
        dropout={"residual": 0.1, "attention": 0.2, "decoder": 0},
    ),
    "sinusoidal": transformer(
        ENTROPY, optimizer(rule(rate=1e-2, decay=0.5)), modular(7, "x-y"), positions="sinusoidal"
    ),
    "no-positions": transformer(
        ENTROPY, optimizer(rule(rate=1e-2)), modular(5, "x-y"), layers=2, width=9, heads=3, positions="none"
    ),
    # Pictures: batch and group normalisation, strides, shortcuts and the maximum.
    "residual-batch": residual(
        {**ENTROPY, "label_smoothing": 0.1},
        optimizer(
            rule(rate=1e-2, decay=0.5),
            last_layer=rule(rate=3e-3),
            decay_biases=False,
            warmup=3,
        ),
        polygons([0, 3, 5], 6),
        batch=12,
        channels=[3, 4],
        blocks=[1, 2],
    ),
    "residual-group": residual(
        ENTROPY,
        optimizer(rule("sgd", rate=0.05, momentum=0.8), clip=0.5),
        polygons([0, 4, 7], 7, "rgb"),
        stem={"kernel": 5, "stride": 2},
        channels=[4, 8],
        blocks=[1, 1],
        normalisation="group",
        groups=2,
        scale=1.5,
    ),
    "residual-pool": {
        **residual(
            ONE_HOT,
            optimizer(rule("adam", rate=5e-3, decay=0.2), grokfast=EMA, schedule="cosine"),
            {**polygons([3, 6], 8), "classes": 27},
            batch=5,
            stem={"kernel": 7, "stride": 2, "pool": True},
            channels=[3, 5],
            blocks=[2, 1],
        ),
        "perturbation": {"lambda1": 0.2, "lambda2": 0.1},
    },
    "egalitarian": mlp(
        ENTROPY,
        optimizer(rule(rate=1e-2), rule("egd", rate=1e-2, decay=0.1), rule("sgd", rate=0.1)),
        modular(5, "x*y"),
        input="embedding",
        embedding=3,
        hidden=[9, 5],
        activation="tanh",
    ),
    "egalitarian-all": cell(
        {"kind": "pair-decoder", "embedding": 3, "hidden": [6], "activation": "tanh"},
        {"kind": "mse", "targets": "gaussian", "outputs": 4},
        optimizer(
            rule("egd", rate=1e-2, decay=0.01),
            decay_biases=False,
            decay_towards="initial",
            schedule="cosine",
            clip=0.1,
        ),
        {"kind": "addition", "symbols": 7},
        batch=15,
    ),
    # Several operations at once, and more than two terms: what stands in the sequences, alone and with all else.
    "operations": transformer(
        ENTROPY, optimizer(NANDA), operations(7, "x+y", "x*y"), operator_token=True
    ),
    "operations-all": with_noise(
        transformer(
            {**ENTROPY, "commutativity": 0.5},
            optimizer(rule(decay=0.5), last_layer=rule(rate=3e-3), clip=1),
            operations(5, "x+y", "x*y", "x^2+y^2"),
            batch=13,
            layers=2,
            normalisation="pre",
            operator_token=True,
            separate_tokens=True,
            equals_token=False,
            read_out="all",
            dropout={"residual": 0.1, "attention": 0.2, "decoder": 0.1},
        ),
        lambda1=0.2,
        lambda2=0.1,
    ),
    "operations-deep": transformer(
        ENTROPY,
        optimizer(rule(rate=1e-2, decay=1), warmup=3),
        operations(5, "x-y", "x*y"),
        layers=2,
        operator_token=True,
        positions="sinusoidal",
    ),
    "operations-one-hot": mlp(
        ENTROPY,
        optimizer(rule(rate=1e-2, decay=0.5)),
        operations(5, "x+y", "x-y", "x*y"),
        batch=17,
        hidden=[9],
    ),
    "operations-embedding": with_noise(
        mlp(
            ENTROPY,
            optimizer(rule(rate=1e-2), rule(rate=1e-2, decay=1)),
            operations(5, "x+y", "x*y"),
            input="embedding",
            embedding=3,
            hidden=[9, 5],
            activation="tanh",
            dropout=0.2,
        ),
        lambda2=0.1,
    ),
    "three-terms": transformer(ENTROPY, optimizer(NANDA, warmup=4), terms(4, 3)),
    "three-terms-all": with_noise(
        transformer(
            STABLE,
            optimizer(rule(rate=1e-2, decay=0.5), schedule="cosine"),
            terms(3, 3),
            batch=11,
            layers=2,
            normalisation="post",
            operator_token=True,
            separate_tokens=True,
            read_out="all",
            dropout={"residual": 0.1, "attention": 0.2, "decoder": 0.1},
        ),
        lambda1=0.2,
        lambda2=0.1,
    ),
    "three-terms-tied": transformer(
        ENTROPY,
        optimizer(rule(rate=1e-2, decay=0.1)),
        terms(4, 3),
        layers=2,
        operator_token=True,
        unembedding="tied",
        normalisation="pre",
    ),
    "four-terms-rotary": transformer(
        ENTROPY,
        optimizer(rule(rate=1e-2, decay=0.5)),
        terms(3, 4),
        batch=20,
        layers=2,
        operator_token=True,
        positions="rotary",
    ),
    "three-terms-one-hot": with_noise(
        mlp(ENTROPY, optimizer(rule(rate=1e-2, decay=0.5)), terms(3, 3), hidden=[9]),
        lambda1=0.3,
        lambda2=0.1,
    ),
    "four-terms-one-hot": mlp(
        ENTROPY, optimizer(rule(rate=1e-2, decay=0.5)), terms(3, 4), batch=20, hidden=[9]
    ),
    "three-terms-embedding": mlp(
        ONE_HOT,
        optimizer(rule(rate=1e-2)),
        terms(4, 3),
        input="embedding",
        embedding=3,
        hidden=[9],
        activation="gelu",
    ),
}
