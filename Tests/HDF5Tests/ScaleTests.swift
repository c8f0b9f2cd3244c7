import TestSupport
import Testing

@testable import HDF5

extension HDF5Suite {
    @Suite("Dataset+Scales")
    struct ScaleTests {
        private let directory: TemporaryDirectory

        init() throws { directory = try TemporaryDirectory() }

        @Test("scales, their names and what they are attached to come back")
        func scales() throws {
            try expectingNoLeak {
                let path = directory.file("a.h5")
                try File.create(at: path) { file in
                    let root = try file.root()
                    let step = try root.create("step", [Int64(0), 10, 20])
                    try step.makeScale("step")
                    let seed = try root.create("seed", [Int64(0), 1])
                    try seed.makeScale("seed")
                    let curve = try root.create(
                        "loss", shape: [2, 3], values: [Float(1), 2, 3, 4, 5, 6])
                    try curve.attach(seed, axis: 0)
                    try curve.attach(step, axis: 1)
                }
                try File.read(at: path) { file in
                    let root = try file.root()
                    let step = try root.dataset("step")
                    let seed = try root.dataset("seed")
                    let curve = try root.dataset("loss")
                    #expect(try step.isScale())
                    #expect(try step.scaleName() == "step")
                    #expect(try !curve.isScale())
                    #expect(try curve.isAttached(seed, axis: 0))
                    #expect(try curve.isAttached(step, axis: 1))
                    #expect(try !curve.isAttached(step, axis: 0))
                }
            }
        }

        @Test("an axis that does not exist is an error")
        func badAxis() throws {
            try expectingNoLeak {
                try File.create(at: directory.file("a.h5")) { file in
                    let root = try file.root()
                    let step = try root.create("step", [Int64(0)])
                    try step.makeScale("step")
                    let curve = try root.create("loss", [Float(1)])
                    #expect(throws: HDF5Error.self) { try curve.attach(step, axis: 1) }
                }
            }
        }
    }
}
