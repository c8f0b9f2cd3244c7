"""Optimisers in PyTorch with what is done to gradients before and to parameters after them."""

import math

import torch


class Updater:
    """One update of all parameters by their gradients, in the order of OptimizerConfiguration."""

    def __init__(self, settings, parameters, groups, budget):
        self.settings, self.budget = settings, budget
        self.parameters = list(parameters.values())
        self.slow, self.window = None, []
        self.norm = self.total_norm()
        self.optimizers = []
        for group in ("representation", "decoder", "last_layer"):
            tensors = [value for name, value in parameters.items() if groups[name] == group]
            if tensors:
                # What the last layer's rule does not say is as in the decoder's.
                inherited = settings["decoder"] if group == "last_layer" else {}
                rule = {**inherited, **settings[group]}
                self.optimizers.append(self.optimizer(tensors, rule))
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
        betas = (rule.get("beta1", 0.9), rule.get("beta2", 0.999))
        kind = {"adamw": torch.optim.AdamW, "adam": torch.optim.Adam}[rule["kind"]]
        return kind(tensors, betas=betas, eps=rule.get("epsilon", 1e-8), **common)

    def factor(self, done):
        """What learning rates are multiplied with after so many updates."""
        warmup = self.settings.get("warmup", 0)
        if done < warmup:
            return (done + 1) / warmup
        share = (done - warmup) / (self.budget - warmup)
        return {
            "constant": 1,
            "linear": 1 - share,
            "cosine": (1 + math.cos(math.pi * share)) / 2,
        }[self.settings.get("schedule", "constant")]

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
        for each in self.optimizers + self.schedules:
            each.step()
        if self.settings.get("constrained_norm", False):
            factor = self.norm / self.total_norm()
            for each in self.parameters:
                each.mul_(factor)

    def total_norm(self):
        return torch.cat([each.detach().flatten() for each in self.parameters]).norm()

    def grokfast(self, kind, alpha=None, window=None, **lambdas):
        """As in the authors' code (ironjr/grokfast)."""
        if kind == "none":
            return
        gradients = [each.grad.clone() for each in self.parameters]
        if kind == "ema":
            before = self.slow or gradients
            self.slow = [alpha * m + (1 - alpha) * g for m, g in zip(before, gradients)]
            added = self.slow
        else:
            self.window = (self.window + [gradients])[-window:]
            if len(self.window) < window:
                return
            added = [sum(past) / window for past in zip(*self.window)]
        for each, slow in zip(self.parameters, added):
            each.grad += lambdas["lambda"] * slow


def orthogonal(tensor, gradient):
    """The gradient without its part along the tensor, with its old length (Prieto et al. 2025)."""
    w, g = tensor.flatten(), gradient.flatten()
    rest = g - torch.dot(w, g) / (torch.dot(w, w) + 1e-30) * w
    return (rest * (g.norm() / (rest.norm() + 1e-30))).view_as(gradient)
