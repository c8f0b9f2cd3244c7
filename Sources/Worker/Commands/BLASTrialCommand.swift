import ArgumentParser
import BLAS
import Foundation

/// `grokmap-worker blas-trial`: says which core OpenBLAS takes in this environment and whether it multiplies rightly.
///
/// The library chooses once, when it is loaded, and a core may use instructions that the processor lacks: each trial is a
/// process.
struct BLASTrialCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "blas-trial", abstract: "Try OpenBLAS' core.", shouldDisplay: false)

    private static let right = "right"

    /// Multiplies and prints the core with the verdict.
    func run() {
        let isRight = ProductCheck.openBLASIsRight()
        print("\(OpenBLAS.coreName) \(isRight ? BLASTrialCommand.right : "wrong")")
    }

    /// Runs the command with this environment.
    static func run(_ environment: [String: String]) -> BLASCoreTrial {
        let words = output(environment).split(whereSeparator: \.isWhitespace).map(String.init)
        guard words.count == 2 else { return BLASCoreTrial(core: nil, isRight: false) }
        return BLASCoreTrial(core: words[0], isRight: words[1] == right)
    }

    /// What a process with this environment prints; empty when it could not be started or died.
    private static func output(_ environment: [String: String]) -> String {
        guard let pipe = try? PrivatePipe() else { return "" }
        defer { _ = close(pipe.readEnd) }
        var files = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&files)
        defer { posix_spawn_file_actions_destroy(&files) }
        posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_adddup2(&files, pipe.writeEnd, STDOUT_FILENO)
        // The library complains of cores that it does not have; the verdict says so too.
        posix_spawn_file_actions_addopen(&files, STDERR_FILENO, "/dev/null", O_WRONLY, 0)

        let words = ["grokmap-worker", "blas-trial"]
        var argv = words.map { strdup($0) } + [nil]
        var envp = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { for pointer in argv + envp { free(pointer) } }
        var pid: pid_t = 0
        let code = posix_spawn(&pid, ProcessIdentity.program, &files, nil, &argv, &envp)
        _ = close(pipe.writeEnd)
        guard code == 0 else { return "" }
        var text: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 256)
        while true {
            let count = read(pipe.readEnd, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { break }
            text += buffer[..<count]
        }
        var status: Int32 = 0
        while waitpid(pid, &status, 0) < 0, errno == EINTR {}
        return status == 0 ? String(decoding: text, as: UTF8.self) : ""
    }
}
