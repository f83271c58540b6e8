import Diagnostics
import SourceText

/// One finding as lines of text: headline, frames, notes, clusters, help.
struct FindingText {
  private(set) var lines: [ShownLine] = []

  private let style: TextStyle
  /// Columns of the line numbers.
  private let gutter: Int

  /// Code is cut to this width when that of the terminal is not known.
  private static let defaultWidth = 120

  init(_ finding: Finding, _ texts: SourceTexts, clusterCount: Int, style: TextStyle) {
    self.style = style
    let plan = FramePlan(finding, texts)
    let lastLine = plan.frames.joined().map { FramePlan.line(of: $0, texts) }.max() ?? 0
    gutter = max(2, String(lastLine + 1).utf8.count)

    let severity = finding.severity.paint
    lines +=
      Paragraph(
        [
          ShownLine.Span("\(finding.severity.rawValue)[\(finding.rule.name)]", severity),
          ShownLine.Span(finding.tier == .default ? "" : " (\(finding.tier.rawValue))", .dim), ShownLine.Span(":"),
        ],
        finding.message, .bold, indent: 3, style: style
      ).lines
    for (index, frame) in plan.frames.enumerated() {
      let place = texts.place(of: frame[0].range)
      let revision = texts.file(frame[0].range.file).isOfBase ? " of the base" : ""
      let text = "\(place.path):\(place.start.line):\(place.start.column)\(revision)"
      if index > 0 { append([bar()]) }
      appendPlace(
        index == 0
          ? ShownLine.Span(own: "--> ", text, .dim, linkTo: place.path)
          : ShownLine.Span(own: "::: ", text, .dim, linkTo: place.path))
      append([bar()])
      let columns = max(20, (style.width ?? Self.defaultWidth) - gutter - 3)
      append(CodeFrame(frame, texts, severity: severity, columns: columns))
    }
    if plan.omitted > 0 {
      append([bar()])
      appendPlace(ShownLine.Span(own: "::: ", "and \(counted(plan.omitted, "more place"))", .dim))
    }
    let facts = facts(of: finding, clusterCount: clusterCount)
    if !facts.isEmpty { append([bar()]) }
    for (name, text) in facts { appendFact(name, text) }
  }

  private mutating func append(_ spans: [ShownLine.Span]) {
    var line = ShownLine(style: style)
    line.add(spans)
    lines.append(line)
  }

  private mutating func append(_ frame: CodeFrame) {
    for row in frame.rows {
      if row.isGap {
        append([ShownLine.Span("...", .dim)])
      } else {
        append([bar(row.number)] + (row.spans.isEmpty ? [] : [ShownLine.Span(" ")] + row.spans))
      }
    }
  }

  /// The gutter of a row, with the number of its line if it is one of code.
  private func bar(_ number: Int? = nil) -> ShownLine.Span {
    let digits = number.map(String.init) ?? ""
    return ShownLine.Span(String(repeating: " ", count: gutter - digits.utf8.count) + digits + " |", .dim)
  }

  private mutating func appendPlace(_ place: ShownLine.Span) {
    append([ShownLine.Span(String(repeating: " ", count: gutter)), place])
  }

  private func facts(of finding: Finding, clusterCount: Int) -> [(name: String, text: String)] {
    var facts = finding.notes.map { (name: "note", text: $0) }
    if let clusters = finding.clusterNames(of: clusterCount) { facts.append(("in", clusters)) }
    if let help = finding.help { facts.append(("help", help)) }
    return facts
  }

  /// Appends `   = name: text`.
  private mutating func appendFact(_ name: String, _ text: String) {
    let indent = String(repeating: " ", count: gutter + 1)
    lines +=
      Paragraph(
        [ShownLine.Span(indent), ShownLine.Span("=", .dim), ShownLine.Span(" "), ShownLine.Span("\(name):", .bold)],
        text, indent: gutter + 1 + 2 + name.utf8.count + 1, style: style
      ).lines
  }
}

extension Finding {
  /// The clusters it holds for, as a reader wants to know them: nil when the report is about one cluster only (`count`),
  /// or when it holds for none in particular.
  func clusterNames(of count: Int) -> String? {
    let shown = 3
    if count <= 1 || clusters.isEmpty { return nil }
    if clusters.count <= shown { return clusters.joined(separator: ", ") }
    if clusters.count == count { return "all \(count) clusters" }
    return clusters.prefix(shown).joined(separator: ", ") + " and \(clusters.count - shown) more"
  }
}

/// `1 file`, `2 files`.
func counted(_ number: Int, _ noun: String) -> String { "\(number) \(noun)\(number == 1 ? "" : "s")" }
