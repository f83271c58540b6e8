internal import SourceTrees

/// The ignore rules of a work tree: `.gitignore` files, `.git/info/exclude` and the user's own list.
final class IgnoreRules {
  private var workTree: DirectoryReader
  /// By directory. The bytes are the key, since `String` takes some different names for the same.
  private var patternsByDirectory: [[UInt8]: [IgnorePattern]] = [:]
  private var ignoredDirectories: [[UInt8]: Bool] = [:]
  /// For the whole work tree, the one that counts more first.
  private let common: [[IgnorePattern]]
  private let ignoresCase: Bool

  init(_ repository: GitRepository, topLevel: String) throws(GitError) {
    let handle = try repository.open()
    let configuration = try Configuration(of: handle, gitDirectory: repository.gitDirectory)
    let ignoresCase = try configuration.flag("core.ignoreCase")
    let userFile = try configuration.path("core.excludesFile")?.value ?? repository.userIgnoreFile
    common = [repository.commonDirectory + "/info/exclude", userFile].compactMap { $0 }
      .map { Self.patterns(in: Self.contents(of: $0), ignoringCase: ignoresCase) }
    self.ignoresCase = ignoresCase
    workTree = try GitError.wrapping { () throws(SourceTreeError) in
      try DirectoryReader(root: topLevel, limit: Self.byteLimit)
    }
  }

  /// Of one file with rules; a longer one counts as empty.
  private static let byteLimit = 1 << 20

  /// Whether a file or directory is ignored, by itself or with a directory above it: a rule with `!` brings back nothing
  /// that lies in an ignored directory.
  func ignores(_ path: String, isDirectory: Bool) -> Bool {
    ignores(path.utf8.split(separator: UInt8(ascii: "/")).map(Array.init)[...], isDirectory: isDirectory)
  }

  private func ignores(_ path: ArraySlice<[UInt8]>, isDirectory: Bool) -> Bool {
    let key = Array(path.joined(separator: [UInt8(ascii: "/")]))
    if isDirectory, let known = ignoredDirectories[key] { return known }
    let parent = path.dropLast()
    let isIgnored =
      !parent.isEmpty && ignores(parent, isDirectory: true) || hasRule(for: path, isDirectory: isDirectory)
    if isDirectory { ignoredDirectories[key] = isIgnored }
    return isIgnored
  }

  /// The nearest file with a matching rule decides, and in it the last such rule (gitignore(5)).
  private func hasRule(for path: ArraySlice<[UInt8]>, isDirectory: Bool) -> Bool {
    let compared = ignoresCase ? path.map(Self.lowercased)[...] : path
    for depth in (0..<path.count).reversed() {
      let patterns = patterns(inDirectory: path.prefix(depth))
      if let rule = patterns.last(where: { $0.matches(compared.dropFirst(depth), isDirectory: isDirectory) }) {
        return !rule.isNegated
      }
    }
    for patterns in common {
      if let rule = patterns.last(where: { $0.matches(compared, isDirectory: isDirectory) }) { return !rule.isNegated }
    }
    return false
  }

  private func patterns(inDirectory directory: ArraySlice<[UInt8]>) -> [IgnorePattern] {
    let file = Array((directory + [Array(".gitignore".utf8)]).joined(separator: [UInt8(ascii: "/")]))
    if let known = patternsByDirectory[file] { return known }
    // A link is not followed, as Git does not; what cannot be read has no rules.
    let entry = TreeEntry(path: String(decoding: file, as: UTF8.self), mode: .regular)
    let patterns = Self.patterns(in: (try? workTree.contents(of: entry)) ?? [], ignoringCase: ignoresCase)
    patternsByDirectory[file] = patterns
    return patterns
  }

  /// A file outside the work tree, where links are the user's own.
  private static func contents(of path: String) -> [UInt8] {
    (try? FileDescriptor(open: path, 0).bytes(atMost: byteLimit, expecting: 4096)) ?? []
  }

  private static func patterns(in text: [UInt8], ignoringCase ignoresCase: Bool) -> [IgnorePattern] {
    let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]
    let text = text.starts(with: byteOrderMark) ? text.dropFirst(byteOrderMark.count) : text[...]
    return text.split(separator: UInt8(ascii: "\n")).compactMap { line in
      let line = line.last == UInt8(ascii: "\r") ? line.dropLast() : line
      return IgnorePattern(line: ignoresCase ? lowercased(line)[...] : line)
    }
  }

  private static func lowercased(_ bytes: some Sequence<UInt8>) -> [UInt8] {
    bytes.map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 }
  }
}
