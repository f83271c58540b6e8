package import Diagnostics
package import Manifests
package import SourceText
import YAMLSyntax

/// `# fluxlint: ignore[rule] reason` comments: of a line, of the next line, or of a whole file.
///
/// A comment holds for findings whose own place it covers, and for findings that name a place it covers as related. It
/// must name rules: a comment that silences everything would also silence what nobody has seen yet.
package struct Suppressions: Sendable {
  /// A comment that cannot work.
  package struct Malformed: Hashable, Sendable {
    package var message: String
    package var range: SourceRange
    package var help: String
  }

  package private(set) var malformed: [Malformed] = []
  private var directives: [Directive] = []
  private var lineIndexes: [FileID: LineIndex] = [:]

  private struct Directive: Sendable {
    var rules: [RuleID]
    var file: FileID
    /// Nil for the whole file; zero-based.
    var line: Int?
    var range: SourceRange
    var isUsed = false
  }

  /// Reads the comments of all files that mention fluxlint at all.
  package init(_ sources: SourceSet, ruleNames: [String]) {
    let marker = Array("fluxlint:".utf8)
    for file in sources.files {
      let bytes = sources.bytes(of: file.id)
      guard bytes.firstOffset(of: marker) != nil else { continue }
      let lines = LineIndex(bytes)
      lineIndexes[file.id] = lines
      for comment in sources.comments(of: file.id) {
        add(comment, in: file.id, lines: lines, ruleNames: ruleNames)
      }
    }
  }

  private mutating func add(_ comment: Comment, in file: FileID, lines: LineIndex, ruleNames: [String]) {
    var text = Substring(comment.text).drop { $0 == "#" || $0 == " " || $0 == "\t" }
    guard text.hasPrefix("fluxlint:") else { return }
    text = text.dropFirst("fluxlint:".count).drop { $0 == " " }
    let word = text.prefix { $0 == "-" || ($0.isASCII && $0.isLetter) }
    text = text.dropFirst(word.count)
    let line = lines.line(containing: Int(comment.range.lowerBound))
    let scope: Int?
    switch word {
    case "ignore": scope = line
    case "ignore-next": scope = line + 1
    case "ignore-file": scope = nil
    default:
      malformed.append(
        Malformed(
          message: "'\(word)' is no directive of fluxlint", range: comment.range,
          help: "write 'fluxlint: ignore[rule]', 'ignore-next[rule]' or 'ignore-file[rule]'"))
      return
    }
    guard text.first == "[", let end = text.firstIndex(of: "]") else {
      malformed.append(
        Malformed(
          message: "'\(word)' names no rule", range: comment.range,
          help: "name the rules in brackets: 'fluxlint: \(word)[rule-name] reason'"))
      return
    }
    let names = text[text.index(after: text.startIndex)..<end].split(separator: ",").map { name in
      String(name.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
    }
    for name in names where !ruleNames.contains(name) {
      malformed.append(
        Malformed(
          message: "'\(name)' is no rule", range: comment.range,
          help: Suggestion.nearest(to: name, in: ruleNames).map { "did you mean '\($0)'?" }
            ?? "'fluxlint rules' lists them"))
    }
    let known = names.filter(ruleNames.contains)
    guard !known.isEmpty else { return }
    directives.append(Directive(rules: known.map { RuleID($0) }, file: file, line: scope, range: comment.range))
  }

  // MARK: - Use

  /// Takes out what some comment covers.
  /// - Returns: for each finding itself, or nil where a comment covers it.
  package mutating func apply(to findings: [Finding]) -> [Finding?] {
    guard !directives.isEmpty else { return findings }
    return findings.map { finding in
      let places = [finding.range] + finding.related.map(\.range)
      var isSuppressed = false
      for index in directives.indices where directives[index].rules.contains(finding.rule) {
        if places.contains(where: { covers(directives[index], $0) }) {
          directives[index].isUsed = true
          isSuppressed = true
        }
      }
      return isSuppressed ? nil : finding
    }
  }

  private func covers(_ directive: Directive, _ range: SourceRange) -> Bool {
    guard directive.file == range.file else { return false }
    guard let line = directive.line else { return true }
    return lineIndexes[range.file]?.line(containing: Int(range.lowerBound)) == line
  }

  /// Comments that covered nothing.
  package var unused: [(range: SourceRange, rules: [RuleID])] {
    directives.filter { !$0.isUsed }.map { ($0.range, $0.rules) }
  }
}
