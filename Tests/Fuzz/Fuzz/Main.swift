import CLibFuzzer
import Foundation
import FuzzTargets

/// `Fuzz TARGET [libFuzzer's options] [corpus directories]`: libFuzzer on one target; `make fuzz` runs them all.
@main
struct Main {
    /// What libFuzzer calls; a C function can hold nothing of its own.
    nonisolated(unsafe) private static var target = FuzzTarget.message

    static func main() {
        var arguments = CommandLine.arguments
        guard arguments.count > 1, let target = FuzzTarget(rawValue: arguments[1]) else {
            let known = FuzzTarget.allCases.map(\.rawValue).joined(separator: ", ")
            FileHandle.standardError.write(Data("expected a target: \(known)\n".utf8))
            exit(64)
        }
        Main.target = target
        arguments.remove(at: 1)
        var count = CInt(arguments.count)
        var pointers = arguments.map { strdup($0) } + [nil]
        let code = pointers.withUnsafeMutableBufferPointer { buffer -> CInt in
            var base = buffer.baseAddress
            return LLVMFuzzerRunDriver(&count, &base) { data, size in
                let bytes = Array(UnsafeBufferPointer(start: data, count: size))
                if let problem = Main.target.problem(bytes) { fatalError(problem) }
                return 0
            }
        }
        exit(code)
    }
}
