import SHA256
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
                == "a.yaml:3: cell.split.path: l: no such file")
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
            launched: { sweep, files in
                asked.append("\(sweep): \(files.joined(separator: " "))")
                return known
            })
        let spec = try SweepSpec(
            parsing:
                "sweep: a\naxes: {r: {path: train_fraction, values: [0.5]}}\ncell: \(Self.images)\n",
            named: "a.yaml", files: files)
        guard case .images(let task) = spec.cell.task else { throw Absent() }
        #expect(task.digest == known)
        let first = CellFiles(reading: { _ in throw Absent() }, launched: { _, _ in nil })
        #expect(
            problem {
                _ = try SweepSpec(
                    parsing: "sweep: a\ncell: \(Self.images)\n", named: "a.yaml", files: first)
            }
                == "a.yaml:2: cell.task.images: Absent() (hint: name the directory of the files "
                + "with --data, or say their digest)")
        #expect(asked == ["a: i l"])
    }

    private struct Absent: Error {}

    @Test("relative names begin at the option, else at the environment, else here")
    func directory() {
        let environment = [DataDirectory.variable: "/env"]
        #expect(DataDirectory(option: "/o", environment: environment).file("a/b") == "/o/a/b")
        #expect(DataDirectory(environment: environment).file("a") == "/env/a")
        #expect(DataDirectory().file("a") == "a")
        #expect(DataDirectory(option: "/o").file("/abs") == "/abs")
    }
}
