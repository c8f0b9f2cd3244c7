import Testing

@testable import BLAS

@Suite struct BLASCoreChoiceTests {
    @Test("an inherited core is kept, with what the processor could do")
    func inherited() {
        let narrow = BLASCoreChoice.inherited.decide(inherited: "Haswell", processorBits: 512)
        #expect(narrow.value == "Haswell")
        #expect(
            narrow.note
                == "OPENBLAS_CORETYPE=Haswell is inherited: 256-bit kernels where this processor "
                + "has 512-bit vectors; --blas-core auto ignores it")
        let fitting = BLASCoreChoice.inherited.decide(inherited: "haswell", processorBits: 256)
        #expect(fitting == BLASCoreDecision(value: "haswell", note: nil))
        for empty in [nil, ""] {
            let free = BLASCoreChoice.inherited.decide(inherited: empty, processorBits: 512)
            #expect(free == BLASCoreDecision(value: nil, note: nil))
        }
    }

    @Test("auto removes the variable")
    func automatic() throws {
        let choice = try BLASCoreChoice(option: "AUTO")
        #expect(
            choice.decide(inherited: "Haswell", processorBits: 512)
                == BLASCoreDecision(value: nil, note: nil))
    }

    @Test("a name pins one core, in OpenBLAS' spelling")
    func named() throws {
        let choice = try BLASCoreChoice(option: "skylakex")
        #expect(choice == .named("SkylakeX"))
        #expect(
            choice.decide(inherited: "Haswell", processorBits: 256)
                == BLASCoreDecision(
                    value: "SkylakeX",
                    note: "core SkylakeX is pinned: 512-bit kernels, but this processor has "
                        + "256-bit vectors"))
        #expect(choice.decide(inherited: nil, processorBits: 512).note == nil)
    }

    @Test("an unknown name is refused with the names there are")
    func unknown() {
        let error = #expect(throws: BLASError.self) { try BLASCoreChoice(option: "Pentium") }
        #expect(
            error?.description.hasPrefix("choose a BLAS core: Pentium: no such core (hint: auto, ")
                == true)
    }
}
