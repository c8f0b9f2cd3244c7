import CLibFuzzer
import Foundation
import FuzzTargets

/// `Fuzz TARGET [libFuzzer's options] [corpus directories]`: libFuzzer on one target; `make fuzz` runs them all.
@main
struct Main {
    /// What the bytes go to; libFuzzer calls a C function, which can hold nothing of its own.
    nonisolated(unsafe) fileprivate static var target = FuzzTarget.message

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
            return LLVMFuzzerRunDriver(&count, &base, takeInput)
        }
        exit(code)
    }
}

/// One input of libFuzzer's; its archive wants this name even where its own `main` is not used.
@_cdecl("LLVMFuzzerTestOneInput")
public func takeInput(_ data: UnsafePointer<UInt8>?, _ size: Int) -> CInt {
    let bytes = Array(UnsafeBufferPointer(start: data, count: size))
    if let problem = Main.target.problem(bytes) { fatalError(problem) }
    return 0
}
