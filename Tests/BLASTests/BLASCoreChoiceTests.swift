import Testing

@testable import BLAS

@Suite struct ProcessorFeaturesTests {
    @Test(
        "features say which cores to try, whatever the model",
        arguments: [
            // Emerald Rapids, Zen 4 and 5.
            ([.sse42, .avx, .avx2, .fma, .avx512, .bfloat16], 512, "Cooperlake"),
            ([.sse42, .avx, .avx2, .fma, .avx512, .bfloat16, .amd], 512, "Cooperlake"),
            // Skylake-SP, Cascade Lake, Ice Lake.
            ([.sse42, .avx, .avx2, .fma, .avx512], 512, "SkylakeX"),
            // Haswell to Raptor Lake; Zen 1 to 3.
            ([.sse42, .avx, .avx2, .fma], 256, "Haswell"),
            ([.sse42, .avx, .avx2, .fma, .amd], 256, "Zen"),
            // A virtual machine that hides fused multiply-add; Sandy Bridge; Westmere; the oldest there is.
            ([.sse42, .avx, .avx2], 256, "Sandybridge"),
            ([.sse42, .avx], 256, "Sandybridge"),
            ([.sse42], 128, "Nehalem"),
            ([], 128, "Prescott"),
            // AVX-512 without bytes and words (Knights Landing) is not what SkylakeX needs.
            (
                [.sse42, .avx, .avx2, .fma, ProcessorFeatures(rawValue: 1 << 4)], 256, "Haswell"
            ),
        ] as [(ProcessorFeatures, Int, String)])
    func cores(_ features: ProcessorFeatures, _ bits: Int, _ first: String) {
        #expect(features.cores.first == first && features.vectorBits == bits)
        #expect(features.cores.last == "Prescott")
        #expect(features.cores.allSatisfy { BLASCoreChoice.bits($0) != nil })
    }

    @Test("this processor has what the library's own choice needs")
    func present() {
        #expect(
            (BLASCoreChoice.bits(OpenBLAS.coreName) ?? 0) <= ProcessorFeatures.present.vectorBits)
    }
}

@Suite struct BLASCoreChoiceTests {
    private static let wide: ProcessorFeatures = [.sse42, .avx, .avx2, .fma, .avx512, .bfloat16]
    private static let middle: ProcessorFeatures = [.sse42, .avx, .avx2, .fma]

    /// A library with these cores that takes `own` where nothing is asked for, or where it lacks what is.
    private struct Library {
        var own: String?
        var cores: Set<String> = Set(BLASCoreChoice.vectorBits.keys)
        var wrong: Set<String> = []

        func attempt(_ name: String?) -> BLASCoreTrial {
            let known = cores.first { $0.lowercased() == name?.lowercased() }
            guard let core = known ?? own else { return BLASCoreTrial(core: nil, isRight: false) }
            return BLASCoreTrial(core: core, isRight: !wrong.contains(core))
        }
    }

    private func decide(
        _ choice: BLASCoreChoice, _ features: ProcessorFeatures, _ library: Library,
        inherited: String? = nil
    ) throws(BLASError) -> BLASCoreDecision {
        try choice.decide(inherited: inherited, features: features, attempt: library.attempt)
    }

    @Test("the library's own choice stands where it is right and as wide as the processor")
    func own() throws {
        for (own, features) in [
            ("SapphireRapids", Self.wide), ("SkylakeX", Self.wide), ("Haswell", Self.middle),
            ("Zen", Self.middle), ("Prescott", []), ("GraniteRapids", Self.wide),
        ] {
            for choice in [BLASCoreChoice.automatic, .inherited] {
                #expect(
                    try decide(choice, features, Library(own: own))
                        == BLASCoreDecision(value: nil, core: own))
            }
        }
    }

    @Test("a processor newer than the library gets the core of its features, and a line says so")
    func newer() throws {
        for inherited in [nil, ""] {
            let decision = try decide(
                .inherited, Self.wide, Library(own: "Prescott"), inherited: inherited)
            #expect(
                decision
                    == BLASCoreDecision(
                        value: "Cooperlake", core: "Cooperlake",
                        note: "OpenBLAS' own choice here, Prescott, has 128-bit kernels where this "
                            + "processor has 512-bit vectors; taking Cooperlake instead"))
        }
        #expect(
            try decide(.automatic, Self.middle, Library(own: "Nehalem"), inherited: "Nehalem").value
                == "Haswell")
    }

    @Test("a core that the library lacks, or that multiplies wrongly, is passed over")
    func next() throws {
        let old = Library(own: "Prescott", cores: ["Prescott", "Haswell", "SkylakeX"])
        #expect(try decide(.automatic, Self.wide, old).value == "SkylakeX")
        let wrong = Library(own: "Cooperlake", wrong: ["Cooperlake", "SkylakeX"])
        let decision = try decide(.automatic, Self.wide, wrong)
        #expect(decision.value == "Haswell")
        #expect(
            decision.note
                == "OpenBLAS' own choice here, Cooperlake, multiplies wrongly; taking Haswell instead"
        )
        let narrow = try decide(
            .automatic, Self.wide,
            Library(own: "Haswell", wrong: ["Cooperlake", "SkylakeX"]))
        #expect(narrow.value == nil && narrow.core == "Haswell")
        #expect(narrow.note?.hasSuffix("none of this library's wider cores is right here") == true)
    }

    @Test("where every core is wrong, nothing is trained")
    func hopeless() {
        let broken = Library(own: "SkylakeX", wrong: Set(BLASCoreChoice.vectorBits.keys))
        let error = #expect(throws: BLASError.self) {
            try decide(.automatic, Self.wide, broken)
        }
        #expect(
            error?.description
                == "choose a BLAS core: SkylakeX, Cooperlake, Haswell, Sandybridge, Nehalem, "
                + "Prescott: none of them multiplies rightly here (hint: install another version "
                + "of OpenBLAS)")
        #expect(throws: BLASError.self) {
            try decide(.automatic, Self.wide, Library(own: nil, cores: []))
        }
    }

    @Test("an inherited core is kept, with what auto would take")
    func inherited() throws {
        let narrow = try decide(
            .inherited, Self.wide, Library(own: "Prescott"), inherited: "Haswell")
        #expect(narrow.value == "Haswell")
        #expect(
            narrow.note
                == "OPENBLAS_CORETYPE=Haswell is inherited: 256-bit kernels where this processor "
                + "has 512-bit vectors; --blas-core auto takes Cooperlake")
        let fitting = try decide(
            .inherited, Self.middle, Library(own: "Zen"), inherited: "haswell")
        #expect(fitting == BLASCoreDecision(value: "haswell", core: "Haswell"))
        let forGoodReason = try decide(
            .inherited, Self.wide, Library(own: "SkylakeX", wrong: ["SkylakeX", "Cooperlake"]),
            inherited: "Haswell")
        #expect(
            forGoodReason.note?.hasSuffix("none of this library's wider cores is right here")
                == true)
        let absent = try decide(
            .inherited, Self.wide, Library(own: "SkylakeX"), inherited: "Pentium")
        #expect(
            absent.note
                == "OPENBLAS_CORETYPE=Pentium is inherited, but this OpenBLAS takes SkylakeX for it"
        )
    }

    @Test("an inherited or pinned core that multiplies wrongly is refused")
    func wrong() {
        let library = Library(own: "Prescott", wrong: ["SkylakeX"])
        for choice in [BLASCoreChoice.inherited, .named("SkylakeX")] {
            let error = #expect(throws: BLASError.self) {
                try decide(choice, Self.wide, library, inherited: "SkylakeX")
            }
            #expect(error?.problem == "it multiplies wrongly here")
        }
        let absent = Library(own: "Prescott", cores: ["Prescott"])
        let error = #expect(throws: BLASError.self) {
            try decide(.named("Zen"), Self.wide, absent)
        }
        #expect(
            error?.problem
                == "this OpenBLAS has it not, or not for this processor, and takes Prescott")
    }

    @Test("a name pins one core, in OpenBLAS' spelling")
    func named() throws {
        let choice = try BLASCoreChoice(option: "skylakex")
        #expect(choice == .named("SkylakeX"))
        #expect(
            try decide(choice, Self.wide, Library(own: "Prescott"), inherited: "Haswell")
                == BLASCoreDecision(value: "SkylakeX", core: "SkylakeX"))
        #expect(try BLASCoreChoice(option: "AUTO") == .automatic)
    }

    @Test("an unknown name is refused with the names there are")
    func unknown() {
        let error = #expect(throws: BLASError.self) { try BLASCoreChoice(option: "Pentium") }
        #expect(
            error?.description.hasPrefix("choose a BLAS core: Pentium: no such core (hint: auto, ")
                == true)
    }
}
