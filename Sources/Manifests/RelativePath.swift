/// Paths inside a tree are strings: relative to its top, `/`-separated, "" for the top itself.
///
/// They are taken apart byte by byte: a `/` is never part of another character, and finding characters is slow.
package enum RelativePath {
  private static let slash = UInt8(ascii: "/")

  /// Joins and cleans lexically, as Go's `path.Join`. Nil when the result would leave the tree.
  package static func join(_ base: String, _ path: String) -> String? {
    if isClean(path) { return base.isEmpty ? path : "\(base)/\(path)" }
    if case .some(let joined) = climbed(from: base, path) { return joined }
    var components = components(of: base)
    for part in Self.components(of: path) {
      if part == "." { continue }
      if part == ".." {
        if components.isEmpty { return nil }
        components.removeLast()
      } else {
        components.append(part)
      }
    }
    return components.joined(separator: "/")
  }

  /// What nearly all paths are joined by: `../` and `./` in front of what is clean, without taking anything apart.
  ///
  /// - Returns: nil for any other path, and one that is nil when the result would leave the tree.
  private static func climbed(from base: String, _ path: String) -> String?? {
    guard base.isEmpty || isClean(base) else { return nil }
    var rest = path.utf8[...]
    var top = base.utf8[...]
    while rest.first == UInt8(ascii: ".") {
      let name = rest.prefix { $0 != slash }
      guard name.count == 1 || name.count == 2 && name.last == UInt8(ascii: ".") else { return nil }
      if name.count == 2 {
        if top.isEmpty { return .some(nil) }
        top = top.lastIndex(of: slash).map { top[..<$0] } ?? top[..<top.startIndex]
      }
      rest = rest[name.endIndex...]
      if rest.first == slash { rest = rest.dropFirst() }
    }
    if rest.last == slash { rest = rest.dropLast() }
    guard rest.isEmpty || isClean(rest) else { return nil }
    if top.isEmpty || rest.isEmpty { return String(Substring(top.isEmpty ? rest : top)) }
    return "\(Substring(top))/\(Substring(rest))"
  }

  /// Whether there is nothing to clean in a relative path: no component is empty or begins with a dot.
  private static func isClean(_ path: String) -> Bool { isClean(path.utf8[...]) }

  private static func isClean(_ path: Substring.UTF8View) -> Bool {
    var isStart = true
    for byte in path {
      if isStart, byte == UInt8(ascii: ".") || byte == slash { return false }
      isStart = byte == slash
    }
    return !isStart
  }

  /// As `spec.path` is resolved by the controllers: `..` is clamped at the top, not refused
  /// (securejoin in kustomize-controller `internal/controller/kustomization_controller.go`).
  package static func clamped(_ path: String) -> String {
    if path.isEmpty || isClean(path) { return path }
    var components: [Substring] = []
    for part in Self.components(of: path) where part != "." {
      if part == ".." { _ = components.popLast() } else { components.append(part) }
    }
    return components.joined(separator: "/")
  }

  /// Without empty ones.
  private static func components(of path: String) -> [Substring] {
    path.utf8.split(separator: slash, omittingEmptySubsequences: true).map { Substring($0) }
  }

  /// The directory that holds `path`.
  package static func parent(of path: String) -> String {
    path.utf8.lastIndex(of: slash).map { String(path[..<$0]) } ?? ""
  }

  /// The last component.
  package static func name(of path: String) -> String {
    path.utf8.lastIndex(of: slash).map { String(path[path.utf8.index(after: $0)...]) } ?? path
  }

  /// Whether `path` is `directory` or lies below it.
  package static func isPath(_ path: String, inside directory: String) -> Bool {
    guard !directory.isEmpty else { return true }
    guard path.utf8.starts(with: directory.utf8) else { return false }
    let rest = path.utf8.dropFirst(directory.utf8.count)
    return rest.isEmpty || rest.first == slash
  }
}
