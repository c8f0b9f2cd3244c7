import Foundation
import SHA256
import TestSupport
import Testing

@testable import Core

@Suite("CellID")
struct CellIDTests {
    @Test(
        "SHA-256 gives the digests of FIPS 180-2",
        arguments: [
            ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
            ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
            (
                "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
                "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
            ),
        ])
    func vectors(_ text: String, _ digest: String) {
        #expect(SHA256Digest.hex(of: Array(text.utf8)) == digest)
    }

    @Test("bytes may come in pieces of any length")
    func streaming() {
        // FIPS 180-2, the third vector: a million times "a".
        var digest = StreamingDigest()
        let bytes = [UInt8](repeating: UInt8(ascii: "a"), count: 997)
        var left = 1_000_000
        while left > 0 {
            digest.update(bytes.prefix(left))
            left -= min(left, bytes.count)
        }
        #expect(
            digest.hex() == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0")
    }

    @Test("the default cell keeps its identity")
    func golden() throws {
        // Changing this text retrains every sweep that anyone has: it takes a new science version.
        let cell = try CellDefinition(parsing: "{}")
        #expect(
            cell.canonicalText
                == #"{"batch":0,"loss":{"kind":"mse","outputs":30,"targets":"gaussian"},"#
                + #""model":{"activation":"tanh","decoder_scale":1,"embedding":1,"#
                + #""embedding_scale":1,"hidden":[200,200],"kind":"pair-decoder"},"#
                + #""optimizer":{"decoder":{"beta1":0.9,"beta2":0.999,"epsilon":1e-08,"#
                + #""kind":"adamw","learning_rate":0.001,"weight_decay":0},"#
                + #""representation":{"beta1":0.9,"beta2":0.999,"epsilon":1e-08,"#
                + #""kind":"adamw","learning_rate":0.001,"weight_decay":0}},"science_version":1,"#
                + #""seed":0,"steps":100000,"task":{"kind":"addition","symbols":10},"#
                + #""train_fraction":0.8}"#)
        #expect(
            cell.id.hex == "da153e4b284a89776eed8bb5d9585e88f1ca3992871560b7ef54a5783da0eb52")
        #expect(cell.id.short == "da153e4b284a")
    }

    @Test(
        "cells whose keys were ignored or wrong once are of science version 2, all others of 1",
        arguments: [
            ("model: {kind: mlp, dropout: 0.1}", 2), ("model: {kind: mlp}", 1),
            ("{model: {kind: mlp}, perturbation: {lambda1: 0.1}}", 2),
            ("perturbation: {lambda2: 0.1}", 2), ("perturbation: {lambda2: 0}", 1),
            ("{model: {kind: transformer, dropout: {residual: 0.1}}, task: {kind: modular}}", 1),
            (
                "{model: {kind: transformer, dropout: {residual: 0.1}}, task: {kind: modular},"
                    + " loss: {commutativity: 1}}", 2
            ),
            (
                "{model: {kind: transformer}, task: {kind: modular}, loss: {commutativity: 1},"
                    + " perturbation: {lambda2: 1}}", 2
            ),
            ("{model: {kind: transformer}, perturbation: {lambda2: 1}}", 1),
            ("{task: {kind: modular}, loss: {commutativity: 1}}", 1),
        ])
    func scienceVersion(_ text: String, _ version: Int) throws {
        let cell = try CellDefinition(parsing: text)
        #expect(cell.canonicalText.contains("\"science_version\":\(version),"))
        #expect(cell.isCurrent && cell.scienceVersion == version)
        #expect(try CellDefinition(parsing: cell.canonicalText) == cell)
    }

    @Test("a cell of an earlier science version keeps its identity and is known as such")
    func earlierVersion() throws {
        let now = try CellDefinition(parsing: "model: {kind: mlp, dropout: 0.5}")
        let text = now.canonicalText.replacing(
            "\"science_version\":2", with: "\"science_version\":1")
        let then = try CellDefinition(parsing: text)
        #expect(then.canonicalText == text && then.id == CellID(canonicalConfiguration: text))
        #expect(!then.isCurrent && then.configuration == now.configuration && then.id != now.id)
    }

    @Test("a canonical text reads back as the same cell")
    func roundTrip() throws {
        let cell = try CellDefinition(
            parsing: """
                {"loss": {"kind": "cross-entropy"}, "model": {"hidden": []}, "seed": 9007199254740991,
                 "optimizer": {"decoder": {"learning_rate": 1e-05}}}
                """)
        #expect(try CellDefinition(parsing: cell.canonicalText) == cell)
        #expect(cell.seed == 9_007_199_254_740_991)
    }

    @Test("a key that one task leaves out of identities stays in those of another one")
    func scaleOfConstant() throws {
        for scale in [1, 5] {
            let cell = try CellDefinition(
                parsing:
                    "{task: {kind: constant, scale: \(scale)}, model: {kind: mlp, input: numbers}}")
            #expect(cell.canonicalText.contains("\"scale\":\(scale),\"validation_samples\""))
            #expect(try CellDefinition(parsing: cell.canonicalText) == cell)
        }
    }

    @Test("every key of a configuration changes the identity")
    func sensitive() throws {
        let base = try CellDefinition(parsing: "{}")
        let changes = [
            "seed: 1", "steps: 99999", "batch: 1", "train_fraction: 0.75",
            "task: {symbols: 11}", "model: {embedding: 2}", "model: {hidden: [200]}",
            "model: {hidden: [200, 201]}", "model: {activation: relu}",
            "model: {embedding_scale: 2}", "model: {decoder_scale: 2}",
            "loss: {kind: cross-entropy}", "loss: {targets: one-hot}", "loss: {outputs: 29}",
            "optimizer: {representation: {learning_rate: 0.01}}",
            "optimizer: {decoder: {learning_rate: 0.01}}",
            "optimizer: {decoder: {weight_decay: 1}}", "optimizer: {decoder: {beta1: 0.8}}",
            "optimizer: {decoder: {beta2: 0.99}}", "optimizer: {decoder: {epsilon: 1e-7}}",
            "task: {kind: modular}", "task: {kind: modular, operation: x*y}",
            "task: {kind: modular, pairs: unordered}", "task: {kind: permutation}",
            "task: {kind: permutation, operation: aba}",
            "{task: {kind: parity}, model: {kind: mlp, input: numbers}}",
            "{task: {kind: teacher}, model: {kind: mlp, input: numbers}}",
            "{task: {kind: images, images: i, labels: l}, model: {kind: mlp, input: numbers}}",
            "{task: {kind: images, images: j, labels: l}, model: {kind: mlp, input: numbers}}",
            "{task: {kind: images, images: i, labels: m}, model: {kind: mlp, input: numbers}}",
            "{task: {kind: modular}, split: {kind: square, size: 5}}",
            "{task: {kind: modular}, split: {kind: strip, size: 5}}",
            "split: {kind: file, train: [1, 2]}", "split: {kind: file, train: [1, 3]}",
            "model: {combination: matrix-product}", "model: {kind: transformer}",
            "model: {kind: transformer, activation: gelu}",
            "model: {kind: transformer, normalisation: pre}",
            "model: {kind: transformer, normalisation: post}",
            "{task: {kind: modular}, loss: {kind: cross-entropy},"
                + " model: {kind: transformer, unembedding: tied}}",
            "model: {kind: transformer, read_out: all}",
            "model: {kind: transformer, computation: dense}", "model: {kind: mlp}",
            "model: {kind: mlp, input: embedding}", "model: {kind: mlp, activation: gelu}",
            "model: {kind: mlp, initialisation: kaiming}",
            "model: {kind: mlp, initialisation: normal}",
            "loss: {kind: stablemax}", "loss: {kind: cross-entropy, precision: single}",
            "optimizer: {kind: adam}", "optimizer: {kind: sgd}", "optimizer: {last_layer: {}}",
            "optimizer: {schedule: linear}", "optimizer: {schedule: cosine}",
            "optimizer: {grokfast: {kind: ema}}", "optimizer: {grokfast: {kind: ma}}",
            "optimizer: {kind: sgdw}", "optimizer: {kind: lion}", "optimizer: {kind: rmsprop}",
            "optimizer: {decay_biases: false}", "optimizer: {decay_towards: initial}",
            "optimizer: {schedule: {kind: steps, every: 5}}",
            "optimizer: {schedule: {kind: restarts, period: 5}}", "streams: {split: 0}",
            "optimizer: {schedule: {kind: cosine, floor: 0.5}}",
            "loss: {kind: cross-entropy, label_smoothing: 0.1}",
            "task: {kind: table, table: [[0, 1], [1, 0]]}",
            "task: {kind: table, table: [[0, 1], [1, 1]]}",
            "task: {kind: table, table: [[0, 1], [1, 0]], pairs: unordered}",
            "task: {kind: modular, operation: x^4+y^4}",
            "{task: {kind: modular-sum}, model: {kind: mlp, input: numbers}}",
            "initial: {path: a.h5}", "initial: {path: a.h5, step: 0}", "initial: {path: b.h5}",
            "initial: {path: a.h5, tensors: [representation]}", "initial: {path: a.npz}",
            "precision: double", "perturbation: {weights: 0.1}", "optimizer: {sharpness: 0.1}",
            "optimizer: {kind: muon}", "optimizer: {kind: egd}",
            "optimizer: {grokfast: {kind: ema, after: 5}}",
            "model: {dropout: 0.1}", "model: {kind: transformer, decoder_scale: 2}",
            "model: {kind: transformer, positions: rotary}",
            "model: {kind: transformer, positions: sinusoidal}",
            "model: {kind: transformer, positions: none}",
            "{task: {kind: polygons}, model: {kind: residual-network}}",
            "{task: {kind: polygons, colours: rgb}, model: {kind: residual-network}}",
            "{task: {kind: polygons, shapes: [0, 3]}, model: {kind: residual-network}}",
            "{task: {kind: polygons}, model: {kind: residual-network, normalisation: group}}",
            "{task: {kind: polygons}, model: {kind: residual-network, stem: {pool: true}}}",
            "{task: {kind: polygons}, model: {kind: mlp, input: numbers}}",
        ]
        var seen: Set<CellID> = [base.id]
        for change in changes {
            #expect(seen.insert(try CellDefinition(parsing: change).id).inserted, "\(change)")
        }
        #expect(try CellDefinition(parsing: "steps: 1.0e5").id == base.id)
    }

    /// Cells that have every key between them.
    static let everyKey = [
        """
        {loss: {commutativity: 1}, optimizer: {last_layer: {}, kind: sgd}, task: {kind: modular},
         split: {kind: square, size: 3}}
        """,
        """
        {task: {kind: modular, pairs: unordered}, optimizer: {grokfast: {kind: ema}},
         model: {kind: transformer}, loss: {kind: cross-entropy}, split: {kind: random}}
        """,
        """
        {task: {kind: permutation}, model: {kind: mlp, input: embedding},
         optimizer: {grokfast: {kind: ma}}}
        """,
        "{task: {kind: parity}, model: {kind: mlp, input: numbers}, split: {corruption: 0.1}}",
        "{task: {kind: teacher}, model: {kind: mlp, input: numbers}}",
        """
        {task: {kind: images, images: i, labels: l, validation_images: v, validation_labels: w,
         validation_samples: 9}, model: {kind: mlp, input: numbers}}
        """,
        "{task: {symbols: 5}, model: {embedding: 4, combination: matrix-product}}",
    ]

    /// Cells that have the keys which came later.
    static let laterKeys = [
        """
        {task: {kind: teacher}, model: {kind: mlp, input: numbers}, batch: 4, streams: {split: 1,
         initialisation: 2, batches: 3, noise: 4, examples: 5, targets: 6, corruption: 7}}
        """,
        """
        {loss: {kind: cross-entropy, label_smoothing: 0.1}, optimizer: {kind: lion, weight_decay: 1,
         decay_biases: false, decay_towards: initial, schedule: {kind: steps, every: 10, factor: 0.5}}}
        """,
        "optimizer: {kind: rmsprop, schedule: {kind: restarts, period: 10, growth: 2, floor: 0.1}}",
        "optimizer: {kind: sgdw, schedule: {kind: cosine, floor: 0.1}}",
        "optimizer: {schedule: {kind: linear, floor: 0.1}}",
        "{task: {kind: table, table: [[0, 1], [1, 1]]}, perturbation: {weights: 0.1}}",
        """
        {task: {kind: modular-sum, modulus: 3}, model: {kind: mlp, input: numbers},
         optimizer: {kind: muon, sharpness: 0.1, grokfast: {kind: ema, after: 3}}}
        """,
        """
        {task: {kind: teacher, offset: 1}, model: {kind: mlp, input: numbers}, precision: double,
         split: {label_noise: 0.1}}
        """,
        "initial: {path: a.h5, step: 3}",
        "model: {kind: transformer, positions: rotary, decoder_scale: 2}",
        """
        {task: {kind: polygons, shapes: [0, 3], classes: 40}, model: {kind: residual-network,
         channels: [8, 16], normalisation: group, groups: 4}, optimizer: {last_layer: {}}}
        """,
    ]

    /// The paths of all numbers, flags and lists of numbers in a tree.
    private func leaves(_ value: JSONValue, _ path: [String] = []) -> [[String]] {
        switch value {
        case .number, .bool, .array: [path]
        case .object(let members):
            members.sorted { $0.key < $1.key }.flatMap { leaves($0.value, path + [$0.key]) }
        case .null, .string: []
        }
    }

    /// Other values that a key may take.
    private func others(_ value: JSONValue?) -> [JSONValue] {
        switch value {
        case .number(let number):
            // Among them a prime for a prime and a square for a square.
            [1, -1, 0.125, -0.125, 4, 5].map { .number(number + $0) } + [.number(7 * number + 1)]
        case .bool(let flag): [.bool(!flag)]
        case .array(let items):
            [.array([.number(7)]), .array(items.reversed())] + raised(items)
        case .object, .string, .null, nil: []
        }
    }

    /// A list of numbers whose last one is larger by one.
    private func raised(_ items: [JSONValue]) -> [JSONValue] {
        guard case .number(let last)? = items.last else { return [] }
        return [.array(items.dropLast() + [.number(last + 1)])]
    }

    @Test("every number, flag and list of a configuration changes the identity")
    func everyLeaf() throws {
        var seen: Set<[String]> = []
        var changeable: Set<[String]> = []
        for text in Self.everyKey + Self.laterKeys {
            let base = try cell(text)
            let id = CellDefinition(configuration: base, seed: 0).id
            for path in leaves(base.json) {
                seen.insert(path)
                for value in others(base.json[path[...]]) {
                    let tree = base.json.replacing(path[...], with: value)
                    // A value that this cell refuses is passed over; some cell must take one.
                    guard tree != base.json,
                        let changed = try? CellConfiguration(reading: tree.specNode)
                    else { continue }
                    changeable.insert(path)
                    let other = CellDefinition(configuration: changed, seed: 0)
                    #expect(other.id != id, "\(path)")
                    #expect(try CellDefinition(parsing: other.canonicalText) == other, "\(path)")
                }
            }
        }
        #expect(seen.subtracting(changeable).isEmpty)
        #expect(seen.count > 60)
    }

    @Test("only 64 lower-case hexadecimal digits are an identity")
    func digits() throws {
        let hex = String(repeating: "0f", count: 32)
        #expect(CellID(hex: hex)?.hex == hex)
        for bad in ["", String(hex.dropLast()), hex + "0", hex.uppercased(), "g" + hex.dropFirst()]
        {
            #expect(CellID(hex: bad) == nil)
            #expect(throws: DecodingError.self) {
                try JSONDecoder().decode(CellID.self, from: Data("\"\(bad)\"".utf8))
            }
        }
    }

    @Test("another science version, a record or an unknown key is refused in a canonical text")
    func refused() {
        #expect(
            problem { _ = try CellDefinition(parsing: "science_version: 2") }
                == "line 1: science_version: 2 is not the version 1 that this build trains "
                + "(hint: use a worker and a coordinator of one version)")
        #expect(
            problem { _ = try CellDefinition(parsing: "record: {}") }.hasPrefix(
                "line 1: record: unknown key"))
        #expect(
            problem { _ = try CellDefinition(parsing: "seed: 9007199254740992") }.hasPrefix(
                "line 1: seed: 9007199254740992.0 is out of range"))
    }

    @Test("a configuration file may ask for a record of its own")
    func record() throws {
        var record: RecordRequest? = RecordRequest()
        let text = "record: {measures: [rqi], parameters: [0, last]}"
        _ = try CellDefinition(parsing: text, record: &record)
        #expect(record == RecordRequest(measures: [.rqi], parameters: [.step(0), .last]))
    }
}
