import FluxGraph
import Manifests
import SourceText
import YAMLSyntax

/// Where the rules of a user are: in `.fluxlint/rules`, and where `rulesDirectories` of the configuration says, in this
/// repository or in one next to it. They are needed before the rest of the configuration, which speaks of them; a mistake
/// in it is said when that is read.
package struct RuleLocations: Sendable {
  package static let usual = ".fluxlint/rules"

  /// From the top of this repository; those of another one begin with `../`.
  package private(set) var directories = [usual]
  /// Those that the configuration names, with the bytes of the entry.
  package private(set) var configured: [(directory: String, bounds: Range<Int>)] = []
  /// The other repositories that they are in.
  package private(set) var checkouts: [RepositoryCheckout] = []

  /// - Parameter configuration: the bytes of the file; nil when there is none.
  package init(_ configuration: [UInt8]?) {
    guard let configuration else { return }
    let parsed = YAMLParser.parse(configuration, file: FileID(0), tree: 0)
    let forest = Forest(trees: [parsed])
    guard let root = parsed.documents.first?.root, let list = forest.value(root, "rulesDirectories") else { return }
    for item in forest.items(list) {
      guard let directory = Self.directory(forest.text(item)) else { continue }
      configured.append((directory, forest.range(item).bounds))
      directories.append(directory)
    }
    let sources = forest.value(root, "sources").map { forest.pairs($0) } ?? []
    for pair in sources {
      guard let path = Self.directory(forest.text(pair.value)), path.hasPrefix("../"),
        directories.contains(where: { RelativePath.isPath($0, inside: path) })
      else { continue }
      checkouts.append(
        RepositoryCheckout(url: forest.text(pair.key), path: path, range: forest.range(pair.value)))
    }
  }

  /// A directory of this repository, or below one next to it, in one form; nil for what is none.
  static func directory(_ text: String) -> String? {
    if text.hasPrefix("../") {
      let parts = text.split(separator: "/")
      return parts.count < 2 || parts.dropFirst().contains("..") || parts.contains(".")
        ? nil : parts.joined(separator: "/")
    }
    return RelativePath.join("", text).flatMap { $0.isEmpty ? nil : $0 }
  }

  /// Whether a file is one of the rules.
  package func contains(_ path: String) -> Bool { path.hasSuffix(".yaml") && isInside(path) }

  /// Whether a file would be one with another ending.
  package func isMisnamed(_ path: String) -> Bool { path.hasSuffix(".yml") && isInside(path) }

  /// Whether a link leads to rules, or is what should be one.
  package func isBehind(_ link: String) -> Bool {
    isInside(link) || directories.contains { RelativePath.isPath($0, inside: link) }
  }

  private func isInside(_ path: String) -> Bool {
    directories.contains { RelativePath.isPath(path, inside: $0) }
  }
}
