import TestSupport
import Testing

@testable import HDF5

extension HDF5Suite {
    @Suite("Attributes")
    struct AttributesTests {
        private let directory: TemporaryDirectory

        init() throws { directory = try TemporaryDirectory() }

        @Test("every kind of value comes back as it was")
        func roundTrip() throws {
            try expectingNoLeak {
                let path = directory.file("a.h5")
                try File.create(at: path) { file in
                    let attributes = try file.root().attributes
                    try attributes.set("text", "ε → ∞, \"quoted\"")
                    try attributes.set("empty", "")
                    try attributes.set("long", String(repeating: "{\"k\":1}", count: 20_000))
                    try attributes.set("texts", ["a", "", "ccc"])
                    try attributes.set("float", Float(0.1))
                    try attributes.set("double", 0.1)
                    try attributes.set("int8", Int8.min)
                    try attributes.set("uint8", UInt8.max)
                    try attributes.set("int32", Int32.min)
                    try attributes.set("int64", Int64.max)
                    try attributes.set("flags", [Int8(0), 1, 2, -1])
                    try attributes.set("steps", [Int64(1), 1 << 40])
                    try attributes.set("nan", Double.nan)
                }
                try File.read(at: path) { file in
                    let attributes = try file.root().attributes
                    #expect(try attributes.string("text") == "ε → ∞, \"quoted\"")
                    #expect(try attributes.string("empty") == "")
                    #expect(try attributes.string("long").utf8.count == 140_000)
                    #expect(try attributes.strings("texts") == ["a", "", "ccc"])
                    #expect(try attributes.value("float", as: Float.self) == 0.1)
                    #expect(try attributes.value("double", as: Double.self) == 0.1)
                    #expect(try attributes.value("int8", as: Int8.self) == .min)
                    #expect(try attributes.value("uint8", as: UInt8.self) == .max)
                    #expect(try attributes.value("int32", as: Int32.self) == .min)
                    #expect(try attributes.value("int64", as: Int64.self) == .max)
                    #expect(try attributes.values("flags", as: Int8.self) == [0, 1, 2, -1])
                    #expect(try attributes.values("steps", as: Int64.self) == [1, 1 << 40])
                    #expect(try attributes.value("nan", as: Double.self).isNaN)
                    #expect(try attributes.contains("text"))
                    #expect(try !attributes.contains("absent"))
                    #expect(try attributes.names().count == 13)
                    #expect(try attributes.names().first == "double")
                }
            }
        }

        @Test("a value is read as a type it fits, or not at all")
        func conversions() throws {
            try expectingNoLeak {
                let path = directory.file("a.h5")
                try File.create(at: path) { file in
                    let attributes = try file.root().attributes
                    try attributes.set("small", Int64(100))
                    try attributes.set("large", Int64(300))
                    try attributes.set("real", 1.5)
                    try attributes.set("text", "x")
                    try attributes.set("list", [Int32(1), 2])
                }
                try File.read(at: path) { file in
                    let attributes = try file.root().attributes
                    #expect(try attributes.value("small", as: Int8.self) == 100)
                    #expect(try attributes.value("large", as: Double.self) == 300)
                    #expect(try attributes.value("real", as: Float.self) == 1.5)
                    let why: [(String, () throws -> Void)] = [
                        (
                            "H5Aread failed: \(path):/@large: 300 does not fit Int8",
                            { _ = try attributes.value("large", as: Int8.self) }
                        ),
                        (
                            "H5Aread failed: \(path):/@real: "
                                + "it holds floating-point numbers, not Int64",
                            { _ = try attributes.value("real", as: Int64.self) }
                        ),
                        (
                            "H5Aread failed: \(path):/@text: it holds text, not numbers",
                            { _ = try attributes.value("text", as: Double.self) }
                        ),
                        (
                            "H5Aread failed: \(path):/@real: it holds no text",
                            { _ = try attributes.string("real") }
                        ),
                        (
                            "H5Aread failed: \(path):/@list: it holds 2 values, not one",
                            { _ = try attributes.value("list", as: Int32.self) }
                        ),
                    ]
                    for (message, read) in why {
                        let error = #expect(throws: HDF5Error.self, performing: read)
                        #expect(error?.description == message)
                    }
                }
            }
        }

        @Test("what would be lost or unreadable is refused when written")
        func refusals() throws {
            try expectingNoLeak {
                try File.create(at: directory.file("a.h5")) { file in
                    let attributes = try file.root().attributes
                    let cut = #expect(throws: HDF5Error.self) {
                        try attributes.set("cut", "a\0b")
                    }
                    #expect(cut?.text == "the text contains a NUL")
                    let none = #expect(throws: HDF5Error.self) {
                        try attributes.set("none", [Int8]())
                    }
                    #expect(
                        none?.text == "an attribute without values cannot be read by netCDF tools")
                    try attributes.set("once", 1.0)
                    #expect(throws: HDF5Error.self) { try attributes.set("once", 2.0) }
                    #expect(try attributes.value("once", as: Double.self) == 1)
                }
            }
        }
    }
}
