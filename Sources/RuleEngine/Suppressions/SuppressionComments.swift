import RuleCatalogue
import SourceText
import YAMLSyntax

/// Reads the comments of one file: `# fluxlint: ignore[rule] until=2027-03-01 reason` and its like.
struct SuppressionComments {
  /// A comment that says what it must, and the bytes that it is about.
  typealias Directive = (terms: SuppressionTerms, place: SourceRange, comment: SourceRange)

  private(set) var directives: [Directive] = []
  private(set) var malformed: [Suppressions.Malformed] = []
  private let rules: KnownRules
  private let lines: LineIndex
  private let bytes: [UInt8]
  /// Lines with nothing but a comment.
  private var commentLines: Set<Int> = []
  /// Blocks that have begun and not ended.
  private var open: [(terms: SuppressionTerms, comment: Comment)] = []

  init(_ comments: [Comment], bytes: [UInt8], _ rules: KnownRules) {
    self.rules = rules
    self.bytes = bytes
    lines = LineIndex(bytes)
    for comment in comments where comment.isAlone { commentLines.insert(line(of: comment)) }
    for comment in comments { add(comment) }
    for block in open {
      complain(
        block.comment, "no 'ignore-end' follows", help: "write '# fluxlint: ignore-end' behind what it is about")
    }
  }

  private func line(of comment: Comment) -> Int { lines.line(containing: Int(comment.range.lowerBound)) }

  private mutating func add(_ comment: Comment) {
    var text = Substring(comment.text).drop { $0 == "#" || $0 == " " || $0 == "\t" }
    guard text.hasPrefix("fluxlint:") else { return }
    text = text.dropFirst("fluxlint:".count).drop { $0 == " " }
    let word = text.prefix { $0 == "-" || ($0.isASCII && $0.isLetter) }
    text = text.dropFirst(word.count)
    if word == "ignore-end" {
      guard let block = open.popLast() else {
        return complain(comment, "no 'ignore-start' is before it", help: "remove it, or begin the block")
      }
      let place = SourceRange(
        file: comment.range.file, Int(block.comment.range.lowerBound)..<comment.range.bounds.upperBound)
      return directives.append((block.terms, place, block.comment.range))
    }
    guard ["ignore", "ignore-next", "ignore-start", "ignore-file"].contains(word) else {
      return complain(
        comment, "'\(word)' is no directive of fluxlint",
        help:
          "write 'ignore', 'ignore-next', 'ignore-start', 'ignore-end' or 'ignore-file', as in 'fluxlint: ignore[rule]'"
      )
    }
    guard text.first == "[", let end = text.firstIndex(of: "]") else {
      return complain(
        comment, "'\(word)' names no rule",
        help: "name the rules in brackets: 'fluxlint: \(word)[rule-name] reason'")
    }
    let terms = SuppressionTerms(names: text[..<end].dropFirst(), rest: text[end...].dropFirst(), rules)
    for mistake in terms.mistakes { complain(comment, mistake.message, help: mistake.help) }
    guard !terms.rules.isEmpty else { return }
    switch word {
    case "ignore-start": open.append((terms, comment))
    case "ignore-file":
      directives.append((terms, SourceRange(file: comment.range.file, 0..<(bytes.count + 1)), comment.range))
    default: directives.append((terms, place(of: comment, isNext: word == "ignore-next"), comment.range))
    }
  }

  /// The line of a comment; of one that stands alone the next line that is no comment.
  private func place(of comment: Comment, isNext: Bool) -> SourceRange {
    let own = line(of: comment)
    var last = own
    if isNext || comment.isAlone {
      last += 1
      while commentLines.contains(last) { last += 1 }
    }
    let end = last + 1 < lines.count ? Int(lines.starts[last + 1]) : bytes.count + 1
    let start = isNext ? Int(comment.range.upperBound) : Int(lines.starts[own])
    return SourceRange(file: comment.range.file, start..<max(start, end))
  }

  private mutating func complain(_ comment: Comment, _ message: String, help: String) {
    malformed.append(.init(message: message, range: comment.range, label: "suppresses nothing", help: help))
  }
}
