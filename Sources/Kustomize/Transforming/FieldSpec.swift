import SourceText
import YAMLSyntax

/// A place that a transformer writes to, for objects of some kinds (api/types/fieldspec.go).
struct FieldSpec: Hashable, Sendable {
  /// "" fits any group, version or kind.
  var group = ""
  var version = ""
  var kind = ""
  var path: [Part]
  /// Whether parts of the path that are missing are made.
  var creates = false
  /// Where it is written; nil for one that kustomize has built in.
  var range: SourceRange?

  struct Part: Hashable, Sendable {
    var name: String
    /// Written `name[]`: a list that is never made.
    var isList: Bool
  }

  init(_ path: String, group: String = "", version: String = "", kind: String = "", creates: Bool = false) {
    self.group = group
    self.version = version
    self.kind = kind
    self.path = Self.parts(of: path)
    self.creates = creates
  }

  init(path: [Part], kind: String, range: SourceRange) {
    self.path = path
    self.kind = kind
    self.range = range
  }

  /// Parts are separated by `/`, which may stand before the first one too; `\/` is a slash in a name.
  private static func parts(of path: String) -> [Part] {
    let pieces = path.replacing(escapedSlash: "\u{0}").split(separator: "/", omittingEmptySubsequences: false)
    let isRooted = pieces.count > 1 && pieces[0].isEmpty
    return pieces.dropFirst(isRooted ? 1 : 0).map { part in
      let name = part.replacing(placeholder: "\u{0}")
      return name.hasSuffix("[]") ? Part(name: String(name.dropLast(2)), isList: true) : Part(name: name, isList: false)
    }
  }

  /// The path as it is written in a configuration file.
  var pathText: String {
    path.map {
      $0.name.split(separator: "/", omittingEmptySubsequences: false).joined(separator: #"\/"#)
        + ($0.isList ? "[]" : "")
    }
    .joined(separator: "/")
  }

  /// Whether `metadata.name` is the place.
  var isName: Bool { path.count == 2 && path[0].name == "metadata" && path[1].name == "name" }

  /// Whether a selection by the group, version and kind of `other` has the objects of this one in it.
  func isSelected(by other: FieldSpec) -> Bool {
    (other.kind.isEmpty || other.kind == kind) && (other.group.isEmpty || other.group == group)
      && (other.version.isEmpty || other.version == version)
  }

  func fits(_ id: ResourceID) -> Bool {
    (kind.isEmpty || kind == id.kind) && (group.isEmpty || group == id.group)
      && (version.isEmpty || version == id.version)
  }
}

extension String {
  fileprivate func replacing(escapedSlash placeholder: Character) -> String {
    guard contains("\\") else { return self }
    var result = ""
    var isEscaped = false
    for character in self {
      if isEscaped {
        result.append(character == "/" ? placeholder : "\\")
        if character != "/" { result.append(character) }
        isEscaped = false
      } else if character == "\\" {
        isEscaped = true
      } else {
        result.append(character)
      }
    }
    return isEscaped ? result + "\\" : result
  }
}

extension Substring {
  fileprivate func replacing(placeholder: Character) -> String {
    String(map { $0 == placeholder ? "/" : $0 })
  }
}

/// Walks to the place of a field spec and writes there (api/filters/fieldspec/fieldspec.go).
struct FieldWalk {
  let writer: NodeWriter
  /// What is made when the last part is missing; nil makes nothing at all.
  let created: Created?
  let change: Change

  enum Created { case scalar, mapping }

  /// Gets the node that is there, nil for one that has to be made, and returns what to put there.
  typealias Change = (NodeRef?, inout Forest) throws(MergeFailure) -> NodeRef

  /// The object with the change made wherever the path leads.
  func update(
    _ node: NodeRef, at spec: FieldSpec, in forest: inout Forest
  ) throws(MergeFailure) -> NodeRef {
    try update(node, spec.path[...], creates: spec.creates && created != nil, in: &forest)
  }

  private func update(
    _ node: NodeRef, _ path: ArraySlice<FieldSpec.Part>, creates: Bool, in forest: inout Forest
  ) throws(MergeFailure) -> NodeRef {
    guard let part = path.first else { return try change(node, &forest) }
    if forest.isNull(node) { return node }
    switch forest.kind(node) {
    case .sequence:
      var items = Array(forest.items(node))
      var isChanged = false
      for index in items.indices {
        let item = try update(items[index], path, creates: creates, in: &forest)
        if item != items[index] { isChanged = true }
        items[index] = item
      }
      return isChanged ? writer.sequence(items, like: node, in: &forest) : node
    case .mapping:
      guard !part.name.isEmpty else {
        throw MergeFailure(message: "the path of a field has an empty part", range: forest.range(node))
      }
      let child = forest.value(node, key: part.name)
      let makes = creates && !part.isList
      let value: NodeRef
      if let child, !forest.isNull(child) || !makes && !part.isList {
        value = try update(child, path.dropFirst(), creates: creates, in: &forest)
      } else if makes {
        value = try make(path.dropFirst(), at: forest.range(child ?? node), in: &forest)
      } else if let child, part.isList, forest.isNull(child) {
        value = writer.sequence([], at: forest.range(child), in: &forest)
      } else {
        return node
      }
      return value == child ? node : writer.setting(part.name, to: value, in: node, in: &forest)
    case .scalar, .alias:
      throw MergeFailure(
        message: "'\(part.name)' cannot be set below a scalar, expected a mapping or a list",
        range: forest.range(node))
    }
  }

  private func make(
    _ path: ArraySlice<FieldSpec.Part>, at range: SourceRange, in forest: inout Forest
  ) throws(MergeFailure) -> NodeRef {
    guard !path.isEmpty else { return try change(nil, &forest) }
    let empty = writer.mapping([], at: range, in: &forest)
    return try update(empty, path, creates: true, in: &forest)
  }
}
