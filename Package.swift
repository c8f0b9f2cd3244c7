// swift-tools-version: 6.2
import PackageDescription

/// What every Swift target is compiled with: Swift 6 mode, warnings are errors.
let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .enableUpcomingFeature("InferIsolatedConformances"),
]

/// As `strict`, and optimised in debug builds too: tests train thousands of cells and play thousands of sweeps.
let optimized =
    strict + [SwiftSetting.unsafeFlags(["-O"], .when(configuration: .debug))]

/// As `optimized`, and seen by the compiler as a whole: what is generic over the float type is specialised only then.
let specialized =
    optimized + [
        SwiftSetting.unsafeFlags(
            ["-wmo", "-disable-batch-mode", "-num-threads", "2"],
            .when(configuration: .debug))
    ]

/// A Swift library target; imports point one way (docs/architecture.md has the map).
func library(
    _ name: String, _ dependencies: [Target.Dependency], swiftSettings: [SwiftSetting] = strict
) -> Target {
    .target(
        name: name, dependencies: dependencies, exclude: ["README.md"],
        swiftSettings: swiftSettings)
}

/// A test target, paired with the module of the same name or standing on its own.
func tests(
    _ name: String, _ dependencies: [Target.Dependency], exclude: [String] = [],
    resources: [Resource] = [], swiftSettings: [SwiftSetting] = strict
) -> Target {
    .testTarget(
        name: name, dependencies: dependencies + ["TestSupport"], exclude: exclude,
        resources: resources, swiftSettings: swiftSettings)
}

let argumentParser = Target.Dependency.product(
    name: "ArgumentParser", package: "swift-argument-parser")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")

let package = Package(
    name: "grokmap",
    products: [
        .executable(name: "grokmap", targets: ["Coordinator"]),
        .executable(name: "grokmap-worker", targets: ["Worker"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    ],
    targets: [
        // C libraries and their thin wrappers.
        .systemLibrary(name: "CZeroMQ", providers: [.apt(["libzmq3-dev"])]),
        .systemLibrary(name: "CHDF5", pkgConfig: "hdf5", providers: [.apt(["libhdf5-dev"])]),
        .systemLibrary(
            name: "COpenBLAS", pkgConfig: "openblas", providers: [.apt(["libopenblas-dev"])]),
        .systemLibrary(name: "CLinux"),
        .systemLibrary(name: "CZlib", providers: [.apt(["zlib1g-dev"])]),
        .systemLibrary(name: "CNettle", providers: [.apt(["nettle-dev"])]),
        .target(
            name: "CKernels", exclude: ["README.md"],
            cSettings: [.unsafeFlags(["-O3", "-fno-math-errno", "-ffp-contract=fast"])]),
        library("ZeroMQ", ["CZeroMQ"]),
        library("HDF5", ["CHDF5"]),
        library("BLAS", ["COpenBLAS"]),
        library("GZip", ["CZlib"]),
        library("SHA256", ["CNettle"]),

        // Values and rules; everything else builds on them.
        library(
            "Core", ["SHA256", .product(name: "Yams", package: "Yams")],
            swiftSettings: optimized),
        library(
            "Training", ["Core", "Theory", "BLAS", "CKernels", "GZip", "SHA256"],
            swiftSettings: specialized),
        library("Theory", ["Core"], swiftSettings: optimized),
        library("Results", ["Core", "HDF5", "CLinux"]),
        library("Report", ["Core"]),
        .target(name: "CArguments"),
        library("System", ["Core", "CArguments", "CLinux"]),
        library(
            "Sweeps",
            [
                "Core", "Results", "SHA256", "System",
                .product(name: "GRDB", package: "GRDB.swift"),
            ]),

        // The two programs.
        .executableTarget(
            name: "Coordinator",
            dependencies: [
                "Core", "Results", "Report", "Theory", "Sweeps", "System", "SHA256", "ZeroMQ",
                "CLinux",
                argumentParser, logging,
                .product(name: "GRDB", package: "GRDB.swift"),
                .product(name: "HeapModule", package: "swift-collections"),
                .product(name: "OrderedCollections", package: "swift-collections"),
            ], exclude: ["README.md"], swiftSettings: optimized),
        .executableTarget(
            name: "Worker",
            dependencies: [
                "Core", "Training", "Results", "BLAS", "SHA256", "System", "ZeroMQ", "CLinux",
                argumentParser,
                logging,
            ],
            exclude: ["README.md"], swiftSettings: strict),

        // What Benchmarks/coordinator plays slots with.
        .executableTarget(
            name: "LoadGenerator",
            dependencies: ["Core", "Results", "Training", "SHA256", "ZeroMQ", argumentParser],
            path: "Benchmarks/coordinator/LoadGenerator", swiftSettings: strict),

        // Tests: one target per module, the whole path in EndToEndTests.
        .target(name: "TestSupport", path: "Tests/TestSupport", swiftSettings: strict),
        tests("CoreTests", ["SHA256", "Core"], exclude: ["Maps"]),
        tests("ZeroMQTests", ["ZeroMQ"]),
        tests("HDF5Tests", ["HDF5"]),
        tests("BLASTests", ["BLAS"]),
        tests("GZipTests", ["GZip"]),
        tests("SystemTests", ["System"]),
        .target(name: "CAllocationCounter", path: "Tests/CAllocationCounter"),
        tests(
            "TrainingTests",
            ["SHA256", "Training", "BLAS", "Core", "CKernels", "CAllocationCounter"]),
        tests("TheoryTests", ["Theory", "Core"]),
        tests(
            "ResultsTests", ["Results", "Core", "HDF5", "Sweeps"], exclude: ["interoperability.py"]),
        tests("ReportTests", ["Report", "Core"], exclude: ["Goldens"]),
        tests(
            "CoordinatorTests",
            [
                "SHA256", "Coordinator", "Core", "Report", "Results", "Sweeps", "System", "ZeroMQ",
                argumentParser, .product(name: "GRDB", package: "GRDB.swift"),
            ], exclude: ["exports.py", "recipes.py"]),
        tests(
            "WorkerTests", ["SHA256", "Worker", "Core", "Results", "ZeroMQ", "Training", "BLAS"]),
        // Fuzzing: `make fuzz` instruments everything and runs libFuzzer, the tests replay the corpus.
        .target(
            name: "FuzzTargets", dependencies: ["Core", "Results"], path: "Tests/Fuzz/Targets",
            swiftSettings: strict),
        .systemLibrary(name: "CLibFuzzer", path: "Tests/Fuzz/CLibFuzzer"),
        .executableTarget(
            name: "Fuzz", dependencies: ["FuzzTargets", "CLibFuzzer"], path: "Tests/Fuzz/Fuzz",
            swiftSettings: strict,
            linkerSettings: [.unsafeFlags(["-sanitize=fuzzer", "-use-ld=lld"])]),
        tests("FuzzTests", ["FuzzTargets", "Core"]),
        tests(
            "SimulationTests",
            [
                "Core", "Coordinator", "Worker", "Sweeps", "System",
                .product(name: "HeapModule", package: "swift-collections"),
            ], swiftSettings: optimized),
        tests(
            "EndToEndTests",
            [
                "Core", "Results", "Coordinator", "Worker", "Sweeps", "System", "SHA256",
                "Training", "ZeroMQ",
            ],
            exclude: [
                "ground_truth.py", "fake_slurm.py", "fake_ssh.sh", "previous-release.tar.gz",
            ]),
    ]
)
