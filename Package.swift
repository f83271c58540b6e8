// swift-tools-version: 6.2
import PackageDescription

// What scripts/build.sh found out. A plain `swift build` or `swift test` has none of it, and links shared libraries.
func given(_ variable: String) -> String? { Context.environment[variable].flatMap { $0.isEmpty ? nil : $0 } }

// CI takes no warning; whoever builds with another compiler may.
let strictness: [SwiftSetting] = given("FLUXLINT_STRICT") == nil ? [] : [.treatAllWarnings(as: .error)]

// Layers, lowest first; a target imports only targets above it in this list. ARCHITECTURE.md has a line on each.
let swiftSettings: [SwiftSetting] =
  strictness + [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    // The trees are walked from other modules: without it every look at a node is a call. Measured: a tenth of a check.
    // Debug builds, and so the tests, check that no two accesses overlap; a release pays for that with each field it reads.
    .unsafeFlags(["-cross-module-optimization", "-enforce-exclusivity=unchecked"], .when(configuration: .release)),
  ]

func module(_ name: String, _ dependencies: [Target.Dependency] = [], plugins: [Target.PluginUsage] = []) -> Target {
  .target(name: name, dependencies: dependencies, swiftSettings: swiftSettings, plugins: plugins)
}

func tests(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
  .testTarget(name: name, dependencies: dependencies, swiftSettings: swiftSettings)
}

// What libgit2.a needs, where a program without any shared library can be linked; else empty.
let archives = given("FLUXLINT_STATIC")?.split(separator: " ").map(String.init) ?? []

// lld, because gold takes undefined names for wrapped ones and cares for the order of archives. Why names are wrapped is
// said in CLibGit2Offline/unwinding.c. The map is what shows which members of which archives are in the program.
let staticLinking: [LinkerSetting] =
  archives.isEmpty
  ? []
  : archives.map { .linkedLibrary($0) } + [
    .unsafeFlags(
      ["-static-executable", "-use-ld=lld"]
        + [
          "--eh-frame-hdr", "--wrap=__register_frame_info", "--wrap=__deregister_frame_info",
          "-Map=\(Context.packageDirectory)/.build/fluxlint.map",
        ].flatMap { ["-Xlinker", $0] })
  ]

let facts: [CSetting] =
  ["FLUXLINT_COMMIT", "FLUXLINT_SWIFT"].compactMap { name in given(name).map { .define(name, to: "\"\($0)\"") } }
  + (archives.isEmpty ? [] : [.define("FLUXLINT_STATIC")])

let package = Package(
  name: "fluxlint",
  platforms: [.macOS(.v15)],
  products: [
    .executable(name: "fluxlint", targets: ["fluxlint"]),
    // Answers conformance cases of the expression language, for tests; it is not installed.
    .executable(name: "cel-conformance", targets: ["cel-conformance"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.5.0")
  ],
  targets: [
    .systemLibrary(
      name: "CLibYAML", pkgConfig: "yaml-0.1", providers: [.apt(["libyaml-dev"]), .brew(["libyaml"])]),
    .systemLibrary(
      name: "CLibGit2", pkgConfig: "libgit2", providers: [.apt(["libgit2-dev"]), .brew(["libgit2"])]),
    // libgit2 brings it.
    .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["libgit2-dev"]), .brew(["zlib"])]),

    // Stands in for the network parts of libgit2: all of them in a static program, what it begins with in others.
    .target(name: "CLibGit2Offline", dependencies: ["CLibGit2"]),
    .target(name: "CProgram", cSettings: facts),

    module("Hashing"),
    module("TextMatching"),
    module("ScalarFormats"),
    module("CEL", ["TextMatching", "ScalarFormats"]),
    module("GoTemplates", ["ScalarFormats"]),
    module("SourceText"),
    module("Diagnostics", ["SourceText"]),
    module("YAMLSyntax", ["SourceText", "CLibYAML"]),
    module("SourceTrees"),
    module("GitTrees", ["SourceText", "SourceTrees", "CLibGit2", "CZlib"]),
    module("Manifests", ["SourceText", "YAMLSyntax", "SourceTrees"]),
    module("Kustomize", ["Hashing", "TextMatching", "SourceText", "YAMLSyntax", "SourceTrees", "Manifests"]),
    module("Printing", ["YAMLSyntax"]),
    module("FluxModel", ["Hashing"], plugins: ["EmbedRules"]),
    module(
      "Schemas", ["TextMatching", "ScalarFormats", "CEL", "SourceText", "YAMLSyntax"], plugins: ["EmbedSchemas"]),
    module(
      "FluxGraph",
      ["TextMatching", "GoTemplates", "SourceText", "YAMLSyntax", "Manifests", "Kustomize", "Printing", "FluxModel"]),
    module(
      "Facts", ["TextMatching", "ScalarFormats", "SourceText", "YAMLSyntax", "Manifests", "FluxGraph"],
      plugins: ["EmbedRules"]),
    module(
      "Changes",
      ["ScalarFormats", "SourceText", "YAMLSyntax", "Manifests", "Kustomize", "FluxModel", "FluxGraph", "Facts"]),
    module(
      "GraphReporters", ["SourceText", "YAMLSyntax", "Manifests", "Kustomize", "FluxModel", "FluxGraph", "Facts"]),
    module("TextEdits", ["Diagnostics", "SourceTrees"]),
    module(
      "Migration",
      [
        "TextMatching", "GoTemplates", "SourceText", "Diagnostics", "YAMLSyntax", "SourceTrees", "Manifests",
        "Kustomize", "FluxModel", "Printing", "TextEdits",
      ]),
    module("RuleFiles", ["CEL", "SourceText", "Diagnostics", "YAMLSyntax"]),
    module("RuleCatalogue", ["SourceText", "Diagnostics", "RuleFiles"], plugins: ["EmbedRules"]),
    module(
      "RuleEngine",
      [
        "TextMatching", "ScalarFormats", "CEL", "SourceText", "Diagnostics", "YAMLSyntax", "Manifests", "Kustomize",
        "FluxModel", "Schemas",
        "FluxGraph", "Facts", "Changes", "RuleFiles", "RuleCatalogue",
      ]),
    module(
      "BuiltInRules",
      [
        "TextMatching", "CEL", "SourceText", "ScalarFormats", "Diagnostics", "YAMLSyntax", "SourceTrees", "Manifests",
        "Kustomize", "FluxModel", "Schemas", "FluxGraph", "Facts", "Changes", "Migration", "RuleFiles",
        "RuleCatalogue", "RuleEngine",
      ],
      plugins: ["EmbedRules"]),
    module("Reporters", ["SourceText", "Diagnostics", "RuleFiles", "RuleCatalogue"]),
    module("CommandFailures", ["SourceText", "SourceTrees", "GitTrees", "FluxModel", "TextEdits"]),
    module("Sessions", ["SourceText", "YAMLSyntax", "SourceTrees", "GitTrees", "Manifests", "CommandFailures"]),
    module(
      "Linting",
      [
        "SourceText", "Diagnostics", "YAMLSyntax", "SourceTrees", "GitTrees", "Manifests", "FluxModel", "FluxGraph",
        "Facts", "Changes", "RuleFiles", "RuleCatalogue", "RuleEngine", "BuiltInRules", "Reporters", "Migration",
        "CommandFailures", "Sessions", "CProgram", "TextMatching",
      ]),
    module(
      "Commands",
      [
        "SourceText", "Diagnostics", "YAMLSyntax", "SourceTrees", "GitTrees", "Manifests", "Kustomize", "FluxModel",
        "Schemas", "FluxGraph", "Printing", "GraphReporters", "RuleFiles", "RuleCatalogue", "RuleEngine", "Reporters",
        "TextEdits", "Migration", "CommandFailures", "Sessions", "Linting",
      ]),
    .executableTarget(
      name: "fluxlint",
      dependencies: [
        "SourceText", "Diagnostics", "TextEdits", "RuleCatalogue", "Reporters", "CommandFailures", "Sessions",
        "Linting",
        "Commands", "CLibGit2Offline", .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: swiftSettings, linkerSettings: staticLinking),

    .executableTarget(
      name: "buildbench",
      dependencies: ["YAMLSyntax", "SourceTrees", "Manifests", "Kustomize", "Printing"],
      swiftSettings: swiftSettings),
    .executableTarget(
      name: "cel-conformance", dependencies: ["ScalarFormats", "CEL", "SourceText", "YAMLSyntax", "Schemas"],
      swiftSettings: swiftSettings),
    .executableTarget(
      name: "fuzz",
      dependencies: [
        "CEL", "SourceText", "Diagnostics", "YAMLSyntax", "SourceTrees", "Manifests", "Kustomize", "Printing",
        "FluxModel", "FluxGraph", "TextEdits", "Migration", "RuleFiles", "RuleCatalogue", "RuleEngine", "Linting",
      ],
      swiftSettings: swiftSettings),
    .executableTarget(
      name: "rulegen", dependencies: ["SourceText", "Diagnostics", "CEL", "RuleFiles"], swiftSettings: swiftSettings),
    .executableTarget(name: "schemagen", dependencies: ["SourceText", "YAMLSyntax"], swiftSettings: swiftSettings),
    .plugin(name: "EmbedSchemas", capability: .buildTool(), dependencies: ["schemagen"]),
    .plugin(name: "EmbedRules", capability: .buildTool(), dependencies: ["rulegen"]),

    .target(
      name: "TestSupport", dependencies: ["SourceTrees", "GitTrees"], path: "Tests/TestSupport",
      swiftSettings: swiftSettings),
    tests("HashingTests", ["Hashing"]),
    tests("TextMatchingTests", ["TextMatching"]),
    tests("ScalarFormatsTests", ["ScalarFormats"]),
    tests("CELTests", ["CEL", "cel-conformance"]),
    tests("SourceTextTests", ["SourceText"]),
    tests("YAMLSyntaxTests", ["SourceText", "YAMLSyntax"]),
    tests("SchemasTests", ["SourceText", "YAMLSyntax", "Schemas"]),
    tests("GitTreesTests", ["SourceTrees", "GitTrees", "TestSupport"]),
    tests("KustomizeTests", ["SourceText", "YAMLSyntax", "SourceTrees", "Manifests", "Kustomize"]),
    tests(
      "FluxGraphTests",
      ["SourceText", "YAMLSyntax", "SourceTrees", "Manifests", "Kustomize", "FluxModel", "FluxGraph", "Facts"]),
    tests("RuleCatalogueTests", ["CEL", "SourceText", "Diagnostics", "RuleFiles", "RuleCatalogue", "rulegen"]),
    tests("RuleEngineTests", ["SourceText", "SourceTrees", "Diagnostics", "RuleFiles", "RuleCatalogue", "RuleEngine"]),
    tests("ReportersTests", ["SourceText", "Diagnostics", "RuleFiles", "RuleCatalogue", "Reporters", "TestSupport"]),
    tests(
      "RuleFixtureTests",
      [
        "SourceText", "Diagnostics", "SourceTrees", "GitTrees", "FluxModel", "RuleFiles", "RuleCatalogue", "RuleEngine",
        "CommandFailures", "Sessions", "Linting", "Commands", "TestSupport",
      ]),
    tests("PrintingTests", ["SourceText", "YAMLSyntax", "Printing"]),
    tests(
      "GraphReportersTests",
      ["SourceText", "SourceTrees", "Manifests", "FluxGraph", "GraphReporters", "TestSupport"]),
    tests(
      "MigrationTests",
      ["SourceText", "YAMLSyntax", "SourceTrees", "Manifests", "TextEdits", "Migration", "TestSupport"]),
    tests("GoTemplatesTests", ["GoTemplates"]),
    tests("CommandTests", ["fluxlint", "fuzz"]),
  ],
  swiftLanguageModes: [.v6]
)
