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

  /// Parts are separated by `/`, which may stand before the first one too; `\/` is a slash in a name. Byte by byte, for
  /// the built-in specs are read at every start.
  private static func parts(of path: String) -> [Part] {
    var parts: [Part] = []
    var name: [UInt8] = []
    func close() {
      let isList = name.count >= 2 && name.suffix(2) == [UInt8(ascii: "["), UInt8(ascii: "]")]
      parts.append(Part(name: String(decoding: isList ? name.dropLast(2) : name[...], as: UTF8.self), isList: isList))
      name.removeAll(keepingCapacity: true)
    }
    let slash = UInt8(ascii: "/")
    let backslash = UInt8(ascii: "\\")
    var isEscaped = false
    for byte in path.utf8.first == slash ? path.utf8.dropFirst() : path.utf8[...] {
      if isEscaped {
        if byte != slash { name.append(backslash) }
        name.append(byte)
        isEscaped = false
      } else if byte == backslash {
        isEscaped = true
      } else if byte == slash {
        close()
      } else {
        name.append(byte)
      }
    }
    if isEscaped { name.append(backslash) }
    close()
    return parts
  }

  /// The path as it is written in a configuration file.
  var pathText: String {
    path.map { part in
      let name =
        part.name.utf8.contains(UInt8(ascii: "/"))
        ? part.name.split(separator: "/", omittingEmptySubsequences: false).joined(separator: #"\/"#) : part.name
      return part.isList ? name + "[]" : name
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
      // Upstream looks a number up as the index of a list, also where there is none.
      guard Int(part.name) == nil, part.name != "-" else {
        throw MergeFailure(
          message: "the path of a field has the index '\(part.name)' below a mapping, expected a name",
          range: forest.range(node))
      }
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
