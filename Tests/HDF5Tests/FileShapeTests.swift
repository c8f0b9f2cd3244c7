import CHDF5
import Foundation
import TestSupport
import Testing

@testable import HDF5

extension HDF5Suite {
    @Suite("FileShape")
    struct FileShapeTests {
        private let directory: TemporaryDirectory

        init() throws { directory = try TemporaryDirectory() }

        /// What is wrong with the shape of a file, nil for nothing.
        private func problem(_ bytes: [UInt8]) -> String? {
            do {
                try bytes.withUnsafeBytes { try FileShape.check($0) }
                return nil
            } catch {
                return (error as? FileShape.Violation)?.problem ?? "\(error)"
            }
        }

        private func file(_ fill: (Group) throws -> Void) throws -> [UInt8] {
            try File.image(named: "a.h5") { try fill(try $0.root()) }
        }

        @Test("what this module writes has the shape, many chunks and many attributes included")
        func own() throws {
            let bytes = try file { root in
                let step = try root.create("step", (0..<400_000).map(Int64.init))
                try step.makeScale("step")
                for number in 0..<60 {
                    try root.attributes.set(
                        "attribute \(number)", String(repeating: "x", count: 900))
                    let dataset = try root.create("x\(number)", [Float(number)])
                    try dataset.attributes.set("units", "1")
                }
                try root.create("loss", (0..<400_000).map(Double.init)).attach(step, axis: 0)
                try root.createGroup("split").create("empty", [Int32]())
            }
            #expect(problem(bytes) == nil)
        }

        @Test("a group of parameters may hold more names than a header does")
        func dense() throws {
            func many(_ name: String) throws -> [UInt8] {
                try file { root in
                    let group = try root.createGroup(name)
                    for number in 0..<300 { _ = try group.createGroup("\(number)") }
                }
            }
            #expect(problem(try many("parameters")) == nil)
            #expect(problem(try many("others")) == "/others: too many names")
        }

        @Test("links to elsewhere, loops, foreign data and old formats are refused by name")
        func foreign() throws {
            let soft = try file { root in
                try root.create("x", [1.5])
                #expect(H5Lcreate_soft("/x", root.node.id, "y", 0, 0) >= 0)
            }
            #expect(problem(soft) == "/y: a link that leads elsewhere")
            let external = try file { root in
                #expect(H5Lcreate_external("b.h5", "/x", root.node.id, "y", 0, 0) >= 0)
            }
            #expect(problem(external) == "/y: a link that leads elsewhere")
            let loop = try file { root in
                #expect(H5Lcreate_hard(root.node.id, ".", root.node.id, "loop", 0, 0) >= 0)
            }
            #expect(problem(loop) != nil)
            let outside = try file { root in
                try dataset(root) { H5Pset_external($0, "/etc/passwd", 0, 8) }
            }
            #expect(problem(outside) == "/x: data in another file")
            let virtual = try file { root in
                try dataset(root) { creation in
                    var extent: hsize_t = 1
                    let space = H5Screate_simple(1, &extent, nil)
                    defer { H5Sclose(space) }
                    return H5Pset_virtual(creation, space, "b.h5", "/x", space)
                }
            }
            #expect(problem(virtual) == "/x: a virtual dataset")
            let huge = try file { root in
                try dataset(root, extent: 1 << 40) { creation in
                    var chunk: hsize_t = 1 << 20
                    return H5Pset_chunk(creation, 1, &chunk)
                }
            }
            #expect(problem(huge) == "/x: it claims an axis of 1099511627776")
            let path = directory.file("old.h5")
            Library.prepare()
            #expect(H5Fclose(H5Fcreate(path, 2, 0, 0)) >= 0)
            #expect(
                problem(try contents(path)) == "its format is not that of HDF5 1.10, as we write it"
            )
        }

        private func dataset(
            _ root: Group, extent: hsize_t = 1, _ set: (hid_t) -> herr_t
        ) throws {
            var extent = extent
            let space = H5Screate_simple(1, &extent, nil)
            let creation = H5Pcreate(chdf5_dataset_create())
            #expect(H5Pset_obj_track_times(creation, false) >= 0)
            #expect(set(creation) >= 0)
            let dataset = H5Dcreate2(
                root.node.id, "x", chdf5_file_double(), space, 0, creation, 0)
            #expect(dataset >= 0)
            #expect(H5Dclose(dataset) >= 0)
            H5Pclose(creation)
            H5Sclose(space)
        }

        @Test("a flipped bit of the structure is refused before HDF5 sees it, or harmless")
        func flipped() throws {
            let whole = try file { root in
                try root.create("x", (0..<50).map(Double.init)).makeScale("x")
                try root.attributes.set("a", "text")
            }
            var refused = 0
            for place in whole.indices {
                var bytes = whole
                bytes[place] ^= 0x08
                if problem(bytes) != nil { refused += 1 }
            }
            #expect(refused > 300)
            for length in whole.indices { #expect(problem(Array(whole.prefix(length))) != nil) }
        }
    }
}
