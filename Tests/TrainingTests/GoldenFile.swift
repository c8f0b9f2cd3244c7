import Core
import Foundation

/// A golden file of `Tests/Goldens/make_goldens.py`: a training run in PyTorch, whole tensors.
struct GoldenFile {
    /// One tensor of the file.
    struct Tensor {
        let shape: [Int]
        let values: [Double]
    }

    private struct Header: Decodable {
        struct Entry: Decodable {
            let name: String
            let shape: [Int]
            let type: String
        }
        let cell: JSONValue
        let seed: UInt64
        let precision: String
        let generator: String
        let tensors: [Entry]
    }

    enum Problem: Error {
        case notAGolden(String)
        case noTensor(String)
    }

    let configuration: CellConfiguration
    let seed: UInt64
    let names: [String]
    private let tensors: [String: Tensor]

    /// Reads `Tests/Goldens/<name>.golden`.
    init(_ name: String) throws {
        let directory = URL(filePath: #filePath).deletingLastPathComponent()
        let path = directory.appending(path: "../Goldens/\(name).golden")
        let bytes = [UInt8](try Data(contentsOf: path))
        func word(_ at: Int) -> Int { (0..<4).reduce(0) { $0 | Int(bytes[at + $1]) << (8 * $1) } }
        guard bytes.count > 16, bytes.starts(with: Array("GROKGOLD".utf8)), word(8) == 1 else {
            throw Problem.notAGolden(name)
        }
        let start = 16 + word(12)
        let header = try JSONDecoder().decode(Header.self, from: Data(bytes[16..<start]))
        configuration = try CellConfiguration(reading: header.cell.specNode)
        seed = header.seed
        names = header.tensors.map(\.name)
        var tensors: [String: Tensor] = [:]
        var offset = start
        bytes.withUnsafeBytes { raw in
            for entry in header.tensors {
                let count = entry.shape.reduce(1, *)
                func read<T>(_ type: T.Type, _ convert: (T) -> Double) -> [Double] {
                    defer { offset += count * MemoryLayout<T>.size }
                    return (0..<count).map {
                        convert(
                            raw.loadUnaligned(
                                fromByteOffset: offset + $0 * MemoryLayout<T>.size, as: T.self))
                    }
                }
                let values: [Double] =
                    switch entry.type {
                    case "float32": read(Float.self) { Double($0) }
                    case "int32": read(Int32.self) { Double($0) }
                    default: read(Double.self) { $0 }
                    }
                tensors[entry.name] = Tensor(shape: entry.shape, values: values)
            }
        }
        guard offset == bytes.count else { throw Problem.notAGolden(name) }
        self.tensors = tensors
    }

    /// A tensor by name.
    func tensor(_ name: String) throws -> Tensor {
        guard let tensor = tensors[name] else { throw Problem.noTensor(name) }
        return tensor
    }
}

/// The largest of |found − wanted| / (absolute + relative·|wanted|); at most 1 when all values agree, NaN-safe.
func deviation(_ found: [Double], _ wanted: [Double], absolute: Double, relative: Double) -> Double
{
    guard found.count == wanted.count else { return .infinity }
    return zip(found, wanted).reduce(0) { worst, pair in
        let share = abs(pair.0 - pair.1) / (absolute + relative * abs(pair.1))
        return share <= worst ? worst : (share.isNaN ? .infinity : share)
    }
}
