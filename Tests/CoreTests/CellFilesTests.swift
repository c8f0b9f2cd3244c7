import SHA256
import TestSupport
import Testing

@testable import Core

@Suite("CellFiles")
struct CellFilesTests {
    private struct NoFile: Error, CustomStringConvertible {
        let description: String
    }

    /// Files that are texts.
    private func files(_ texts: [String: String]) -> CellFiles {
        CellFiles { path in
            guard let text = texts[path] else { throw NoFile(description: "\(path): no such file") }
            return Array(text.utf8)
        }
    }

    private func sweep(_ cell: String, _ texts: [String: String]) throws(SweepError) -> SweepSpec {
        try SweepSpec(
            parsing: "sweep: a\ncell:\n  \(cell)\naxes: {s: {path: steps, values: [5]}}\n",
            named: "a.yaml", files: files(texts))
    }

    private func failure(_ list: String, task: String = "{kind: modular, modulus: 5}") -> String {
        problem {
            _ = try sweep("{task: \(task), split: {kind: file, path: l.txt}}", ["l.txt": list])
        }
    }

    @Test("a list of examples, by number or by pair, takes the place of its file")
    func list() throws {
        let spec = try sweep(
            "{task: {kind: modular, modulus: 5}, split: {kind: file, path: l.txt}}",
            ["l.txt": "# the second row\n5\n1 1\n\n 7 # x = 1, y = 2\n4 4\n"])
        guard case .listed(let list) = spec.cell.split.kind else {
            Issue.record("not a list")
            return
        }
        #expect(list.train == [5, 6, 7, 24])
        #expect(spec.cell.trainCount == 4)
        #expect(spec.cell.trainFraction == 4.0 / 25)
        #expect(!spec.sourceText.contains("l.txt"))
        let again = try SweepSpec(parsing: spec.sourceText, named: "a.yaml")
        #expect(again.cell == spec.cell)
    }

    @Test("two files with one content give one cell, another content another")
    func content() throws {
        func cell(_ name: String, _ text: String) throws -> CellID {
            var none: RecordRequest?
            return try CellDefinition(
                parsing: "split: {kind: file, path: \(name)}", record: &none,
                files: files([name: text])
            ).id
        }
        let first = try cell("a", "1\n2\n3\n")
        #expect(try cell("b", "3\n2\n1\n") == first)
        #expect(try cell("a", "1\n2\n4\n") != first)
        #expect(try CellDefinition(parsing: "split: {kind: file, train: [1, 2, 3]}").id == first)
    }

    @Test("a list that cannot be used is an error with its own file and line")
    func mistakes() {
        #expect(
            failure("0\nfive\n")
                == "l.txt:2: expected an example, found \"five\" "
                + "(hint: write one number, or one pair x y, per line)")
        #expect(
            failure("1 2 3") == "l.txt:1: expected an example, found \"1 2 3\" "
                + "(hint: write one number, or one pair x y, per line)")
        #expect(
            failure("0\n\n25\n")
                == "l.txt:3: there is no example 25 (hint: numbers go from 0 to 24)")
        #expect(
            failure("0 5") == "l.txt:1: there is no example 0 5 (hint: numbers go from 0 to 24)")
        #expect(failure("-1") == "l.txt:1: there is no example -1 (hint: numbers go from 0 to 24)")
        #expect(failure("6\n1 1\n") == "l.txt:2: example 6 is named twice")
        #expect(
            failure("1 0", task: "{symbols: 4}")
                == "l.txt:1: there is no example 1 0 (hint: numbers go from 0 to 9)")
        #expect(
            failure("# nothing\n")
                == "a.yaml:3: cell.split: the list names no training example")
        #expect(
            failure((0..<25).map(String.init).joined(separator: "\n"))
                == "a.yaml:3: cell.split: the list leaves no validation example")
    }

    @Test("a list says how much is trained on, so train_fraction must not")
    func fraction() {
        #expect(
            problem {
                _ = try sweep(
                    "{split: {kind: file, path: l}, train_fraction: 0.5}", ["l": "1"])
            }
                == "a.yaml:3: cell.train_fraction: has no meaning beside split: {kind: file} "
                + "(hint: drop the key)")
        #expect(
            problem { _ = try sweep("{split: {kind: file, path: l, train: [1]}}", ["l": "1"]) }
                == "a.yaml:3: cell.split.path: stands beside train (hint: keep one of them)")
        #expect(
            problem { _ = try sweep("{split: {kind: file, path: l}}", [:]) }
                == "a.yaml:3: cell.split.path: l: no such file "
                + "(hint: name the directory of the files with --data)")
        #expect(
            problem { _ = try sweep("{split: {kind: file}}", [:]) }
                == "a.yaml:3: cell.split.train: missing: this key has no default "
                + "(hint: add train: VALUE)")
    }

    @Test("an axis must not change which examples a list means")
    func axis() {
        #expect(
            problem {
                _ = try SweepPlan(
                    SweepSpec(
                        parsing: "sweep: a\ncell: {split: {kind: file, train: [1, 2]}}\n"
                            + "axes: {p: {path: task.symbols, values: [5, 6]}}\n", named: "a.yaml"))
            }
                == "a.yaml:3: axes.p.path: task.symbols changes which examples the split's list "
                + "means (hint: use one sweep per task, or another split)")
        #expect(
            problem {
                _ = try SweepPlan(
                    SweepSpec(
                        parsing: "sweep: a\ncell: {split: {kind: file, train: [1, 2]}}\n"
                            + "axes: {r: {path: train_fraction, values: [0.5]}}\n", named: "a.yaml")
                )
            }.hasPrefix("a.yaml:3: axes.r.path: the cell has no key train_fraction"))
    }

    private static let images =
        "{task: {kind: images, images: i, labels: l, samples: 5}, model: {kind: mlp, input: numbers}}"

    @Test("a digest of images is filled in where the files are there, and kept where it was given")
    func digest() throws {
        func digest(_ spec: SweepSpec) -> String? {
            guard case .images(let task) = spec.cell.task else { return nil }
            return task.digest
        }
        let filled = try sweep(Self.images, ["i": "image", "l": "label"])
        let found = try #require(digest(filled))
        #expect(found == SHA256Digest.hex(of: Array("imagelabel".utf8)))
        #expect(digest(try SweepSpec(parsing: filled.sourceText, named: "b")) == found)
        #expect(digest(try sweep(Self.images, ["i": "image"])) == nil)
        let given = Self.images.replacing("samples: 5", with: "samples: 5, digest: \(found)")
        #expect(digest(try sweep(given, ["i": "other", "l": "label"])) == found)
        let other = try sweep(Self.images, ["i": "", "l": ""])
        let cells = [filled, other].map { CellDefinition(configuration: $0.cell, seed: 0) }
        #expect(Set(cells.map(\.id)).count == 2)
    }

    @Test("where the images cannot be read, the digest is that of the sweep launched before")
    func launched() throws {
        let known = String(repeating: "a", count: 64)
        var asked: [String] = []
        let files = CellFiles(
            reading: { _ in throw Absent() },
            launched: { sweep in
                asked.append(sweep)
                return try? cell(
                    Self.images.replacing("samples: 5", with: "samples: 5, digest: \(known)"))
            })
        let spec = try SweepSpec(
            parsing:
                "sweep: a\naxes: {r: {path: train_fraction, values: [0.5]}}\ncell: \(Self.images)\n",
            named: "a.yaml", files: files)
        guard case .images(let task) = spec.cell.task else { throw Absent() }
        #expect(task.digest == known)
        let first = CellFiles(reading: { _ in throw Absent() }, launched: { _ in nil })
        #expect(
            problem {
                _ = try SweepSpec(
                    parsing: "sweep: a\ncell: \(Self.images)\n", named: "a.yaml", files: first)
            }
                == "a.yaml:2: cell.task.images: Absent() (hint: name the directory of the files "
                + "with --data, or say their digest)")
        #expect(asked == ["a"])
    }

    private struct Absent: Error {}

    @Test("a table takes the place of its file, and is the cell's identity")
    func table() throws {
        let text = "# the Klein group\n0 1 2 3\n1,0,3,2\n2 3 0 1\n3 2 1 0\n"
        let spec = try sweep("{task: {kind: table, path: k.txt}}", ["k.txt": text])
        guard case .table(let task) = spec.cell.task else { throw Absent() }
        #expect(task.table == (0..<4).map { x in (0..<4).map { x ^ $0 } })
        #expect(task.classes == 4 && task.isSymmetric && spec.cell.task.exampleCount == 16)
        #expect(!spec.sourceText.contains("k.txt"))
        #expect(try SweepSpec(parsing: spec.sourceText, named: "a.yaml").cell == spec.cell)
        func failure(_ text: String) -> String {
            problem { _ = try sweep("{task: {kind: table, path: t}}", ["t": text]) }
        }
        #expect(
            failure("0 1\n1 x\n")
                == "t:2: expected classes, found \"1 x\" (hint: write one row of the table per line)"
        )
        #expect(
            failure("0 1\n1\n") == "t:2: a row of 1 entries, the first has 2 "
                + "(hint: write one row of the table per line)")
        #expect(
            failure("0 1\n")
                == "a.yaml:3: cell.task.table: expected 1 rows of as many classes each, found a list "
                + "(hint: write [[0, 1], [1, 0]])")
        #expect(
            problem { _ = try sweep("{task: {kind: table, path: t}}", [:]) }
                == "a.yaml:3: cell.task.path: t: no such file "
                + "(hint: name the directory of the files with --data)")
        #expect(
            problem { _ = try sweep("{task: {kind: table, path: t, table: [[0]]}}", [:]) }
                == "a.yaml:3: cell.task.path: stands beside table (hint: keep one of them)")
    }

    @Test("splits, tables and initial parameters in files can be the values of an axis")
    func axes() throws {
        let texts = [
            "a": "0\n1\n", "b": "2\n", "s": "0 1\n1 0\n", "t": "0 1\n1 1\n", "w.npz": "weights",
            "v.npz": "others",
        ]
        func plan(_ cell: String, _ axis: String) throws -> SweepPlan {
            let spec = try SweepSpec(
                parsing: "sweep: a\ncell: \(cell)\naxes: {s: \(axis)}\n", named: "a.yaml",
                files: files(texts))
            // The text of the directory stands for itself.
            #expect(try SweepSpec(parsing: spec.sourceText, named: "a.yaml").axes == spec.axes)
            return try SweepPlan(spec)
        }
        let lists = try plan(
            "{split: {kind: file, path: a}}", "{path: split.path, values: [a, b]}")
        #expect(lists.cells.map(\.configuration.trainCount) == [2, 1])
        #expect(lists.spec.axes[0].labels == ["a", "b"])
        let arms = try plan(
            "{task: {kind: modular, modulus: 2}}",
            "{arms: {plain: {}, one: {split: {kind: file, path: b}}}}")
        #expect(arms.cells.map(\.configuration.trainCount) == [3, 1])
        let tables = try plan(
            "{task: {kind: table, path: s}}", "{path: task.path, values: [s, t], labels: [xor, or]}"
        )
        #expect(tables.spec.axes[0].labels == ["xor", "or"])
        #expect(Set(tables.cells.map(\.id)).count == 2)
        let starts = try plan(
            "{initial: {path: w.npz}}", "{path: initial.path, values: [w.npz, v.npz]}")
        #expect(
            starts.cells.map(\.configuration.initial?.digest)
                == ["weights", "others"].map { SHA256Digest.hex(of: Array($0.utf8)) })
        let start = try plan("{}", "{arms: {drawn: {}, given: {initial: {path: w.npz}}}}")
        #expect(start.cells.map { $0.configuration.initial?.digest == nil } == [true, false])
    }

    @Test("a file of initial parameters has a digest, and what it replaces is refused")
    func initial() throws {
        let spec = try sweep("{initial: {path: w.npz}}", ["w.npz": "weights"])
        #expect(spec.cell.initial?.digest == SHA256Digest.hex(of: Array("weights".utf8)))
        let missing = CellFiles(reading: { _ in throw Absent() }, launched: { _ in nil })
        #expect(
            problem {
                _ = try SweepSpec(
                    parsing: "sweep: a\ncell: {initial: {path: w.npz}}\n", named: "a.yaml",
                    files: missing)
            }
                == "a.yaml:2: cell.initial.path: Absent() (hint: name the directory of the files "
                + "with --data, or say their digest)")
        #expect(
            problem {
                _ = try sweep("{initial: {path: w.npz}, model: {decoder_scale: 2}}", ["w.npz": ""])
            }
                == "a.yaml:3: cell.model.decoder_scale: has no meaning: all parameters begin as "
                + "w.npz has them (hint: drop the key, or name the tensors that the file is to give)"
        )
        func some(_ tensors: String, _ model: String) -> String {
            problem {
                _ = try sweep(
                    "{initial: {path: w.npz, tensors: [\(tensors)]}, model: {\(model)}}",
                    ["w.npz": ""])
            }
        }
        #expect(
            some("representation", "embedding_scale: 9")
                == "a.yaml:3: cell.model.embedding_scale: has no meaning: what it is for begins as "
                + "w.npz has it (hint: drop the key, or name the tensors that the file is to give)")
        #expect(some("representation", "decoder_scale: 2") == "no error")
        #expect(some("decoder.0.weight", "embedding_scale: 9") == "no error")
        #expect(
            some("representation, decoder.0.weight, decoder.0.bias", "hidden: [], decoder_scale: 2")
                .contains("cell.model.decoder_scale: has no meaning: all parameters begin"))
        #expect(
            problem { _ = try sweep("{initial: {path: w.pt}}", [:]) }
                == "a.yaml:3: cell.initial.path: \"w.pt\" is neither a cell file (.h5) nor NumPy's "
                + "(.npz)")
        #expect(
            problem { _ = try sweep("{initial: {path: w.npz, step: 3}}", [:]) }
                == "a.yaml:3: cell.initial.step: an .npz file has no steps (hint: drop the key)")
    }

    @Test("keys right below optimizer that no group takes are refused")
    func shared() {
        func failure(_ optimizer: String) -> String {
            problem { _ = try sweep("{optimizer: {\(optimizer)}}", [:]) }
        }
        let groups = "decoder: {kind: sgd}, representation: {kind: sgd, learning_rate: 1}"
        #expect(
            failure("beta2: 0.5, \(groups)")
                == "a.yaml:3: cell.optimizer.beta2: holds for no parameter group: each says it "
                + "itself, or has no such key (hint: drop the key)")
        #expect(failure("kind: adam, \(groups)").contains("cell.optimizer.kind: holds for no"))
        #expect(failure("learning_rate: 0.5, \(groups)") == "no error")
        #expect(failure("kind: sgd, momentum: 0.5, \(groups)") == "no error")
    }

    @Test("relative names begin at the option, else at the environment, else here")
    func directory() {
        let environment = [DataDirectory.variable: "/env"]
        #expect(DataDirectory(option: "/o", environment: environment).file("a/b") == "/o/a/b")
        #expect(DataDirectory(environment: environment).file("a") == "/env/a")
        #expect(DataDirectory().file("a") == "a")
        #expect(DataDirectory(option: "/o").file("/abs") == "/abs")
    }
}
