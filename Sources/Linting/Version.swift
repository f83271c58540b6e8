import CProgram
import FluxModel
import GitTrees

/// The version of this release: what `--version` prints and what JSON and SARIF name as their producer.
package let fluxlintVersion = "0.1.0"

/// What the program can say of itself.
package enum ProgramFacts {
  /// What `--version` prints below the name and the version: a line for each thing that a bug report needs.
  package static var lines: [String] {
    [
      "commit: \(fact(fluxlint_commit()) ?? "not recorded ('make build' does)")",
      "Swift: \(fact(fluxlint_swift_version()) ?? "not recorded ('make build' does)")",
      "libgit2: \(libgit2Version), \(linkage)",
      "newest Flux known: \(APIVersions.newestRelease)",
    ]
  }

  private static var linkage: String {
    fluxlint_is_static() != 0 ? "linked statically, without its network transports" : "linked as a shared library"
  }

  private static func fact(_ text: UnsafePointer<CChar>) -> String? {
    text.pointee == 0 ? nil : String(cString: text)
  }
}
