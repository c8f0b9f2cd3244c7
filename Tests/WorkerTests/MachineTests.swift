import BLAS
import Testing
import Training

@testable import Worker

@Suite struct ProcessIdentityTests {
    @Test("the start time is found behind a command with blanks and parentheses")
    func startTime() {
        let rest = (3...22).map(String.init).joined(separator: " ")
        #expect(ProcessIdentity.startTime("77 (a) b (c) \(rest) 23\n") == "22")
        #expect(ProcessIdentity.startTime("nonsense") == "0")
    }

    @Test("random names have 16 digits and differ")
    func randomName() {
        let names = (0..<100).map { _ in ProcessIdentity.randomName() }
        #expect(names.allSatisfy { $0.count == 16 } && Set(names).count == 100)
    }
}

@Suite struct TrainingEnvironmentTests {
    private let inherited = ["OPENBLAS_CORETYPE": "Prescott", "HOME": "/h"]

    /// What an environment becomes beside a library that is older than a processor with AVX2, and takes its oldest core.
    private func environment(
        _ option: String, _ inherited: [String: String]
    ) throws -> TrainingEnvironment {
        try TrainingEnvironment(
            blasCore: option, inherited: inherited, features: [.sse42, .avx, .avx2, .fma]
        ) { variables in
            #expect(variables["OPENBLAS_NUM_THREADS"] == "1")
            return BLASCoreTrial(
                core: variables["OPENBLAS_CORETYPE"] ?? "Prescott", isRight: true)
        }
    }

    @Test("an inherited core is respected and reported when the processor could do more")
    func inherit() throws {
        let environment = try environment("inherit", inherited)
        #expect(environment.variables["OPENBLAS_CORETYPE"] == "Prescott")
        #expect(environment.note?.hasSuffix("--blas-core auto takes Haswell") == true)
        #expect(environment.variables["HOME"] == "/h")
    }

    @Test("auto, and inherit where there is nothing to inherit, take the core of the features")
    func automatic() throws {
        for environment in [
            try environment("auto", inherited), try environment("inherit", ["HOME": "/h"]),
        ] {
            #expect(environment.variables["OPENBLAS_CORETYPE"] == "Haswell")
            #expect(environment.note?.hasSuffix("taking Haswell instead") == true)
            #expect(environment.kernelSet == KernelSet.best.name)
        }
    }

    @Test("what this program decided before it started itself anew is not taken for inherited")
    func decided() throws {
        let variables = ["OPENBLAS_CORETYPE": "Nehalem", "GROKMAP_BLAS_CORE_DECIDED": "1"]
        let environment = try TrainingEnvironment(blasCore: "inherit", inherited: variables) { _ in
            Issue.record("tried again")
            return BLASCoreTrial(core: nil, isRight: false)
        }
        #expect(environment.variables["OPENBLAS_CORETYPE"] == "Nehalem" && environment.note == nil)
        #expect(environment.variables["GROKMAP_BLAS_CORE_DECIDED"] == nil)
    }

    @Test("a core that multiplies wrongly here is refused, with what to do")
    func wrong() {
        #expect {
            try TrainingEnvironment(blasCore: "inherit", inherited: inherited) { variables in
                BLASCoreTrial(core: variables["OPENBLAS_CORETYPE"], isRight: false)
            }
        } throws: { error in
            "\(error)" == "--blas-core: Prescott: it multiplies wrongly here "
                + "(hint: --blas-core auto ignores OPENBLAS_CORETYPE)"
        }
    }

    @Test("a core by name pins the library and the kernel set of the same width")
    func named() throws {
        let environment = try environment("nehalem", inherited)
        #expect(environment.variables["OPENBLAS_CORETYPE"] == "Nehalem")
        #expect(environment.kernelSet == "baseline")
    }

    @Test("every trainer has one BLAS thread", arguments: ["inherit", "auto", "Nehalem"])
    func threads(_ option: String) throws {
        let variables = try environment(option, [:]).variables
        #expect(variables["OPENBLAS_NUM_THREADS"] == "1" && variables["OMP_NUM_THREADS"] == "1")
    }

    @Test("a slot that crashes does not stay to describe it, unless it is asked to")
    func backtraces() throws {
        func value(_ inherited: [String: String]) throws -> String? {
            try environment("auto", inherited).variables["SWIFT_BACKTRACE"]
        }
        #expect(try value([:]) == "enable=no")
        #expect(try value(["SWIFT_BACKTRACE": "enable=yes"]) == "enable=yes")
    }

    @Test(
        "kernel sets match the width of a core's vectors",
        arguments: [
            (128, "baseline"), (256, "avx2"), (512, "avx512"),
        ])
    func widths(_ bits: Int, _ name: String) {
        #expect(TrainingEnvironment.kernelSet(vectorBits: bits) == name)
    }

    @Test("an unknown core is an error that lists the known ones")
    func unknown() {
        #expect {
            try TrainingEnvironment(blasCore: "Pentium", inherited: [:])
        } throws: { error in
            "\(error)".hasPrefix("--blas-core: Pentium: no such core (hint: auto, or one of Ath")
        }
    }
}
