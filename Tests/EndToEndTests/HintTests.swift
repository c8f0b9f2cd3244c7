import Foundation
import TestSupport
import Testing

extension EndToEnd {
    @Suite struct HintTests {
        /// The options that a command's help and the help of all its subcommands name.
        private func options(_ program: String, _ command: [String] = []) throws -> Set<String> {
            let place = try Workplace()
            let help = try place.start(program, command + ["--help"]).wait().output
            var options = Set(help.matches(of: /--[a-z][a-z-]*/).map { String($0.output) })
            let lines = help.split(separator: "\n", omittingEmptySubsequences: false)
            let commands = lines.drop { $0 != "SUBCOMMANDS:" }.dropFirst().prefix { !$0.isEmpty }
            for line in commands {
                // Continued descriptions are indented further.
                guard let name = line.firstMatch(of: /^  ([a-z]+)/)?.output.1 else { continue }
                options.formUnion(try self.options(program, command + [String(name)]))
            }
            return options
        }

        @Test("an option that a message names is one that a program has")
        func optionsExist() throws {
            let known = try options("grokmap").union(options("grokmap-worker"))
            #expect(known.contains("--scratch") && known.contains("--slots"))
            let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
                .deletingLastPathComponent().deletingLastPathComponent()
            let files = try #require(
                FileManager.default.enumerator(
                    at: root.appendingPathComponent("Sources"), includingPropertiesForKeys: nil)
            ).compactMap { $0 as? URL }.filter { $0.pathExtension == "swift" }
            let others: Set<Substring> = ["sbatch", "scancel", "squeue", "srun", "ssh"]
            var named = 0
            for file in files {
                let text = try String(contentsOf: file, encoding: .utf8)
                for line in text.split(separator: "\n")
                where !line.drop(while: \.isWhitespace).hasPrefix("//") {
                    for match in line.matches(of: /(?:hint: "|"[^"]*?([a-z]+):? )(--[a-z][a-z-]*)/)
                    {
                        let (_, before, option) = match.output
                        guard !others.contains(before ?? "") else { continue }
                        named += 1
                        #expect(
                            known.contains(String(option)), "\(file.lastPathComponent): \(line)")
                    }
                }
            }
            #expect(named > 5)
        }
    }
}
