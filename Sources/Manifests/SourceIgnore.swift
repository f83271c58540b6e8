import SourceText

/// What source-controller leaves out of an artifact (fluxcd/pkg `artifact/storage/archive.go`, `sourceignore`).
///
/// All `.sourceignore` files count, each for its own directory; as soon as there is one pattern the default list is off,
/// and only Git's own files stay out. The last pattern that fits decides, and a `!` pattern takes a file back in even
/// below a directory that is left out, unlike Git's.
package struct SourceIgnore: Sendable {
  package static let fileName = ".sourceignore"

  /// The last one first.
  private let patterns: [SourceIgnorePattern]
  private let usesDefaults: Bool

  /// - Parameters:
  ///   - files: the `.sourceignore` files of a tree: the directory of each and its text.
  ///   - spec: `spec.ignore` of the source, whose patterns come last.
  package init(files: [(directory: String, text: [UInt8])], spec: [UInt8] = []) {
    var own: [SourceIgnorePattern] = []
    for file in files.sorted(by: { $0.directory < $1.directory }) + [(directory: "", text: spec)] {
      for line in file.text.split(separator: 0x0A) {
        if let pattern = SourceIgnorePattern(line, directory: file.directory) { own.append(pattern) }
      }
    }
    usesDefaults = own.isEmpty
    let lists = own.isEmpty ? Self.gitFiles + Self.defaults : Self.gitFiles
    patterns = (lists.compactMap { SourceIgnorePattern(Array($0.utf8)[...], directory: "") } + own).reversed()
  }

  /// Whether a file is left out.
  package func ignores(_ path: String) -> Bool {
    // Nearly every path of a tree without patterns is settled by a look at its bytes.
    if usesDefaults, !Self.mayFitDefaults(path) { return false }
    var path = path
    return path.withUTF8 { bytes in
      let path = SplitPath(bytes)
      for pattern in patterns where pattern.matches(path) { return !pattern.isNegated }
      return false
    }
  }

  /// Whether a text has a pattern, so that the default list is off.
  package static func hasPattern(_ text: String) -> Bool {
    text.utf8.split(separator: 0x0A).contains { SourceIgnorePattern(Array($0)[...], directory: "") != nil }
  }

  /// The default pattern that leaves a file out where there is no other one; nil when none does.
  package static func defaultPattern(leavingOut path: String) -> String? {
    mayFitDefaults(path) ? line(leavingOut: path, files: [], spec: [])?.text : nil
  }

  /// The line that leaves a file out: the last one that fits it.
  package struct Line: Hashable, Sendable {
    package enum Origin: Hashable, Sendable {
      /// A `.sourceignore` file, by its path.
      case file(String)
      /// `spec.ignore` of the source.
      case spec
      /// What is left out where there is no pattern at all, and Git's own files.
      case defaults
    }
    package var origin: Origin
    /// Counted from 0 in its text.
    package var number: Int
    package var text: String
  }

  /// Why a file is not in the artifact; nil when no pattern leaves it out. For messages: it reads all patterns anew.
  package static func line(
    leavingOut path: String, files: [(directory: String, text: [UInt8])], spec: [UInt8]
  ) -> Line? {
    var path = path
    return path.withUTF8 { line(leavingOut: SplitPath($0), files: files, spec: spec) }
  }

  private static func line(
    leavingOut path: SplitPath, files: [(directory: String, text: [UInt8])], spec: [UInt8]
  ) -> Line? {
    var isEmpty = true
    var last: (pattern: SourceIgnorePattern, line: Line)?
    func read(_ text: [UInt8], of origin: Line.Origin, in directory: String) {
      for (number, line) in text.split(separator: 0x0A, omittingEmptySubsequences: false).enumerated() {
        guard let pattern = SourceIgnorePattern(line, directory: directory) else { continue }
        if origin != .defaults { isEmpty = false }
        guard pattern.matches(path) else { continue }
        let text = String(decoding: line, as: UTF8.self).trimmingSpaces
        last = (pattern, Line(origin: origin, number: number, text: text))
      }
    }
    read(Array(gitFiles.joined(separator: "\n").utf8), of: .defaults, in: "")
    for file in files.sorted(by: { $0.directory < $1.directory }) {
      let name = file.directory.isEmpty ? fileName : "\(file.directory)/\(fileName)"
      read(file.text, of: .file(name), in: file.directory)
    }
    read(spec, of: .spec, in: "")
    if isEmpty { read(Array(defaults.joined(separator: "\n").utf8), of: .defaults, in: "") }
    return last.flatMap { $0.pattern.isNegated ? nil : $0.line }
  }

  private static let gitFiles = [".git/", ".gitignore", ".gitmodules", ".gitattributes"]
  private static let defaults = [
    "*.jpg", "*.jpeg", "*.gif", "*.png", "*.wmv", "*.flv", "*.tar.gz", "*.zip",
    ".github/", ".circleci/", ".travis.yml", ".gitlab-ci.yml", "appveyor.yml", ".drone.yml", "cloudbuild.yaml",
    "codeship-services.yml", "codeship-steps.yml", "**/.goreleaser.yml", "**/.sops.yaml", "**/.flux.yaml",
  ]

  /// No default pattern fits a path without a component that begins with `.`, `a` or `c`, unless it is no YAML.
  private static func mayFitDefaults(_ path: String) -> Bool {
    var isStart = true
    var last: UInt8 = 0
    for byte in path.utf8 {
      if isStart, byte == UInt8(ascii: ".") { return true }
      if isStart { last = byte }
      isStart = byte == UInt8(ascii: "/")
    }
    guard path.hasSuffix(".yaml") || path.hasSuffix(".yml") else { return true }
    return last == UInt8(ascii: "a") || last == UInt8(ascii: "c")
  }
}

/// The components of a path, where they lie.
struct SplitPath {
  let bytes: UnsafeBufferPointer<UInt8>
  private(set) var components: [Range<Int>] = []

  init(_ bytes: UnsafeBufferPointer<UInt8>) {
    self.bytes = bytes
    components.reserveCapacity(8)
    var start = 0
    for index in 0...bytes.count where index == bytes.count || bytes[index] == UInt8(ascii: "/") {
      if index > start { components.append(start..<index) }
      start = index + 1
    }
  }
}

/// One line of a `.sourceignore` file, as go-git's `plumbing/format/gitignore` reads it.
struct SourceIgnorePattern: Sendable {
  private(set) var isNegated = false
  /// A trailing slash: fits directories, and so everything below them.
  private var isDirectory = false
  /// The components of the directory the file is in.
  private let domain: [PathGlob]
  private let segments: [PathGlob]
  /// A slash within: the segments are matched from the start; else one segment fits a component anywhere.
  private let isRooted: Bool

  /// Nil for an empty line and a comment.
  init?(_ line: ArraySlice<UInt8>, directory: String) {
    var line = line
    while let last = line.last, last == 0x20 || last == 0x0D { line = line.dropLast() }
    guard let first = line.first, first != UInt8(ascii: "#") else { return nil }
    if first == UInt8(ascii: "!") {
      isNegated = true
      line = line.dropFirst()
    }
    if line.last == UInt8(ascii: "/") {
      isDirectory = true
      line = line.dropLast()
    }
    guard !line.isEmpty else { return nil }
    domain = directory.utf8.split(separator: UInt8(ascii: "/")).map { .literal(Array($0)) }
    isRooted = line.contains(UInt8(ascii: "/"))
    segments = line.split(separator: UInt8(ascii: "/")).map { PathGlob($0) }
    if segments.isEmpty { return nil }
  }

  /// Whether the pattern fits a file or one of the directories it is in.
  func matches(_ path: SplitPath) -> Bool {
    guard path.components.count > domain.count else { return false }
    for (index, segment) in domain.enumerated() where !segment.matches(path, index) { return false }
    if isRooted { return matchesRooted(path) }
    let end = isDirectory ? path.components.count - 1 : path.components.count
    for index in domain.count..<max(domain.count, end) where segments[0].matches(path, index) { return true }
    return false
  }

  private func matchesRooted(_ path: SplitPath) -> Bool {
    let end = path.components.count
    var next = domain.count
    var isMatched = false
    var crosses = false
    for (index, segment) in segments.enumerated() {
      if case .anyDepth = segment {
        if index == segments.count - 1 { break }
        crosses = true
        continue
      }
      guard next < end else { return false }
      if crosses {
        crosses = false
        isMatched = false
        while next < end, !isMatched {
          isMatched = segment.matches(path, next)
          next += 1
        }
      } else {
        guard segment.matches(path, next) else { return false }
        next += 1
        isMatched = next < end || index == segments.count - 1
      }
    }
    if isDirectory, next == end { return false }
    return isMatched
  }
}

extension String {
  /// Without spaces and carriage returns at its ends.
  fileprivate var trimmingSpaces: String {
    let isSpace: (Character) -> Bool = { $0 == " " || $0 == "\r" || $0 == "\t" }
    return String(drop(while: isSpace).reversed().drop(while: isSpace).reversed())
  }
}

/// A pattern for one component. Nearly all are such that a comparison of bytes decides.
private enum PathGlob {
  case anyDepth
  case literal([UInt8])
  /// `*` and this.
  case suffix([UInt8])
  /// This and `*`.
  case prefix([UInt8])
  case pattern([UInt8])

  init(_ pattern: ArraySlice<UInt8>) {
    let star = UInt8(ascii: "*")
    func isLiteral(_ bytes: ArraySlice<UInt8>) -> Bool {
      !bytes.contains { $0 == star || $0 == UInt8(ascii: "?") || $0 == UInt8(ascii: "[") || $0 == UInt8(ascii: "\\") }
    }
    if pattern.elementsEqual([star, star]) {
      self = .anyDepth
    } else if isLiteral(pattern) {
      self = .literal(Array(pattern))
    } else if pattern.first == star, isLiteral(pattern.dropFirst()) {
      self = .suffix(Array(pattern.dropFirst()))
    } else if pattern.last == star, isLiteral(pattern.dropLast()) {
      self = .prefix(Array(pattern.dropLast()))
    } else {
      self = .pattern(Array(pattern))
    }
  }

  /// Whether it fits a component of a path.
  func matches(_ path: SplitPath, _ index: Int) -> Bool {
    let range = path.components[index]
    switch self {
    // Where it stands for a component it is two stars side by side.
    case .anyDepth: return true
    case .literal(let bytes): return range.count == bytes.count && Self.isEqual(bytes, path.bytes, at: range.lowerBound)
    case .suffix(let bytes):
      return range.count >= bytes.count && Self.isEqual(bytes, path.bytes, at: range.upperBound - bytes.count)
    case .prefix(let bytes): return range.count >= bytes.count && Self.isEqual(bytes, path.bytes, at: range.lowerBound)
    case .pattern(let bytes): return Glob.matches(bytes[...], Array(path.bytes[range])[...])
    }
  }

  private static func isEqual(_ bytes: [UInt8], _ text: UnsafeBufferPointer<UInt8>, at start: Int) -> Bool {
    for index in bytes.indices where text[start + index] != bytes[index] { return false }
    return true
  }
}
