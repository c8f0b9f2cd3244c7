import CHDF5
import Foundation
import TestSupport
import Testing

@testable import HDF5

extension HDF5Suite {
    @Suite("File")
    struct FileTests {
        private let directory: TemporaryDirectory

        init() throws { directory = try TemporaryDirectory() }

        @Test("an image has the bytes that HDF5 itself puts on a disk")
        func sameAsOnDisk() throws {
            let path = directory.file("a.h5")
            let values = (0..<5000).map(Double.init)
            let image = try File.image(named: path) { file in
                try file.root().create("x", values)
                try file.root().attributes.set("complete", Int64(1))
            }
            Library.prepare()
            let access = H5Pcreate(chdf5_file_access())
            defer { _ = H5Pclose(access) }
            #expect(H5Pset_libver_bounds(access, H5F_LIBVER_V110, H5F_LIBVER_V110) >= 0)
            try image.withUnsafeBytes { bytes in
                // Opened for writing and closed again, the library writes its own superblock.
                try write(Array(bytes), path)
                let file = H5Fopen(path, 1, access)
                #expect(file >= 0)
                #expect(H5Fclose(file) >= 0)
            }
            #expect(try contents(path) == image)
            #expect(
                try File.read(image: image, named: "x") {
                    try $0.root().dataset("x").read(as: Double.self)
                } == values)
        }

        @Test("what does not read back as it was written is an error that names it")
        func readBack() throws {
            let error = #expect(throws: HDF5Error.self) {
                try File.image(named: "a.h5") { file in
                    let root = try file.root()
                    try root.create("x", [1.5, .nan])
                    file.expect { back throws(HDF5Error) in
                        let found = try Dataset(try back.node("/x")).read(as: Double.self)
                        try ReadBack.require(found, [1.5, 0], "H5Dread", "a.h5:/x")
                    }
                }
            }
            #expect(
                error?.description
                    == "H5Dread failed: a.h5:/x: it does not read back as it was written")
        }

        @Test("what is no HDF5 file is an error that says so")
        func notHDF5() throws {
            try expectingNoLeak {
                let empty = directory.file("empty.h5")
                try write([], empty)
                let error = #expect(throws: HDF5Error.self) { try File(reading: empty) }
                #expect(
                    error?.description == """
                        H5Fopen failed: \(empty): unable to open file (file signature not found)
                        """)
                let absent = directory.file("absent.h5")
                let missing = #expect(throws: HDF5Error.self) { try File(reading: absent) }
                #expect(missing?.text.contains("No such file or directory") == true)
            }
        }

        @Test("a file cut short anywhere is an error")
        func truncated() throws {
            let whole = try sample(directory.file("whole.h5"))
            for length in stride(from: 0, to: whole.count, by: 97) {
                let path = directory.file("cut-\(length).h5")
                try write(Array(whole.prefix(length)), path)
                #expect(throws: HDF5Error.self, "\(length) bytes") { try self.everything(path) }
            }
        }

        @Test("a flipped bit is an error or changes nothing read, wherever it falls")
        func flipped() throws {
            let original = directory.file("whole.h5")
            let whole = try sample(original)
            let expected = try everything(original)
            var detected = 0
            try expectingNoLeak {
                for position in stride(from: 0, to: whole.count, by: 37) {
                    var bytes = whole
                    bytes[position] ^= 0x10
                    let path = directory.file("flipped.h5")
                    try write(bytes, path)
                    do {
                        #expect(try everything(path) == expected, "byte \(position)")
                    } catch {
                        detected += 1
                    }
                }
            }
            #expect(detected > 10)
        }

        @Test("a flipped bit in the data is named by the dataset's checksum")
        func checksum() throws {
            let path = directory.file("a.h5")
            let values = (0..<64).map { UInt8($0) }
            try File.create(at: path) {
                try $0.root().create("x", values, storage: Storage(deflate: 0))
            }
            var bytes = try contents(path)
            let start = try #require(
                bytes.indices.first { bytes[$0...].starts(with: values) })
            bytes[start + 10] ^= 1
            try write(bytes, path)
            let error = #expect(throws: HDF5Error.self) {
                try File.read(at: path) { try $0.root().dataset("x").read(as: UInt8.self) }
            }
            #expect(
                error?.description == """
                    H5Dread failed: \(path):/x: can't read data \
                    (data error detected by Fletcher32 checksum)
                    """)
        }

        @Test("the same content makes the same bytes")
        func deterministic() throws {
            let one = try sample(directory.file("one.h5"))
            let other = try sample(directory.file("other.h5"))
            #expect(one == other)
        }

        @Test("a file with an object still in use does not pretend to be closed")
        func openObjects() throws {
            try expectingNoLeak {
                let path = directory.file("a.h5")
                let file = try File(creating: path)
                var dataset: Dataset? = try file.root().create("x", [Float(1)])
                let error = #expect(throws: HDF5Error.self) { try file.close() }
                #expect(
                    error?.description
                        == "H5Fclose failed: \(path): 1 of its objects are still in use"
                )
                #expect(try dataset?.read(as: Float.self) == [1])
                dataset = nil
                try file.close()
                try file.close()
            }
        }

        @Test("a throw while filling closes the file and comes through")
        func throwing() throws {
            struct Full: Error {}
            let path = directory.file("a.h5")
            try expectingNoLeak {
                #expect(throws: Full.self) {
                    try File.create(at: path) { file in
                        try file.root().create("x", [Float(1)])
                        throw Full()
                    }
                }
            }
            #expect(!FileManager.default.fileExists(atPath: path))
        }

        /// A file with data, many attributes and a scale, and its bytes.
        private func sample(_ path: String) throws -> [UInt8] {
            try File.create(at: path) { file in
                let root = try file.root()
                try root.attributes.set("seed", Int64(7))
                try root.attributes.set("rate", 0.001)
                // More than eight, from where on HDF5 stores attributes in a heap of their own.
                for index in 0..<12 { try root.attributes.set("text\(index)", "value \(index)") }
                let step = try root.create("step", (0..<50).map { Int64($0) })
                try step.makeScale("step")
                let loss = try root.create("loss", (0..<50).map { Float($0) })
                try loss.attach(step, axis: 0)
                try loss.attributes.set("units", "1")
                try root.createGroup("split").create("labels", [Int32(1), 2, 3])
                try root.attributes.set("complete", UInt8(1))
            }
            return try contents(path)
        }

        /// Everything in a sample file.
        private func everything(_ path: String) throws -> [String] {
            try File.read(at: path) { file in
                let root = try file.root()
                var all = try root.names() + root.attributes.names()
                for index in 0..<12 { all.append(try root.attributes.string("text\(index)")) }
                var numbers: [Double] = []
                numbers.append(try root.attributes.value("seed"))
                numbers.append(try root.attributes.value("rate"))
                numbers.append(try root.attributes.value("complete"))
                numbers += try root.dataset("step").read(as: Double.self)
                numbers += try root.dataset("loss").read(as: Double.self)
                numbers += try root.group("split").dataset("labels").read(as: Double.self)
                all.append(try root.dataset("loss").attributes.string("units"))
                return all + numbers.map { "\($0)" }
            }
        }
    }
}
