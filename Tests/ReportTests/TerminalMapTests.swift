import Core
import Testing

@testable import Report

@Suite("TerminalMap")
struct TerminalMapTests {
    @Test("a map of two axes is lines of letters with its values beside and below")
    func letters() {
        #expect(
            TerminalMap(width: 60).lines(Samples.twoAxes) == [
                "  0 G C M M",
                "2.5 G G M X",
                "  5 G G G X",
                "    1e-5",
                "learning rate →  weight decay ↓",
                "C comprehension 1  G grokking 6  M memorization 3",
                "X confusion 2",
            ])
    }

    @Test("panels stand side by side, special states have signs of their own")
    func panels() {
        #expect(
            TerminalMap(width: 64).lines(Samples.specialStates) == [
                "     train fraction = 0.45  train fraction = 0.82",
                "   0 G g C                  ! ! g",
                "0.01 g x m                  C c M",
                " 0.1 ▒ ▒ M                  m X X",
                "   1 C · ·                  X · ·",
                "     1e-5                   1e-5",
                "learning rate →  weight decay ↓",
                "C comprehension 4  G grokking 4  M memorization 4  X confusion 4",
                "▒ running 2  · missing 4  ! failed 2",
                "lower case: seeds disagree 6  lower case: uncertain 1",
            ])
    }

    @Test("names of categories cannot break lines or steer the terminal")
    func names() {
        let axis = Axis(
            name: "arm", path: "batch", categories: [("x\ny", []), ("\u{1B}[31m", [])])
        let lines = TerminalMap().lines(
            Samples.map("", [axis, Samples.axis("rate", .values, [1])], ["C", "M"]))
        #expect(lines.allSatisfy { !$0.contains("\n") && !$0.contains("\u{1B}") })
        #expect(lines.joined().contains("x\\ny"))
    }

    @Test("no line is wider than asked", arguments: [32, 33, 40, 79, 200])
    func width(_ width: Int) {
        for input in [Samples.twoAxes, Samples.specialStates, Samples.oneAxis] {
            for line in TerminalMap(width: width).lines(input) { #expect(line.count <= width) }
        }
    }

    @Test("colour adds escape codes and nothing else")
    func colour() {
        let coloured = TerminalMap(width: 64, colour: true).lines(Samples.specialStates)
        let plain = coloured.map { line in
            var text = line.replacing(/\u{1B}\[[0-9;]*m/, with: "")
            while text.last == " " { text.removeLast() }
            return text
        }
        #expect(plain == TerminalMap(width: 64).lines(Samples.specialStates))
        #expect(coloured.contains { $0.contains("\u{1B}[48;5;227;38;5;16mG \u{1B}[0m") })
        let codes = coloured.joined().matches(of: /\u{1B}\[[0-9;]+m/).count
        #expect(codes.isMultiple(of: 2))
    }

    @Test("the published maps hold the published counts")
    func published() {
        func counts(_ rows: [String]) -> [Character: Int] {
            rows.joined().reduce(into: [:]) { $0[$1, default: 0] += 1 }
        }
        #expect(counts(Samples.published6a) == ["C": 29, "G": 31, "M": 109])
        #expect(counts(Samples.published6b) == ["C": 17, "G": 60, "M": 60, "X": 39])
    }
}
