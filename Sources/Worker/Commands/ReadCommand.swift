import ArgumentParser
import CLinux
import Core
@preconcurrency import Glibc
import Results

/// `grokmap-worker read`: reads cell files for the coordinator, one after the other, in a process that may fail.
///
/// Standard input is a socket: each question comes with a descriptor of the file it is about, and is answered before the
/// next. Nothing that a file holds can do more than end this process (decision 0014).
struct ReadCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "read", abstract: "Reads cell files for grokmap.", shouldDisplay: false)

    /// Bytes of memory that reading may take.
    static let memory: UInt = 6 << 30
    /// Seconds that reading one file may take, and as many more per GiB as `secondsPerGiB`.
    static let seconds = 10
    static let secondsPerGiB = 240

    func run() throws {
        let socket = STDIN_FILENO
        clinux_close_from(3)
        ReadCommand.standBack()
        let isConfined = clinux_confine(ReadCommand.memory) == 0
        let why = String(cString: strerror(errno))
        // The first word: how far this process has shut itself in.
        try FileQuestions.send(
            Array((isConfined ? "seccomp" : "limits only: \(why)").utf8), over: socket)
        while let (question, descriptor) = try FileQuestions.receive(over: socket) {
            let answer = ReadCommand.answer(question, descriptor)
            close(descriptor)
            try FileQuestions.send(answer, over: socket)
        }
    }

    /// When memory runs out, this process goes first.
    private static func standBack() {
        let file = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC)
        guard file >= 0 else { return }
        _ = write(file, "1000", 4)
        close(file)
    }

    /// A letter, and behind it what the file holds (S), why it is refused (R), or why this machine cannot read it (M).
    private static func answer(_ question: [UInt8], _ descriptor: CInt) -> [UInt8] {
        do {
            return Array("S".utf8) + (try CellExamination(question).examine(descriptor).encoded())
        } catch let error as ResultsError {
            return Array("R".utf8) + error.problem.utf8
        } catch let failure as Unreadable {
            return Array("M\(failure.reason)".utf8)
        } catch {
            return Array("R\(error)".utf8)
        }
    }
}
