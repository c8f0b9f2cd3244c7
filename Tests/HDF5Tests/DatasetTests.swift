import CHDF5
import TestSupport
import Testing

@testable import HDF5

extension HDF5Suite {
    @Suite("Dataset")
    struct DatasetTests {
        private let directory: TemporaryDirectory

        init() throws { directory = try TemporaryDirectory() }

        @Test(
            "every number format comes back whole, in any number of dimensions",
            arguments: [[], [1], [7], [0], [3, 5], [2, 0, 3], [2, 3, 4, 5]] as [[Int]])
        func numbers(_ shape: [Int]) throws {
            try expectingNoLeak {
                try roundTrip(shape, { Float($0) / 3 })
                try roundTrip(shape, { Double($0) / 3 })
                try roundTrip(shape, { Int8(truncatingIfNeeded: $0 &* 37) })
                try roundTrip(shape, { UInt8(truncatingIfNeeded: $0 &* 37) })
                try roundTrip(shape, { Int32(truncatingIfNeeded: $0 &* 0x9E37_79B1) })
                try roundTrip(shape, { Int64($0) &* 0x9E37_79B9_7F4A_7C1 })
            }
        }

        @Test("non-finite numbers survive bit for bit")
        func nonFinite() throws {
            let values: [Float] = [.nan, .infinity, -.infinity, -0.0, .leastNonzeroMagnitude]
            let path = directory.file("a.h5")
            try File.create(at: path) { try $0.root().create("x", values) }
            let back = try File.read(at: path) { try $0.root().dataset("x").read(as: Float.self) }
            #expect(back.map(\.bitPattern) == values.map(\.bitPattern))
        }

        @Test(
            "texts come back whole", arguments: [[], [""], ["a", "", "größer", "→"]] as [[String]])
        func texts(_ texts: [String]) throws {
            try expectingNoLeak {
                let path = directory.file("a.h5")
                try File.create(at: path) {
                    try $0.root().create("x", strings: texts)
                }
                try File.read(at: path) { file in
                    let dataset = try file.root().dataset("x")
                    #expect(try dataset.readStrings() == texts)
                    #expect(try dataset.shape() == [texts.count])
                    #expect(try dataset.elementType() == nil)
                    #expect(throws: HDF5Error.self) { try dataset.read(as: Int8.self) }
                }
            }
        }

        @Test(
            "texts of one length come back whole",
            arguments: [[], [""], ["a", "", "größer", "→"]] as [[String]])
        func fixedTexts(_ texts: [String]) throws {
            try expectingNoLeak {
                let path = directory.file("a.h5")
                try File.create(at: path) {
                    try $0.root().create("x", shape: [texts.count], texts: texts)
                }
                try File.read(at: path) { file in
                    let dataset = try file.root().dataset("x")
                    #expect(try dataset.readStrings() == texts)
                    #expect(try dataset.shape() == [texts.count])
                    #expect(try dataset.elementType() == nil)
                    #expect(throws: HDF5Error.self) { try dataset.read(as: Int8.self) }
                }
            }
        }

        @Test("a wider type in the file fits the reader's type or is an error")
        func widerFileType() throws {
            let path = directory.file("a.h5")
            try File.create(at: path) { file in
                let root = try file.root()
                try root.create("fits", (0..<1000).map { Int64($0) })
                try root.create("clips", [Int64(1), 1 << 40])
                try root.create("real", (0..<1000).map { Double($0) })
            }
            try File.read(at: path) { file in
                let root = try file.root()
                #expect(
                    try root.dataset("fits").read(as: Int32.self) == (0..<1000).map { Int32($0) })
                #expect(
                    try root.dataset("real").read(as: Float.self) == (0..<1000).map { Float($0) })
                let error = #expect(throws: HDF5Error.self) {
                    try root.dataset("clips").read(as: Int32.self)
                }
                #expect(
                    error?.description
                        == "H5Dread failed: \(path):/clips: 1099511627776 does not fit Int32")
            }
        }

        @Test("data are chunked, shuffled, compressed and carry a checksum; values left out fill")
        func storage() throws {
            let path = directory.file("a.h5")
            try File.create(at: path) { file in
                let dataset = try file.root().create(
                    "x", shape: [100, 1000], values: [Double](repeating: 1.5, count: 100_000),
                    fill: -1)
                let creation = H5Dget_create_plist(dataset.node.id)
                defer { _ = H5Pclose(creation) }
                #expect(H5Pget_layout(creation) == H5D_CHUNKED)
                let filters = (0..<H5Pget_nfilters(creation)).map { index in
                    var flags: UInt32 = 0
                    var parameters = 0
                    return H5Pget_filter2(
                        creation, UInt32(index), &flags, &parameters, nil, 0, nil, nil)
                }
                #expect(filters == [H5Z_FILTER_SHUFFLE, H5Z_FILTER_DEFLATE, H5Z_FILTER_FLETCHER32])
                var fill = 0.0
                #expect(H5Pget_fill_value(creation, chdf5_native_double(), &fill) >= 0)
                #expect(fill == -1)
            }
            #expect(try contents(path).count < 20_000)
        }

        @Test(
            "chunks hold whole rows up to about a megabyte",
            arguments: [
                ([10], [10]), ([1 << 20], [1 << 18]), ([5, 100], [5, 100]),
                ([1 << 20, 100], [2621, 100]), ([3, 1 << 19], [1, 1 << 18]),
            ])
        func chunks(_ shape: [Int], _ expected: [Int]) {
            #expect(Group.chunk(shape, 4) == expected)
        }

        private func roundTrip<T: Element & Equatable>(_ shape: [Int], _ value: (Int) -> T) throws {
            let path = directory.file("\(T.self).h5")
            let values = (0..<shape.reduce(1, *)).map(value)
            try File.create(at: path) {
                try $0.root().create("x", shape: shape, values: values, fill: T.zero)
            }
            try File.read(at: path) { file in
                let dataset = try file.root().dataset("x")
                #expect(try dataset.shape() == shape)
                #expect(try dataset.read(as: T.self) == values)
                #expect(try dataset.elementType() == T.elementType)
            }
        }
    }
}
