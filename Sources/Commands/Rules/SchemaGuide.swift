package import CommandFailures
import RuleEngine
import Schemas
import YAMLSyntax

/// What the API server takes, for people: `fluxlint schema KIND[.field]`.
package enum SchemaGuide {
  /// The text for one kind, or for a field of it.
  ///
  /// - Parameter subject: `HelmRelease`, `helmrelease.spec.install` or `helm.toolkit.fluxcd.io/v2/HelmRelease`.
  package static func page(of subject: String) throws(CommandFailure) -> String {
    var table = SchemaTable()
    let (kinds, path) = try find(subject, table)
    var result = ""
    var failure: CommandFailure?
    for kind in kinds {
      guard let release = kind.releases.last else { continue }
      let found: (names: [String], schema: Schema, isRequired: Bool)
      do throws(CommandFailure) {
        found = try follow(path, kind, table.schema(release))
      } catch {
        // Of kinds with one name another may have the field.
        failure = failure ?? removal(of: path, kind, error, &table) ?? error
        continue
      }
      let (names, schema, isRequired) = found
      let own = since(names, kind, &table)
      if !result.isEmpty { result += "\n" }
      result += "\(kind.kind), \(kind.apiVersion)\(releases(kind))\n"
      if !names.isEmpty { result += "\(names.fieldText): " }
      result += words(schema) + (isRequired ? ", required" : "") + (own.map { ", from Flux 2.\($0) on" } ?? "") + "\n"
      for rule in schema.rules { result += "  rule: \(rule.message.isEmpty ? rule.expression : rule.message)\n" }
      let inner = schema.kind == .array ? schema.items ?? schema : schema
      let entry = schema.kind == .array ? ["[]"] : []
      let width = inner.fields.map(\.name.count).max() ?? 0
      for field in inner.fields
      where !names.isEmpty || !["apiVersion", "kind", "metadata", "status"].contains(field.name) {
        var line = "  \(field.name)\(String(repeating: " ", count: width - field.name.count))  \(words(field.schema))"
        if field.isRequired { line += ", required" }
        if let since = since(names + entry + [field.name], kind, &table), since != own {
          line += ", from Flux 2.\(since) on"
        }
        result += line + "\n"
      }
    }
    if let failure, result.isEmpty { throw failure }
    return result
  }

  /// The schema at the end of a way through fields, their names, and whether the last of them has to be there.
  private static func follow(
    _ path: [String], _ kind: SchemaTable.Kind, _ top: Schema
  ) throws(CommandFailure) -> ([String], Schema, isRequired: Bool) {
    var schema = top
    var names: [String] = []
    var isRequired = false
    for name in path {
      // An entry of a list is meant where people name the list.
      while schema.kind == .array, name != "[]", let items = schema.items {
        names.append("[]")
        schema = items
      }
      let parent = kind.kind + (names.isEmpty ? "" : "." + names.fieldText)
      guard let next = schema.member(name) else {
        if name == "[]" { throw .noEntries(parent: parent, what: schema.kind.words) }
        if schema.fields.isEmpty { throw .noFields(parent: parent, what: schema.kind.words) }
        throw .unknownField(
          name, parent: parent, suggestion: Suggestion.nearest(to: name, in: schema.fields.map(\.name)))
      }
      names.append(name)
      isRequired = schema.field(name)?.isRequired ?? false
      schema = next
    }
    return (names, schema, isRequired)
  }

  /// What became of a field that an older version of the kind has; nil where none has it.
  private static func removal(
    of path: [String], _ kind: SchemaTable.Kind, _ failure: CommandFailure, _ table: inout SchemaTable
  ) -> CommandFailure? {
    guard case .unknownField(let name, let parent, let suggestion) = failure, suggestion == nil else { return nil }
    let older = table.kinds.filter { $0.group == kind.group && $0.kind == kind.kind && $0.version != kind.version }
    for other in older.sorted(by: { rank($0) > rank($1) }) {
      guard let release = other.releases.last,
        (try? follow(path, other, table.schema(release))) != nil
      else { continue }
      let until = release.until < SchemaTable.newestMinor ? "2.\(release.until)" : nil
      return .removedField(
        name, parent: parent, apiVersion: other.apiVersion, until: until, hint: FieldHints.removed[name])
    }
    return nil
  }

  /// Kinds of a name, the newest version of each group, and the names of the fields that follow.
  private static func find(
    _ subject: String, _ table: SchemaTable
  ) throws(CommandFailure) -> ([SchemaTable.Kind], [String]) {
    let all = table.kinds.filter { $0.group != "meta" }
    let slashes = subject.split(separator: "/", omittingEmptySubsequences: false)
    let parts = (slashes.last ?? "").split(separator: ".").map(String.init)
    let name = (parts.first ?? "").lowercased()
    var found = all.filter { $0.kind.lowercased() == name || $0.kind.lowercased() + "s" == name }
    if slashes.count > 1, !found.isEmpty {
      let version = slashes.dropLast().joined(separator: "/")
      let known = found.map(\.apiVersion)
      let kind = found[0].kind
      found = found.filter { [$0.apiVersion, $0.version, $0.group].contains(version) }
      if found.isEmpty { throw .unknownVersion(version, kind: kind, known: known) }
    } else {
      var newest: [String: SchemaTable.Kind] = [:]
      // A version without a suffix comes after those with one.
      for kind in found {
        guard let known = newest[kind.group] else {
          newest[kind.group] = kind
          continue
        }
        if rank(kind) > rank(known) { newest[kind.group] = kind }
      }
      found = newest.values.sorted { $0.group < $1.group }
    }
    guard !found.isEmpty else {
      let kinds = Set(all.map(\.kind)).sorted()
      throw .unknownKind(
        parts.first ?? "",
        suggestion: Suggestion.nearest(to: parts.first ?? "", in: kinds)
          ?? kinds.first { $0.lowercased() == Suggestion.nearest(to: name, in: kinds.map { $0.lowercased() }) })
    }
    return (found, parts.dropFirst().flatMap(steps))
  }

  private static func rank(_ kind: SchemaTable.Kind) -> (Int, Int, String) {
    (
      kind.releases.last?.until ?? 0, kind.version.contains("a") ? kind.version.contains("beta") ? 1 : 0 : 2,
      kind.version
    )
  }

  /// `patches[]` and `patches[0]` are the field and its entries.
  private static func steps(_ part: String) -> [String] {
    guard part.last == "]", let start = part.firstIndex(of: "[") else { return [part] }
    let entries = part[start...].split(separator: "[")
    return [String(part[..<start])] + entries.map { _ in "[]" }
  }

  private static func releases(_ kind: SchemaTable.Kind) -> String {
    guard let first = kind.releases.first, let last = kind.releases.last, last.until < SchemaTable.openEnd else {
      return ""
    }
    let until = last.until < 9 ? " to 2.\(last.until)" : " on"
    return ", from Flux 2.\(first.since)\(until)"
  }

  /// The release that brought a field, where that is not the first of the version.
  private static func since(_ path: [String], _ kind: SchemaTable.Kind, _ table: inout SchemaTable) -> Int? {
    guard let first = kind.releases.first, first.until < SchemaTable.openEnd else { return nil }
    for release in kind.releases {
      var schema: Schema? = table.schema(release)
      for name in path { schema = schema?.member(name) }
      if schema != nil { return release.since == first.since ? nil : release.since }
    }
    return nil
  }

  private static func words(_ schema: Schema) -> String {
    var text =
      switch schema.kind {
      case .array: "list of \(schema.items.map { plain($0) } ?? "anything")"
      case .object where schema.fields.isEmpty && schema.values != nil:
        "map of \(schema.values.map { plain($0) } ?? "anything")"
      default: plain(schema)
      }
    let limits = schema.limits
    if !limits.allowed.isEmpty {
      text +=
        ", one of "
        + limits.allowed.map { value in if case .string(let text) = value { "'\(text)'" } else { "\(json(value))" } }
        .joined(separator: ", ")
    }
    if let value = limits.defaultText { text += ", default \(value)" }
    if let pattern = limits.pattern { text += ", matches '\(pattern)'" }
    if let least = limits.minimum { text += ", at least \(Int(exactly: least).map(String.init) ?? "\(least)")" }
    if let most = limits.maximum { text += ", at most \(Int(exactly: most).map(String.init) ?? "\(most)")" }
    if let most = limits.maxLength { text += ", at most \(most) characters" }
    return text
  }

  private static func plain(_ schema: Schema) -> String {
    switch schema.kind {
    case .any: "anything"
    case .object: schema.isOpen && schema.fields.isEmpty ? "object of any fields" : "object"
    case .array: "lists"
    case .string: "string"
    case .integer: "integer"
    case .number: "number"
    case .boolean: "boolean"
    case .intOrString: "integer or string"
    case .quantity: "quantity"
    case .metadata: "metadata"
    }
  }

  private static func json(_ value: ScalarValue) -> String {
    switch value {
    case .integer(let number): "\(number)"
    case .unsigned(let number): "\(number)"
    case .float(let number): "\(number)"
    case .boolean(let value): "\(value)"
    case .string(let text): text
    case .null: "null"
    }
  }
}
