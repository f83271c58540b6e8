import SourceText

/// What source-controller leaves out of an artifact (fluxcd/pkg `artifact/storage/archive.go`, `sourceignore`).
///
/// All `.sourceignore` files count, each for its own directory; as soon as there is one pattern the default list is off,
/// and only Git's own files stay out. The last pattern that fits decides, and a `!` pattern takes a file back in even
/// below a directory that is left out, unlike Git's.
package struct SourceIgnore: Sendable {
  package static let fileName = ".sourceignore"

  private var patterns: [SourceIgnorePattern]
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
    patterns = lists.compactMap { SourceIgnorePattern(Array($0.utf8)[...], directory: "") } + own
  }

  /// Whether a file is left out.
  package func ignores(_ path: String) -> Bool {
    // Nearly every path of a tree without patterns is settled by a look at its bytes.
    if usesDefaults, !Self.mayFitDefaults(path) { return false }
    let components = path.utf8.split(separator: UInt8(ascii: "/")).map { Array($0) }
    for pattern in patterns.reversed() where pattern.matches(components[...]) { return !pattern.isNegated }
    return false
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
    let components = path.utf8.split(separator: UInt8(ascii: "/")).map { Array($0) }
    var isEmpty = true
    var last: (pattern: SourceIgnorePattern, line: Line)?
    func read(_ text: [UInt8], of origin: Line.Origin, in directory: String) {
      for (number, line) in text.split(separator: 0x0A, omittingEmptySubsequences: false).enumerated() {
        guard let pattern = SourceIgnorePattern(line, directory: directory) else { continue }
        if origin != .defaults { isEmpty = false }
        guard pattern.matches(components[...]) else { continue }
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

/// One line of a `.sourceignore` file, as go-git's `plumbing/format/gitignore` reads it.
struct SourceIgnorePattern: Sendable {
  private(set) var isNegated = false
  /// A trailing slash: fits directories, and so everything below them.
  private var isDirectory = false
  /// The components of the directory the file is in.
  private let domain: [[UInt8]]
  private let segments: [[UInt8]]
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
    domain = directory.utf8.split(separator: UInt8(ascii: "/")).map { Array($0) }
    isRooted = line.contains(UInt8(ascii: "/"))
    segments = line.split(separator: UInt8(ascii: "/")).map { Array($0) }
    if segments.isEmpty { return nil }
  }

  /// Whether the pattern fits a file or one of the directories it is in.
  func matches(_ path: ArraySlice<[UInt8]>) -> Bool {
    guard path.count > domain.count, path.prefix(domain.count).elementsEqual(domain) else { return false }
    let path = path.dropFirst(domain.count)
    if isRooted { return matchesRooted(path) }
    let candidates = isDirectory ? path.dropLast() : path
    return candidates.contains { Glob.matches(segments[0][...], $0[...]) }
  }

  private func matchesRooted(_ path: ArraySlice<[UInt8]>) -> Bool {
    var path = path
    var isMatched = false
    var crosses = false
    for (index, segment) in segments.enumerated() {
      if segment == [UInt8(ascii: "*"), UInt8(ascii: "*")] {
        if index == segments.count - 1 { break }
        crosses = true
        continue
      }
      guard !path.isEmpty else { return false }
      if crosses {
        crosses = false
        isMatched = false
        while let component = path.popFirst() {
          if Glob.matches(segment[...], component[...]) {
            isMatched = true
            break
          }
        }
      } else {
        guard let component = path.popFirst(), Glob.matches(segment[...], component[...]) else { return false }
        isMatched = true
        if path.isEmpty, index < segments.count - 1 { isMatched = false }
      }
    }
    if isDirectory, path.isEmpty { return false }
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
