import TestSupport
import Testing

@testable import HDF5

extension HDF5Suite {
    @Suite("Group")
    struct GroupTests {
        private let directory: TemporaryDirectory

        init() throws { directory = try TemporaryDirectory() }

        @Test("groups nest, and say what they hold")
        func nesting() throws {
            try expectingNoLeak {
                let path = directory.file("a.h5")
                try File.create(at: path) { file in
                    let root = try file.root()
                    let outer = try root.createGroup("parameters")
                    let inner = try outer.createGroup("100")
                    #expect(inner.path == "/parameters/100")
                    try inner.attributes.set("note", "x")
                    let weights = try inner.create("W", [Float(1)])
                    #expect(weights.path == "/parameters/100/W")
                    try root.create("b", [Int8(1)])
                    try root.create("a", [Int8(1)])
                }
                try File.read(at: path) { file in
                    let root = try file.root()
                    #expect(try root.names() == ["a", "b", "parameters"])
                    #expect(try root.kind(of: "parameters") == .group)
                    #expect(try root.kind(of: "a") == .dataset)
                    #expect(try root.contains("a"))
                    #expect(try !root.contains("c"))
                    let inner = try root.group("parameters").group("100")
                    #expect(try inner.names() == ["W"])
                    #expect(try inner.attributes.string("note") == "x")
                    #expect(try inner.dataset("W").read(as: Float.self) == [1])
                }
            }
        }

        @Test("a name is one part of a path and is taken once")
        func names() throws {
            try expectingNoLeak {
                let path = directory.file("a.h5")
                try File.create(at: path) { file in
                    let root = try file.root()
                    for name in ["", ".", "a/b", "a\0b"] {
                        #expect(throws: HDF5Error.self) { try root.createGroup(name) }
                        #expect(throws: HDF5Error.self) { try root.create(name, [Int8(1)]) }
                        #expect(throws: HDF5Error.self) { try root.contains(name) }
                    }
                    try root.create("a", [Int8(1)])
                    let error = #expect(throws: HDF5Error.self) { try root.create("a", [Int8(2)]) }
                    #expect(
                        error?.description == """
                            H5Dcreate2 failed: \(path):/a: unable to create dataset \
                            (name already exists)
                            """)
                    #expect(try root.dataset("a").read(as: Int8.self) == [1])
                }
            }
        }

        @Test("what is absent or of the other kind is an error with the path in it")
        func absent() throws {
            try expectingNoLeak {
                let path = directory.file("a.h5")
                try File.create(at: path) { file in
                    let root = try file.root()
                    try root.create("a", [Int8(1)])
                    let error = #expect(throws: HDF5Error.self) { try root.dataset("loss") }
                    #expect(
                        error?.description == """
                            H5Dopen2 failed: \(path):/loss: unable to open dataset \
                            (object 'loss' doesn't exist)
                            """)
                    #expect(throws: HDF5Error.self) { try root.group("a") }
                    #expect(throws: HDF5Error.self) { try root.kind(of: "loss") }
                }
            }
        }
    }
}
