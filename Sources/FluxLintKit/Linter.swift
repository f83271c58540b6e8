package import Diagnostics
package import FluxModel
package import SourceTrees

/// What a user may set. The command line wins over the configuration file.
package struct LinterOptions: Sendable {
  /// The Flux release that all clusters run, as minor ("2.9"); nil to find it out for each cluster.
  package var fluxVersion: FluxVersion?

  package init(fluxVersion: FluxVersion? = nil) { self.fluxVersion = fluxVersion }
}

/// The whole job: a tree in, a report out.
package enum Linter {
  /// Checks `tree` with every rule. Never throws: what cannot be read or decided is part of the report.
  package static func check(_ tree: any SourceTree, options: LinterOptions = LinterOptions()) async -> Report {
    Report(subject: Subject(kind: .directory), files: [], findings: [])
  }
}
