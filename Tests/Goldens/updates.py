"""Optimisers in PyTorch with what is done to gradients before and to parameters after them."""

import math

import torch


class Updater:
    """One update of all parameters by their gradients, in the order of OptimizerConfiguration."""

    def __init__(self, settings, parameters, groups, budget):
        self.settings, self.budget = settings, budget
        self.parameters = list(parameters.values())
        self.slow, self.window, self.seen = None, [], 0
        self.norm = self.total_norm()
        self.optimizers = []
        self.anchors = []
        for group in ("representation", "decoder", "last_layer"):
            tensors = [value for name, value in parameters.items() if groups[name] == group]
            # What the last layer's rule does not say is as in the decoder's.
            inherited = settings["decoder"] if group == "last_layer" else {}
            rule = {**inherited, **settings.get(group, {})}
            parts = [(tensors, rule)]
            if not settings.get("decay_biases", True):
                parts = [
                    ([each for each in tensors if each.dim() > 1], rule),
                    ([each for each in tensors if each.dim() == 1], {**rule, "weight_decay": 0}),
                ]
            for tensors, rule in parts:
                if not tensors:
                    continue
                self.optimizers.append(self.optimizer(tensors, rule))
                if settings.get("decay_towards", "zero") == "initial":
                    pairs = [(each, each.detach().clone()) for each in tensors]
                    self.anchors.append((self.optimizers[-1], pairs, rule))
        self.schedules = [
            torch.optim.lr_scheduler.LambdaLR(each, self.factor) for each in self.optimizers
        ]

    @staticmethod
    def optimizer(tensors, rule):
        common = {
            "lr": rule["learning_rate"],
            "weight_decay": rule["weight_decay"],
            "foreach": False,
        }
        if rule["kind"] == "sgd":
            return torch.optim.SGD(tensors, momentum=rule.get("momentum", 0), **common)
        if rule["kind"] == "sgdw":
            return SGDW(tensors, momentum=rule.get("momentum", 0), **common)
        if rule["kind"] == "lion":
            return Lion(tensors, (rule.get("beta1", 0.9), rule.get("beta2", 0.99)), **common)
        if rule["kind"] == "muon":
            return Muon(tensors, rule.get("momentum", 0.95), **common)
        if rule["kind"] == "egd":
            return Egalitarian(tensors, **common)
        if rule["kind"] == "rmsprop":
            settings = {"eps": rule.get("epsilon", 1e-8), "momentum": rule.get("momentum", 0)}
            return torch.optim.RMSprop(tensors, alpha=rule.get("beta2", 0.99), **settings, **common)
        betas = (rule.get("beta1", 0.9), rule.get("beta2", 0.999))
        kind = {"adamw": torch.optim.AdamW, "adam": torch.optim.Adam}[rule["kind"]]
        return kind(tensors, betas=betas, eps=rule.get("epsilon", 1e-8), **common)

    def factor(self, done):
        """What learning rates are multiplied with after so many updates."""
        warmup = self.settings.get("warmup", 0)
        if done < warmup:
            return (done + 1) / warmup
        made = done - warmup
        share = made / (self.budget - warmup)
        schedule = self.settings.get("schedule", "constant")
        if isinstance(schedule, str):
            schedule = {"kind": schedule}
        if schedule["kind"] == "steps":
            return schedule["factor"] ** (made // schedule["every"])
        if schedule["kind"] == "restarts":
            begin, length = 0, schedule["period"]
            while begin + length <= made:
                begin, length = begin + length, length * schedule["growth"]
            share = (made - begin) / length
        shape = {
            "constant": 1,
            "linear": 1 - share,
            "cosine": (1 + math.cos(math.pi * share)) / 2,
            "restarts": (1 + math.cos(math.pi * share)) / 2,
        }[schedule["kind"]]
        floor = schedule.get("floor", 0)
        return floor + (1 - floor) * shape

    def zero_grad(self):
        for each in self.optimizers:
            each.zero_grad()

    @torch.no_grad()
    def step(self):
        if self.settings.get("clip", 0) > 0:
            torch.nn.utils.clip_grad_norm_(self.parameters, self.settings["clip"])
        self.grokfast(**self.settings.get("grokfast", {"kind": "none"}))
        if self.settings.get("orthogonal", False):
            for each in self.parameters:
                each.grad.copy_(orthogonal(each, each.grad))
        for optimizer, pairs, rule in self.anchors:
            # Decay towards the initial value: lambda (p - p0), coupled or decoupled as decay itself is.
            for each, start in pairs:
                if rule["kind"] not in ("adamw", "sgdw", "lion", "muon"):
                    each.grad -= rule["weight_decay"] * start
        for each in self.optimizers:
            each.step()
        for optimizer, pairs, rule in self.anchors:
            rate = optimizer.param_groups[0]["lr"]
            for each, start in pairs:
                if rule["kind"] in ("adamw", "sgdw", "lion", "muon"):
                    each.add_(start, alpha=rate * rule["weight_decay"])
        for each in self.schedules:
            each.step()
        if self.settings.get("constrained_norm", False):
            factor = self.norm / self.total_norm()
            for each in self.parameters:
                each.mul_(factor)

    def total_norm(self):
        return torch.cat([each.detach().flatten() for each in self.parameters]).norm()

    def grokfast(self, kind, alpha=None, window=None, after=0, **lambdas):
        """As in the authors' code (ironjr/grokfast)."""
        if kind == "none":
            return
        gradients = [each.grad.clone() for each in self.parameters]
        self.seen += 1
        if kind == "ema":
            before = self.slow or gradients
            self.slow = [alpha * m + (1 - alpha) * g for m, g in zip(before, gradients)]
            added = self.slow
        else:
            self.window = (self.window + [gradients])[-window:]
            if len(self.window) < window:
                return
            added = [sum(past) / window for past in zip(*self.window)]
        if self.seen <= after:
            return
        for each, slow in zip(self.parameters, added):
            each.grad += lambdas["lambda"] * slow


class SGDW(torch.optim.SGD):
    """Gradient descent with momentum and decoupled weight decay (Loshchilov & Hutter 2019, Alg. 1)."""

    def __init__(self, tensors, weight_decay, **settings):
        super().__init__(tensors, **settings)
        self.decay = weight_decay

    def step(self):
        for group in self.param_groups:
            for each in group["params"]:
                each.mul_(1 - group["lr"] * self.decay)
        super().step()


class Lion(torch.optim.Optimizer):
    """Chen et al. 2023, Symbolic Discovery of Optimization Algorithms, Alg. 2."""

    def __init__(self, tensors, betas, lr, weight_decay, foreach):
        super().__init__(tensors, {"lr": lr, "weight_decay": weight_decay, "betas": betas})

    def step(self):
        for group in self.param_groups:
            beta1, beta2 = group["betas"]
            for each in group["params"]:
                momentum = self.state[each].setdefault("momentum", torch.zeros_like(each))
                blend = beta1 * momentum + (1 - beta1) * each.grad
                each.mul_(1 - group["lr"] * group["weight_decay"])
                each.sub_(blend.sign(), alpha=group["lr"])
                momentum.mul_(beta2).add_(each.grad, alpha=1 - beta2)


class Muon(torch.optim.Optimizer):
    """Jordan et al. 2024 for matrices, as torch.optim.Muon but not in bfloat16; AdamW for vectors."""

    def __init__(self, tensors, momentum, lr, weight_decay, foreach):
        super().__init__(tensors, {"lr": lr, "weight_decay": weight_decay, "momentum": momentum})
        vectors = [each for each in tensors if each.dim() == 1]
        self.vectors = vectors and torch.optim.AdamW(vectors, lr, weight_decay=weight_decay, foreach=False)

    def step(self):
        for group in self.param_groups:
            rate, mu = group["lr"], group["momentum"]
            if self.vectors:
                self.vectors.param_groups[0]["lr"] = rate
                self.vectors.step()
            for each in group["params"]:
                if each.dim() == 1:
                    continue
                momentum = self.state[each].setdefault("momentum", torch.zeros_like(each))
                momentum.lerp_(each.grad, 1 - mu)
                update = newton_schulz(each.grad.lerp(momentum, mu))
                each.mul_(1 - rate * group["weight_decay"])
                each.sub_(update, alpha=rate * math.sqrt(max(1, each.shape[0] / each.shape[1])))


class Egalitarian(torch.optim.Optimizer):
    """Pasand & Dohmatob 2025: all singular values of a matrix' gradient, decay in it, become 1 or stay 0."""

    def __init__(self, tensors, lr, weight_decay, foreach):
        super().__init__(tensors, {"lr": lr, "weight_decay": weight_decay})

    def step(self):
        for group in self.param_groups:
            for each in group["params"]:
                gradient = each.grad + group["weight_decay"] * each
                if each.dim() > 1:
                    left, values, right = torch.linalg.svd(gradient, full_matrices=False)
                    kept = values > values[0] * max(each.shape) * 2**-23
                    gradient = left[:, kept] @ right[kept]
                each.sub_(gradient, alpha=group["lr"])


def newton_schulz(matrix):
    a, b, c = 3.4445, -4.7750, 2.0315
    x = matrix.T if matrix.shape[0] > matrix.shape[1] else matrix
    x = x / (x.norm() + 1e-7)
    for _ in range(5):
        gram = x @ x.T
        x = a * x + (b * gram + c * gram @ gram) @ x
    return x.T if matrix.shape[0] > matrix.shape[1] else x


def orthogonal(tensor, gradient):
    """The gradient without its part along the tensor, with its old length (Prieto et al. 2025)."""
    w, g = tensor.flatten(), gradient.flatten()
    rest = g - torch.dot(w, g) / (torch.dot(w, w) + 1e-30) * w
    return (rest * (g.norm() / (rest.norm() + 1e-30))).view_as(gradient)
