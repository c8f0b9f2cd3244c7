import Glibc
import System
import Testing

@Suite(.serialized) struct SignalsTests {
    @Test("a signal that is ignored is left alone, the others may be taken")
    func takeable() {
        signal(SIGUSR1, SIG_IGN)
        signal(SIGUSR2, SIG_DFL)
        defer { signal(SIGUSR1, SIG_DFL) }
        #expect(Signals.isIgnored(SIGUSR1) && !Signals.isIgnored(SIGUSR2))
        #expect(Signals.takeable([SIGUSR1, SIGUSR2]) == [SIGUSR2])
    }
}
