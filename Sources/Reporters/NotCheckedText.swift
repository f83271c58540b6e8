import Diagnostics
import SourceText

/// What was not checked, in full or in a few words.
enum NotCheckedText {
  /// What is shown of the causes, and of the references that hang on one.
  private static let limits = (causes: 10, references: 3)
  /// How many kinds are named.
  private static let groupLimit = 4

  /// A line for each cause, with the references that hang on it below it.
  static func lines(_ report: Report, _ texts: SourceTexts, _ style: TextStyle) -> [ShownLine] {
    func name(_ range: SourceRange) -> String {
      let place = texts.place(of: range)
      return "\(place.path):\(place.start.line)"
    }
    func titled(_ text: String, _ place: String? = nil) -> [ShownLine] {
      Paragraph(
        [ShownLine.Span("not checked", .bold), ShownLine.Span(":")], text + (place.map { " (\($0))" } ?? ""),
        indent: 3, style: style
      ).lines
    }
    func undecided(_ text: String, _ place: String? = nil) -> ShownLine {
      var line = ShownLine(style: style)
      line.add("  undecided: " + text)
      if let place { line.add(" (\(place))", .dim) }
      return line
    }
    var lines: [ShownLine] = []
    for item in report.notChecked.prefix(limits.causes) {
      let place = (item.range.map(name) ?? item.path).map {
        item.count <= 1 ? $0 : "\($0) and \(counted(item.count - 1, "other place"))"
      }
      lines += titled(item.reason, place)
      for reference in item.references.prefix(limits.references) {
        lines.append(undecided(reference.target, name(reference.range)))
      }
      let rest = item.references.count - limits.references
      if rest > 0 { lines.append(undecided(counted(rest, "other reference"))) }
    }
    let rest = report.notChecked.count - limits.causes
    if rest > 0 { lines += titled("and \(counted(rest, "other reason"))") }
    return lines
  }

  /// The kinds of causes with their numbers, the gravest first: `3 remote bases, 12 objects without a schema`. What
  /// everything is judged by is said in full.
  ///
  /// - Parameter isShort: whether the kinds are not told apart.
  static func groups(of report: Report, isShort: Bool = false) -> String {
    let newer = report.notChecked.filter { $0.kind == newerRelease }
    let others = report.notChecked.filter { $0.kind != newerRelease }
    let count = others.reduce(0) { $0 + $1.count }
    let groups = others.isEmpty ? [] : [isShort ? counted(count, "thing") : Self.groups(of: others)]
    return (newer.map(\.reason) + groups).joined(separator: "; ")
  }

  /// The kind of cause of a release of Flux that came out after this program.
  private static let newerRelease = "newer-release"

  private static func groups(of items: [NotChecked]) -> String {
    var groups: [(noun: Noun, count: Int)] = []
    for item in items {
      let noun = Noun(kind: item.kind)
      if let index = groups.firstIndex(where: { $0.noun.one == noun.one }) {
        groups[index].count += item.count
      } else {
        groups.append((noun, item.count))
      }
    }
    let rest = groups.dropFirst(groupLimit)
    return
      (groups.prefix(groupLimit).map { "\($0.count) \($0.count == 1 ? $0.noun.one : $0.noun.many)" }
      + (rest.isEmpty ? [] : ["\(rest.reduce(0) { $0 + $1.count }) more"])).joined(separator: ", ")
  }

  /// What there is one or more of when something is not checked.
  private struct Noun {
    var one: String
    var many: String

    /// - Parameter kind: as in `NotChecked`; one that is not known here gets a name that is always right.
    init(kind: String) {
      (one, many) =
        switch kind {
        case "source-missing", "other-source", "unknown-path":
          ("Kustomization from elsewhere", "Kustomizations from elsewhere")
        case "build-failed", "not-built": ("Kustomization that is not built", "Kustomizations that are not built")
        case "path-missing": ("Kustomization without its path", "Kustomizations without their path")
        case "remote-base": ("remote base", "remote bases")
        case "template": ("template", "templates")
        case "variables": ("unknown source of variables", "unknown sources of variables")
        case "no-schema": ("object without a schema", "objects without a schema")
        case "not-served": ("object in a version that is not served", "objects in versions that are not served")
        case "no-entry-point", "not-followed": ("part without an entry point", "parts without an entry point")
        case "unread-file", "file": ("unread file", "unread files")
        case "unknown-value": ("unknown value", "unknown values")
        case "unfinished": ("check that was not finished", "checks that were not finished")
        case "unknown-name": ("name with a variable", "names with a variable")
        default: ("other thing", "other things")
        }
    }
  }
}
