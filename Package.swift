// swift-tools-version: 6.2
import PackageDescription

/// What every Swift target is built with: Swift 6, no warning passes, no hidden import.
let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("ExistentialAny"),
]

let package = Package(
    name: "freshet",
    products: [
        .executable(name: "freshet", targets: ["freshet"]),
        .library(name: "FreshetCore", targets: ["FreshetCore"]),
        .library(name: "FreshetRuntime", targets: ["FreshetRuntime"]),
    ],
    targets: [
        // C libraries from Debian, each behind one module.
        .systemLibrary(name: "CRdKafka", pkgConfig: "rdkafka", providers: [.apt(["librdkafka-dev"])]),
        .systemLibrary(name: "CSQLite", pkgConfig: "sqlite3", providers: [.apt(["libsqlite3-dev"])]),
        .systemLibrary(name: "CYaml", pkgConfig: "yaml-0.1", providers: [.apt(["libyaml-dev"])]),
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
        .systemLibrary(name: "CZstd", pkgConfig: "libzstd", providers: [.apt(["libzstd-dev"])]),
        .systemLibrary(name: "CCrypto", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
        .target(
            name: "CSimdJSON",
            cxxSettings: [.define("SIMDJSON_THREADS_ENABLED", to: "1")],
            linkerSettings: [.linkedLibrary("simdjson")]),

        // The floors; arrows point down only (StyleTests compare imports with this manifest).
        .target(name: "CKernels"),
        .target(name: "FreshetKernels", dependencies: ["CKernels"], swiftSettings: strict),
        .target(name: "FreshetCore", dependencies: ["FreshetKernels", "CSimdJSON"], swiftSettings: strict),
        .target(name: "FreshetKafka", dependencies: ["CRdKafka"], swiftSettings: strict),
        .target(
            name: "FreshetRuntime",
            dependencies: ["FreshetCore", "FreshetKernels", "FreshetKafka", "CSQLite", "CYaml", "CZlib", "CZstd", "CCrypto"],
            swiftSettings: strict),
        .target(
            name: "FreshetLab", dependencies: ["FreshetRuntime", "FreshetCore", "FreshetKernels", "FreshetKafka"], swiftSettings: strict),
        .executableTarget(
            name: "freshet", dependencies: ["FreshetLab", "FreshetRuntime", "FreshetCore", "FreshetKafka", "FreshetKernels"], swiftSettings: strict),

        .testTarget(name: "FreshetKernelsTests", dependencies: ["FreshetKernels"], swiftSettings: strict),
        .testTarget(name: "FreshetCoreTests", dependencies: ["FreshetCore", "FreshetKernels"], swiftSettings: strict),
        .testTarget(name: "FreshetKafkaTests", dependencies: ["FreshetKafka"], swiftSettings: strict),
        .testTarget(
            name: "FreshetRuntimeTests", dependencies: ["FreshetRuntime", "FreshetCore", "FreshetKernels", "FreshetKafka", "CZlib", "CZstd"],
            swiftSettings: strict),
        .testTarget(name: "FreshetLabTests", dependencies: ["FreshetLab", "FreshetRuntime", "FreshetCore", "FreshetKernels"], swiftSettings: strict),
        .testTarget(
            name: "IntegrationTests", dependencies: ["FreshetRuntime", "FreshetLab", "FreshetCore", "FreshetKernels", "FreshetKafka"],
            swiftSettings: strict),
        .testTarget(
            name: "CommandLineTests", dependencies: ["freshet", "FreshetRuntime", "FreshetCore", "FreshetKernels", "FreshetKafka"],
            swiftSettings: strict),
        .testTarget(
            name: "SimulationTests", dependencies: ["FreshetLab", "FreshetRuntime", "FreshetCore", "FreshetKernels", "FreshetKafka"],
            swiftSettings: strict),
        .testTarget(name: "StyleTests", swiftSettings: strict),
    ],
    cxxLanguageStandard: .cxx17
)
