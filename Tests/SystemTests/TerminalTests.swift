import Testing

@testable import System

@Suite struct TerminalTests {
    @Test("the first variable that is set says whether the locale has UTF-8")
    func locales() {
        #expect(Terminal.isUTF8([nil, nil, "de_DE.UTF-8"]))
        #expect(Terminal.isUTF8([nil, "C.utf8", "C"]))
        #expect(Terminal.isUTF8(["", "", "en_GB.UTF-8@euro"]))
        #expect(Terminal.isUTF8([nil, nil, nil]))
        #expect(!Terminal.isUTF8(["C", nil, "de_DE.UTF-8"]))
        #expect(!Terminal.isUTF8([nil, nil, "POSIX"]))
        #expect(!Terminal.isUTF8([nil, nil, "de_DE.ISO-8859-1"]))
        #expect(!Terminal.isUTF8([nil, nil, "de_DE"]))
    }

    @Test("our own signs have twins in ASCII, other people's letters stay")
    func twins() {
        #expect(Terminal.ascii("C▒·… train ≥ 0.9") == "C#.... train >= 0.9")
        #expect(Terminal.ascii("Größe") == "Größe")
        #expect(Terminal.ascii("plain") == "plain")
    }

    @Test("a line is cut to the columns it takes, and escape codes take none")
    func clipping() {
        #expect(Terminal.clipped("abcdef", to: 6) == "abcdef")
        #expect(Terminal.clipped("abcdef", to: 4) == "abcd")
        #expect(Terminal.clipped("\u{1B}[31mabc\u{1B}[0mdef", to: 4) == "\u{1B}[31mabc\u{1B}[0md")
        #expect(Terminal.clipped("\u{1B}[31mabcdef\u{1B}[0m", to: 2) == "\u{1B}[31mab\u{1B}[0m")
        #expect(Terminal.clipped("相図abc", to: 3) == "相")
        #expect(Terminal.width("e\u{301}\u{1B}[48;5;1mx\u{1B}[0m") == 2)
        #expect(Terminal.clipped("abc", to: 0).isEmpty)
    }
}

@Suite struct ProcessArgumentsTests {
    @Test("bytes that are no text are shown in hexadecimal")
    func shown() {
        #expect(ProcessArguments.shown(Array("gr".utf8) + [0xf6, 0x0a]) == "gr\\xf6\\x0a")
    }
}
