import Kustomize
import Manifests
import SourceText
import YAMLSyntax

/// Lines of files, each file indexed once.
final class SourcePlaces {
  private let sources: SourceSet
  private var indexes: [FileID: LineIndex] = [:]

  init(_ sources: SourceSet) { self.sources = sources }

  func path(of range: SourceRange) -> String { sources.path(of: range.file) }

  /// One-based.
  func line(of range: SourceRange) -> Int { index(of: range.file).line(containing: Int(range.lowerBound)) + 1 }

  /// `path:line`
  func place(of range: SourceRange) -> String { "\(path(of: range)):\(line(of: range))" }

  /// `path:line:column`
  func position(of range: SourceRange) -> String {
    let position = index(of: range.file).position(of: Int(range.lowerBound), in: sources.bytes(of: range.file))
    return "\(path(of: range)):\(position.line):\(position.column)"
  }

  private func index(of file: FileID) -> LineIndex {
    if let known = indexes[file] { return known }
    let index = LineIndex(sources.bytes(of: file))
    indexes[file] = index
    return index
  }
}

/// Where the parts of a built object are written.
struct Provenance {
  private let object: BuiltObject
  private let forest: Forest
  private let places: SourcePlaces

  init(of object: BuiltObject, in forest: Forest, _ places: SourcePlaces) {
    self.object = object
    self.forest = forest
    self.places = places
  }

  /// Where the object was first written, then what changed it, oldest first.
  var heading: [String] {
    [places.place(of: object.origin)] + object.modifiers.map { "\($0.kind.rawValue): \(places.place(of: $0.range))" }
  }

  /// The place of a value from another file than the object's first one; nil for any other.
  func note(_ ref: NodeRef) -> String? {
    let range = forest[ref].range
    return range.file == object.origin.file ? nil : places.place(of: range)
  }

  /// All values that `note` has a place for, by their JSON pointers (RFC 6901) and in the order of these.
  func fields() -> [(path: String, range: SourceRange)] {
    var result: [(path: String, range: SourceRange)] = []
    var nodesLeft = Self.nodeLimit
    collect(object.root, path: "", into: &result, &nodesLeft)
    return result.sorted { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) }
  }

  /// Aliases make a small text a large one.
  private static let nodeLimit = 4_000_000

  private func collect(
    _ ref: NodeRef, path: String, into result: inout [(path: String, range: SourceRange)], _ nodesLeft: inout Int
  ) {
    nodesLeft -= 1
    guard nodesLeft > 0 else { return }
    if forest.count(ref) == 0 {
      let range = forest[ref].range
      if range.file != object.origin.file { result.append((path, range)) }
      return
    }
    for (index, item) in forest.items(ref).enumerated() {
      collect(item, path: "\(path)/\(index)", into: &result, &nodesLeft)
    }
    for pair in forest.pairs(ref) {
      let key = forest.text(pair.key).split(separator: "~", omittingEmptySubsequences: false).joined(separator: "~0")
        .split(separator: "/", omittingEmptySubsequences: false).joined(separator: "~1")
      collect(pair.value, path: "\(path)/\(key)", into: &result, &nodesLeft)
    }
  }
}
