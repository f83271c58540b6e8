/// Paths inside a tree are strings: relative to its top, `/`-separated, "" for the top itself.
package enum RelativePath {
  /// Joins and cleans lexically, as Go's `path.Join`. Nil when the result would leave the tree.
  package static func join(_ base: String, _ path: String) -> String? {
    if isClean(path) { return base.isEmpty ? path : "\(base)/\(path)" }
    var components = base.split(separator: "/", omittingEmptySubsequences: true)
    for part in path.split(separator: "/", omittingEmptySubsequences: true) {
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

  /// Whether there is nothing to clean in a relative path: no component is empty or begins with a dot.
  private static func isClean(_ path: String) -> Bool {
    var isStart = true
    for byte in path.utf8 {
      if isStart, byte == UInt8(ascii: ".") || byte == UInt8(ascii: "/") { return false }
      isStart = byte == UInt8(ascii: "/")
    }
    return !isStart
  }

  /// As `spec.path` is resolved by the controllers: `..` is clamped at the top, not refused
  /// (securejoin in kustomize-controller `internal/controller/kustomization_controller.go`).
  package static func clamped(_ path: String) -> String {
    var components: [Substring] = []
    for part in path.split(separator: "/", omittingEmptySubsequences: true) where part != "." {
      if part == ".." { _ = components.popLast() } else { components.append(part) }
    }
    return components.joined(separator: "/")
  }

  /// The directory that holds `path`.
  package static func parent(of path: String) -> String {
    path.lastIndex(of: "/").map { String(path[..<$0]) } ?? ""
  }

  /// The last component.
  package static func name(of path: String) -> String {
    path.lastIndex(of: "/").map { String(path[path.index(after: $0)...]) } ?? path
  }

  /// Whether `path` is `directory` or lies below it.
  package static func isPath(_ path: String, inside directory: String) -> Bool {
    directory.isEmpty || path == directory || path.hasPrefix(directory + "/")
  }
}
