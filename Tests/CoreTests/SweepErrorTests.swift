import TestSupport
import Testing

@testable import Core

/// A sweep file with something wrong in it, and the one line that says so.
struct BadSweep: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var text: String
    var overrides: [String] = []
    var line: String

    init(_ name: String, _ text: String, set overrides: [String] = [], _ line: String) {
        testDescription = name
        self.text = text
        self.overrides = overrides
        self.line = line
    }

    /// The message of reading and planning it.
    var message: String {
        problem {
            _ = try SweepPlan(SweepSpec(parsing: text, named: "q.yaml", overrides: overrides))
        }
    }
}

@Suite("SweepError")
struct SweepErrorTests {
    /// A sound sweep file with one line put in, replaced or taken out.
    private static func file(
        _ replaced: String = "", by line: String = "", extra: String = ""
    ) -> String {
        let lines = [
            "sweep: q",
            "cell:",
            "  task: {symbols: 10}",
            "  optimizer:",
            "    decoder: {learning_rate: 1e-3}",
            "  train_fraction: 0.8",
            "axes:",
            "  weight_decay:",
            "    path: optimizer.decoder.weight_decay",
            "    linear: [0, 10]",
            "    points: 3",
            "seeds: [0, 1]",
        ]
        let changed = lines.compactMap { old in
            guard !replaced.isEmpty, old.hasPrefix(replaced) else { return old }
            return line.isEmpty ? nil : line
        }
        return (changed + (extra.isEmpty ? [] : [extra])).joined(separator: "\n") + "\n"
    }

    @Test("the file that the others are made of is sound")
    func sound() {
        #expect(BadSweep("sound", Self.file(), "").message == "no error")
    }

    @Test(
        "an unknown key is named with its line and the nearest known one, at every level",
        arguments: [
            BadSweep(
                "top", file(extra: "seed: [0]"),
                "q.yaml:13: seed: unknown key (hint: did you mean seeds?)"),
            BadSweep(
                "top, nothing near", file(extra: "colour: red"),
                "q.yaml:13: colour: unknown key (hint: known keys here: sweep, title, cell, grids, axes, "
                    + "seeds, refine, phase_rule, keep, record, report, stop, prediction)"),
            BadSweep(
                "cell", file("  train_f", by: "  train_fracton: 0.8"),
                "q.yaml:6: cell.train_fracton: unknown key (hint: did you mean train_fraction?)"),
            BadSweep(
                "task", file("  task", by: "  task: {symbol: 10}"),
                "q.yaml:3: cell.task.symbol: unknown key (hint: did you mean symbols?)"),
            BadSweep(
                "optimizer", file("    decoder", by: "    dekoder: {}"),
                "q.yaml:5: cell.optimizer.dekoder: unknown key (hint: did you mean decoder?)"),
            BadSweep(
                "optimizer group", file("    decoder", by: "    decoder: {lerning_rate: 1e-3}"),
                "q.yaml:5: cell.optimizer.decoder.lerning_rate: unknown key "
                    + "(hint: did you mean learning_rate?)"),
            BadSweep(
                "model", file("  task", by: "  model: {hiden: [5]}"),
                "q.yaml:3: cell.model.hiden: unknown key (hint: did you mean hidden?)"),
            BadSweep(
                "loss", file("  task", by: "  loss: {target: gaussian}"),
                "q.yaml:3: cell.loss.target: unknown key (hint: did you mean targets?)"),
            BadSweep(
                "axis", file("    points", by: "    point: 3"),
                "q.yaml:11: axes.weight_decay.point: unknown key (hint: did you mean points?)"),
            BadSweep(
                "axis spacing", file("    linear", by: "    liner: [0, 10]"),
                "q.yaml:10: axes.weight_decay.liner: unknown key (hint: did you mean linear?)"),
            BadSweep(
                "phase_rule", file(extra: "phase_rule: {gaps: 5}"),
                "q.yaml:13: phase_rule.gaps: unknown key (hint: did you mean gap?)"),
            BadSweep(
                "record", file(extra: "record: {measure: [rqi]}"),
                "q.yaml:13: record.measure: unknown key (hint: did you mean measures?)"),
        ])
    func unknownKeys(_ sample: BadSweep) { #expect(sample.message == sample.line) }

    @Test(
        "a value of the wrong kind, or out of range, is shown with what is expected",
        arguments: [
            BadSweep(
                "word for number", file("  train_f", by: "  train_fraction: most"),
                #"q.yaml:6: cell.train_fraction: expected a number, found "most""#),
            BadSweep(
                "quoted number", file("  train_f", by: "  train_fraction: \"0.8\""),
                #"q.yaml:6: cell.train_fraction: expected a number, found "0.8""#),
            BadSweep(
                "nothing", file("  train_f", by: "  train_fraction:"),
                "q.yaml:6: cell.train_fraction: expected a number, found nothing"),
            BadSweep(
                "several lines", file("  train_f", by: "  train_fraction: \"a\\nb\\e[2J\""),
                #"q.yaml:6: cell.train_fraction: expected a number, found "a\nb\u{1b}[2J""#),
            BadSweep(
                "a page",
                file("  train_f", by: "  train_fraction: \(String(repeating: "x", count: 500))"),
                "q.yaml:6: cell.train_fraction: expected a number, found \"\(String(repeating: "x", count: 60))…\""
            ),
            BadSweep(
                "list for mapping", file("  task", by: "  task: [10]"),
                "q.yaml:3: cell.task: expected a mapping, found a list"),
            BadSweep(
                "word for mapping", file("  task", by: "  task: addition"),
                #"q.yaml:3: cell.task: expected a mapping, found "addition""#),
            BadSweep(
                "mapping for word", file("sweep", by: "sweep: {name: q}"),
                "q.yaml:1: sweep: expected a word, found a mapping"),
            BadSweep(
                "number for list", file("seeds", by: "seeds: 3"),
                "q.yaml:12: seeds: expected a list, found the number 3"),
            BadSweep(
                "unknown word", file("  task", by: "  model: {activation: tahn}"),
                "q.yaml:3: cell.model.activation: unknown value \"tahn\": known are tanh, relu, gelu, "
                    + "silu, gelu-tanh, quadratic "
                    + "(hint: did you mean tanh?)"),
            BadSweep(
                "widths", file("  task", by: "  model: {hidden: [200, 0.5]}"),
                "q.yaml:3: cell.model.hidden: expected widths between 1 and 65536, "
                    + "found the number 0.5"),
            BadSweep(
                "fractional integer", file("  task", by: "  task: {symbols: 10.5}"),
                "q.yaml:3: cell.task.symbols: expected a whole number, found the number 10.5"),
            BadSweep(
                "fractional seed", file("seeds", by: "seeds: [0.5]"),
                "q.yaml:12: seeds: expected whole numbers from 0, found the number 0.5"),
            BadSweep(
                "negative seed", file("seeds", by: "seeds: [0, -1]"),
                "q.yaml:12: seeds: expected whole numbers from 0, found the number -1"),
            BadSweep(
                "huge seed", file("seeds", by: "seeds: [1e300]"),
                "q.yaml:12: seeds: 1e+300 is out of range: must be between 0 and 9007199254740991"),
            BadSweep(
                "first seed too large", file("seeds", by: "seeds: [9007199254740992]"),
                "q.yaml:12: seeds: 9007199254740992 is out of range: must be between 0 and "
                    + "9007199254740991"),
            BadSweep(
                "duplicate seeds", file("seeds", by: "seeds: [3, 1, 3]"),
                "q.yaml:12: seeds: 3 is given twice (hint: keep one of them)"),
            BadSweep(
                "no seeds", file("seeds", by: "seeds: []"),
                "q.yaml:12: seeds: the list is empty (hint: drop the key for seed 0)"),
            BadSweep(
                "no steps", file("  train_f", by: "  steps: 0"),
                "q.yaml:6: cell.steps: 0 is out of range: must be at least 1"),
            BadSweep(
                "infinite steps", file("  train_f", by: "  steps: 1e400"),
                "q.yaml:6: cell.steps: inf is out of range: must be between 1 and 9007199254740991"),
            BadSweep(
                "negative rate", file("    decoder", by: "    decoder: {learning_rate: -1e-3}"),
                "q.yaml:5: cell.optimizer.decoder.learning_rate: -0.001 is out of range: "
                    + "must be at least 0"),
            BadSweep(
                "too few symbols", file("  task", by: "  task: {symbols: 1}"),
                "q.yaml:3: cell.task.symbols: 1 is out of range: must be between 2 and 10000"),
            BadSweep(
                "bad rule", file(extra: "phase_rule: {train_accuracy: 1.5}"),
                "q.yaml:13: phase_rule.train_accuracy: 1.5 is out of range: "
                    + "must be more than 0 and at most 1"),
            BadSweep(
                "unknown measure", file(extra: "record: {measures: [rqq]}"),
                "q.yaml:13: record.measures: unknown measure \"rqq\" (hint: did you mean rqi?)"),
            BadSweep(
                "measure that is like no other", file(extra: "record: {measures: [entropy!]}"),
                "q.yaml:13: record.measures: unknown measure \"entropy!\" (hint: docs/measures.md "
                    + "lists them)"),
            BadSweep(
                "measure that is a number", file(extra: "record: {measures: [7]}"),
                "q.yaml:13: record.measures: expected names or {name: …, every: …}, found the number 7"
            ),
            BadSweep(
                "measure never", file(extra: "record: {measures: [{name: rqi, every: -1}]}"),
                "q.yaml:13: record.measures.every: -1 is out of range: must be between 1 and "
                    + "1099511627776"),
            BadSweep(
                "measure without a name", file(extra: "record: {measures: [{every: 5}]}"),
                "q.yaml:13: record.measures.name: missing: this key has no default (hint: add "
                    + "name: VALUE)"),
            BadSweep(
                "measure with another key",
                file(extra: "record: {measures: [{name: rqi, evry: 5}]}"),
                "q.yaml:13: record.measures.evry: unknown key (hint: did you mean every?)"),
            BadSweep(
                "measure twice", file(extra: "record: {measures: [rqi, rqi]}"),
                "q.yaml:13: record.measures: rqi is given twice"),
            BadSweep(
                "rqi without parallelograms",
                "sweep: q\ncell: {task: {kind: modular}}\nrecord: {measures: [rqi]}\n"
                    + "axes: {a: {path: steps, values: [1]}}\n",
                "q.yaml:3: record.measures: rqi has no meaning for task: {kind: modular} with "
                    + "model: {kind: pair-decoder, combination: sum} "
                    + "(hint: it is for task: {kind: addition} with model: {kind: pair-decoder})"),
            BadSweep(
                "bad record step", file(extra: "record: {parameters: [first]}"),
                "q.yaml:13: record.parameters: expected steps, the word last or "
                    + "{every: …}, found \"first\""),
            BadSweep(
                "bad stop", file(extra: "stop: never"),
                "q.yaml:13: stop: unknown value \"never\": known are decided, budget, predicted, "
                    + "reachable"),
            BadSweep(
                "bad name", file("sweep", by: "sweep: My Sweep"),
                "q.yaml:1: sweep: \"My Sweep\" cannot name a directory "
                    + "(hint: use up to 64 of a-z, 0-9 and -)"),
            BadSweep(
                "climbing name", file("sweep", by: "sweep: ../../etc"),
                "q.yaml:1: sweep: \"../../etc\" cannot name a directory "
                    + "(hint: use up to 64 of a-z, 0-9 and -)"),
            BadSweep(
                "no name", file("sweep"),
                "q.yaml:1: sweep: missing: this key has no default (hint: add sweep: VALUE)"),
            BadSweep(
                "batch", file("  task", by: "  batch: 45"),
                "q.yaml:3: cell.batch: 45 is more than the 44 training examples "
                    + "(hint: 0 means the whole training set)"),
            BadSweep(
                "outputs of one-hot", file("  task", by: "  loss: {targets: one-hot, outputs: 3}"),
                "q.yaml:3: cell.loss.outputs: one-hot targets have one output per class "
                    + "(hint: drop the key)"),
            BadSweep(
                "targets of cross-entropy",
                file("  task", by: "  loss: {kind: cross-entropy, targets: one-hot}"),
                "q.yaml:3: cell.loss.targets: has no meaning for cross-entropy "
                    + "(hint: drop it, or use kind: mse)"),
        ])
    func values(_ sample: BadSweep) { #expect(sample.message == sample.line) }

    @Test(
        "an axis that makes no sense is refused with what would",
        arguments: [
            BadSweep(
                "no axes",
                file("axes", by: "axes: {}").components(keeping: {
                    !$0.hasPrefix("  weight") && !$0.hasPrefix("    p") && !$0.hasPrefix("    l")
                }),
                "q.yaml:7: axes: empty: a sweep needs one to four axes (hint: add "
                    + "learning_rate: {path: optimizer.decoder.learning_rate, values: [...]})"),
            BadSweep(
                "axes missing", "sweep: q\n",
                "q.yaml:1: axes: missing: a sweep needs one to four axes (hint: add "
                    + "learning_rate: {path: optimizer.decoder.learning_rate, values: [...]})"),
            BadSweep(
                "axes misspelt", "sweep: q\naxis: {}\n",
                "q.yaml:2: axis: unknown key (hint: did you mean axes?)"),
            BadSweep(
                "five axes", "sweep: q\naxes: {a: {}, b: {}, c: {}, d: {}, e: {}}\n",
                "q.yaml:2: axes: 5 axes are too many: a sweep has one to four "
                    + "(hint: fix the others in cell)"),
            BadSweep(
                "no values", file("    linear", by: "    values: []").dropping("    points"),
                "q.yaml:10: axes.weight_decay.values: the axis has no values "
                    + "(hint: name at least one)"),
            BadSweep(
                "values twice",
                file("    linear", by: "    values: [1, 2.0, 3, 2]")
                    .dropping("    points"),
                "q.yaml:10: axes.weight_decay.values: the value 2 is given twice "
                    + "(hint: keep one of them)"),
            BadSweep(
                "words for values",
                file("    linear", by: "    values: [1, two]")
                    .dropping("    points"),
                "q.yaml:10: axes.weight_decay.values: expected numbers, found \"two\""),
            BadSweep(
                "log of zero", file("    linear", by: "    log: [0, 10]"),
                "q.yaml:10: axes.weight_decay.log: 0 has no place on a log axis "
                    + "(hint: use values: [0, ...] for an axis with a zero)"),
            BadSweep(
                "log of a negative", file("    linear", by: "    log: [-1, 10]"),
                "q.yaml:10: axes.weight_decay.log: -1 has no place on a log axis "
                    + "(hint: use values: [0, ...] for an axis with a zero)"),
            BadSweep(
                "two spacings", file(extra: "").replacing("    points", "    values: [1]"),
                "q.yaml:10: axes.weight_decay.linear: an axis takes one of log, linear, range, "
                    + "values or arms, not linear and values"),
            BadSweep(
                "no spacing", file("    linear"),
                "q.yaml:9: axes.weight_decay.values: missing: an axis needs one of log, linear, "
                    + "range, values or arms"),
            BadSweep(
                "points missing", file("    points"),
                "q.yaml:9: axes.weight_decay.points: missing: this key has no default "
                    + "(hint: add points: VALUE)"),
            BadSweep(
                "points with values", file("    linear", by: "    values: [1, 2]"),
                "q.yaml:11: axes.weight_decay.points: unknown key (hint: known keys here: path, "
                    + "values, reversed)"),
            BadSweep(
                "three ends", file("    linear", by: "    linear: [0, 1, 2]"),
                "q.yaml:10: axes.weight_decay.linear: expected [first, last], found 3 values "
                    + "(hint: use values: [...] to name every value)"),
            BadSweep(
                "no path", file("    path"),
                "q.yaml:9: axes.weight_decay.path: missing: this key has no default "
                    + "(hint: add path: VALUE)"),
            BadSweep(
                "unknown path", file("    path", by: "    path: optimizer.decoder.weight_decy"),
                "q.yaml:8: axes.weight_decay.path: the cell has no key "
                    + "optimizer.decoder.weight_decy (hint: did you mean "
                    + "optimizer.decoder.weight_decay?)"),
            BadSweep(
                "path of a word", file("    path", by: "    path: model.activation"),
                "q.yaml:8: axes.weight_decay.path: model.activation is not a number (hint: numeric "
                    + "keys here: model.decoder_scale, model.dropout, model.embedding, "
                    + "model.embedding_scale)"),
            BadSweep(
                "path of a mapping", file("    path", by: "    path: optimizer.decoder"),
                "q.yaml:8: axes.weight_decay.path: optimizer.decoder is not a number (hint: numeric "
                    + "keys here: optimizer.decoder.beta1, optimizer.decoder.beta2, "
                    + "optimizer.decoder.epsilon, optimizer.decoder.learning_rate, "
                    + "optimizer.decoder.weight_decay)"),
            BadSweep(
                "path to nowhere", file("    path", by: "    path: colours.of.the.rainbow"),
                "q.yaml:8: axes.weight_decay.path: the cell has no key colours.of.the.rainbow "
                    + "(hint: numeric keys here: batch, evaluate_every, steps, train_fraction)"),
            BadSweep(
                "same path twice",
                "sweep: q\naxes:\n  a: {path: steps, values: [1]}\n  b: {path: steps, values: [2]}\n",
                "q.yaml:4: axes.b: sets steps, which a sets already"),
            BadSweep(
                "shared and own key",
                "sweep: q\naxes:\n  a: {path: optimizer.learning_rate, values: [1]}\n"
                    + "  b: {path: optimizer.decoder.learning_rate, values: [2]}\n",
                "q.yaml:4: axes.b: sets optimizer.decoder.learning_rate, which a sets already"),
            BadSweep(
                "shared key that no group has",
                "sweep: q\naxes:\n  a: {path: optimizer.momentum, values: [1]}\n",
                "q.yaml:3: axes.a.path: the cell has no key optimizer.momentum (hint: numeric keys "
                    + "here: optimizer.clip, optimizer.sharpness, optimizer.warmup)"),
            BadSweep(
                "misspelt shared key",
                "sweep: q\naxes:\n  a: {path: optimizer.learning_rat, values: [1]}\n",
                "q.yaml:3: axes.a.path: the cell has no key optimizer.learning_rat (hint: did you "
                    + "mean optimizer.learning_rate?)"),
            BadSweep(
                "shared key out of range on the grid",
                "sweep: q\naxes:\n  a: {path: steps, values: [5]}\n"
                    + "  b: {path: optimizer.beta1, values: [0.5, 1]}\n",
                "q.yaml:4: cell.optimizer.representation.beta1: 1 is out of range: must be between "
                    + "0 and 0.999999999 at a=5, b=1"),
            BadSweep(
                "name of a recorded measure",
                "sweep: q\naxes:\n  weight_norm: {path: steps, values: [1]}\n",
                "q.yaml:2: axes: weight_norm is the name of something that is recorded (hint: give "
                    + "the axis another name)"),
            BadSweep(
                "reserved name", "sweep: q\naxes:\n  phase: {path: steps, values: [1]}\n",
                "q.yaml:3: axes.phase: cannot name an axis (hint: use a-z, 0-9 and _, and none of "
                    + "the result file's own names)"),
            BadSweep(
                "out of range on the grid",
                "sweep: q\naxes:\n  steps: {path: steps, values: [10, 0]}\n",
                "q.yaml:3: cell.steps: 0 is out of range: must be at least 1 at steps=0"),
            BadSweep(
                "fractional on the grid",
                "sweep: q\naxes:\n  p: {path: task.symbols, linear: [10, 11], points: 3}\n",
                "q.yaml:3: cell.task.symbols: expected a whole number, found the number 10.5 at "
                    + "p=10.5"),
            BadSweep(
                "astronomical grid",
                "sweep: q\naxes:\n"
                    + "  a: {path: optimizer.decoder.weight_decay, linear: [0, 1], points: 100000}\n"
                    + "  b: {path: optimizer.decoder.learning_rate, linear: [0, 1], points: 100000}\n",
                "q.yaml:3: axes: 10000000000 cells are too many (hint: a sweep has at most "
                    + "1000000: use fewer points or seeds)"),
        ])
    func axes(_ sample: BadSweep) { #expect(sample.message == sample.line) }

    @Test(
        "a fraction that leaves nothing to train or validate on is refused, on the grid with its point",
        arguments: [
            BadSweep(
                "no validation", file("  train_f", by: "  train_fraction: 0.995"),
                "q.yaml:6: cell.train_fraction: 0.995 of 55 examples leaves no validation example "
                    + "(hint: use at most 0.9818181818181818)"),
            BadSweep(
                "no training", file("  train_f", by: "  train_fraction: 0.005"),
                "q.yaml:6: cell.train_fraction: 0.005 of 55 examples leaves no training example "
                    + "(hint: use at least 0.01818181818181818)"),
            BadSweep(
                "no validation on the grid",
                "sweep: q\naxes:\n"
                    + "  wd: {path: optimizer.decoder.weight_decay, values: [0, 1]}\n"
                    + "  part: {path: train_fraction, values: [0.5, 1]}\n",
                "q.yaml:4: cell.train_fraction: 1 of 55 examples leaves no validation example at "
                    + "wd=0, part=1 (hint: use at most 0.9818181818181818)"),
            BadSweep(
                "no training on the grid",
                "sweep: q\naxes:\n  part: {path: train_fraction, values: [0.001]}\n",
                "q.yaml:3: cell.train_fraction: 0.001 of 55 examples leaves no training example at "
                    + "part=0.001 (hint: use at least 0.01818181818181818)"),
        ])
    func fractions(_ sample: BadSweep) { #expect(sample.message == sample.line) }

    @Test(
        "text that is no sweep file gets one line as well",
        arguments: [
            BadSweep(
                "empty", "", "q.yaml: the file is empty (hint: begin with sweep: NAME)"),
            BadSweep(
                "comment only", "# nothing\n",
                "q.yaml: the file is empty (hint: begin with sweep: NAME)"),
            BadSweep("a word", "hello\n", "q.yaml:1: expected a mapping, found \"hello\""),
            BadSweep(
                "syntax", "sweep: q\ncell: {task: [1\naxes: {}\n",
                "q.yaml:3: not well-formed YAML: did not find expected ',' or ']' "
                    + "(hint: look at this line and the one before)"),
            BadSweep(
                "tab", "sweep: q\ncell:\n\ttask: {}\n",
                "q.yaml:3: not well-formed YAML: found character that cannot start any token "
                    + "(hint: look at this line and the one before)"),
            BadSweep(
                "duplicate key", "sweep: q\nseeds: [0]\nseeds: [1]\n",
                "q.yaml:2: seeds: given twice (hint: keep one of them)"),
            BadSweep(
                "binary with zeros", "\u{7f}ELF\u{0}\u{1}",
                "q.yaml: not a text file: it holds a zero byte (hint: name a file in YAML or JSON)"),
            BadSweep(
                "alias", "sweep: q\nseeds: &s [0]\ncell: {steps: *s}\n",
                "q.yaml:2: YAML anchors and aliases are not supported (hint: write the value out)"),
            BadSweep(
                "deep",
                "sweep: q\ncell: " + String(repeating: "{a: ", count: 70) + "1"
                    + String(repeating: "}", count: 70) + "\n",
                "q.yaml:2: nested deeper than 64 levels (hint: a sweep file needs four)"),
            BadSweep(
                "bottomless", "sweep: " + String(repeating: "[", count: 200_000),
                "q.yaml: nested deeper than 64 levels (hint: a sweep file needs four)"),
            BadSweep(
                "bottomless list", String(repeating: "- ", count: 100_000),
                "q.yaml: nested deeper than 64 levels (hint: a sweep file needs four)"),
            BadSweep(
                "key of keys", "sweep: q\n? [a, b]\n: 1\n",
                "q.yaml:2: a key must be a word (hint: write key: value)"),
        ])
    func files(_ sample: BadSweep) { #expect(sample.message == sample.line) }

    @Test("aliases that would fill the memory are refused at once")
    func bomb() {
        var text = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n"
        for level in 1...12 {
            let parts = Array(repeating: "*a\(level - 1)", count: 9).joined(separator: ", ")
            text += "a\(level): &a\(level) [\(parts)]\n"
        }
        #expect(
            BadSweep("bomb", text, "").message
                == "q.yaml:1: YAML anchors and aliases are not supported (hint: write the value out)"
        )
    }

    @Test("bytes that are no text are refused in one printable line, whatever they are")
    func binary() {
        let seed = UInt64.random(in: 0...UInt64.max)
        var random = RandomStream(state: seed)
        for _ in 0..<300 {
            let bytes = (0..<64).map { _ in random.byte() }
            let message = BadSweep("binary", String(decoding: bytes, as: UTF8.self), "").message
            #expect(message.hasPrefix("q.yaml"), "seed \(seed)")
            #expect(
                message.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control },
                "seed \(seed)")
        }
    }

    @Test(
        "settings on the command line are blamed on it, not on a line of the file",
        arguments: [
            BadSweep(
                "bad value", file(), set: ["cell.train_fraction=most"],
                #"--set: cell.train_fraction: expected a number, found "most""#),
            BadSweep(
                "new bad key", file(), set: ["cell.taks.symbols=5"],
                "--set: cell.taks: unknown key (hint: did you mean task?)"),
            BadSweep(
                "out of range", file(), set: ["cell.steps=0"],
                "--set: cell.steps: 0 is out of range: must be at least 1"),
            BadSweep(
                "no equals sign", file(), set: ["cell.steps"],
                "--set: cannot read the setting \"cell.steps\" (hint: write key.path=value)"),
            BadSweep(
                "no key", file(), set: ["=5"],
                "--set: cannot read the setting \"=5\" (hint: write key.path=value)"),
            BadSweep(
                "empty key", file(), set: ["cell..steps=3"],
                "--set: \"cell..steps\" has an empty key (hint: write key.path=value)"),
            BadSweep(
                "bad YAML", file(), set: ["seeds=[1"],
                "--set: seeds: not well-formed YAML: did not find expected ',' or ']' "
                    + "(hint: look at this line and the one before)"),
            BadSweep(
                "duplicate seeds", file(), set: ["seeds=[1, 1]"],
                "--set: seeds: 1 is given twice (hint: keep one of them)"),
        ])
    func settings(_ sample: BadSweep) { #expect(sample.message == sample.line) }
}

extension String {
    /// The text without the lines that begin like this.
    func dropping(_ prefix: String) -> String { components { !$0.hasPrefix(prefix) } }

    /// The text with the line that begins like this replaced.
    func replacing(_ prefix: String, _ line: String) -> String {
        split(separator: "\n", omittingEmptySubsequences: false)
            .map { $0.hasPrefix(prefix) ? line : String($0) }.joined(separator: "\n")
    }

    /// The text with only the lines that are kept.
    func components(keeping keep: (Substring) -> Bool) -> String {
        split(separator: "\n", omittingEmptySubsequences: false).filter(keep)
            .joined(separator: "\n")
    }
}
