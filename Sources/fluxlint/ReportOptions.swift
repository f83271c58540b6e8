import ArgumentParser
import CommandFailures
import Commands
import Diagnostics
import Reporters
import Sessions
import TextEdits

/// How the report of a check is written, and where to.
struct ReportOptions: ParsableArguments {
  @Option(name: .shortAndLong, help: "How the report on standard output is written.")
  var format: ReportFormat = .text

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp(
      """
      Write a report in a format of its own to a file, at once or not at all; may be repeated. Without 'format=' the \
      file takes the place of standard output.
      """, valueName: "[format=]file"),
    completion: .file())
  var output: [ReportOutput] = []

  @Option(help: "What findings are put together by in text.")
  var groupBy: ReportGrouping = .rule

  @Option(
    help: ArgumentHelp(
      "Which findings are for people to see where something is compared; JSON, SARIF and GitLab get all.",
      valueName: "new|all"))
  var show: ShownFindings = .new

  @Option(
    help: ArgumentHelp("Show so many findings of one rule in text; the others are counted.", valueName: "n"))
  var maxPerRule: Int?

  @Flag(help: "List what is suppressed, with the reason, in text, JSON and SARIF.")
  var showSuppressed = false

  @Flag(help: "Count the findings of each rule instead of showing them.")
  var statistics = false

  @Flag(name: .shortAndLong, help: "Show notes, every finding in full, and all that was not checked.")
  var verbose = false

  @Flag(name: .shortAndLong, help: "Say nothing but the findings.")
  var quiet = false

  @Option(help: "Colours in text.")
  var color: ColorMode = .auto

  func validate() throws {
    var paths: Set<String> = []
    for file in output {
      if let format = file.formatMeant {
        throw ValidationError(
          """
          no format '\(file.path.prefix { $0 != "=" })'; did you mean '\(format.rawValue)'? a file of that name is \
          './\(file.path)'
          """)
      }
      try OutputPath.validate(file.path, instead: "--format \((file.format ?? format).rawValue)")
    }
    for file in output where !paths.insert(file.path).inserted {
      throw ValidationError("two reports would go to '\(file.path)'; give one of them another file")
    }
    if let maxPerRule, maxPerRule < 1 { throw ValidationError("--max-per-rule needs a number from 1 on") }
    if statistics, verbose { throw ValidationError("--statistics and --verbose exclude each other; give one of them") }
    if statistics || groupBy != .rule, format != .text {
      throw ValidationError("\(statistics ? "--statistics" : "--group-by") is for --format text")
    }
  }

  /// The formats of all reports, that of standard output last.
  private var formats: [ReportFormat] {
    output.map { $0.format ?? format } + (output.contains { $0.format == nil } ? [] : [format])
  }

  /// Whether some report says what was not checked, and why.
  var saysWhatIsNotChecked: Bool { !statistics && formats.contains(where: \.saysWhatIsNotChecked) }

  /// Writes all reports on `outcome`, files first: who sees the text can rely on them.
  func write(_ outcome: CheckOutcome) throws(CommandFailure) {
    let report = outcome.report
    var style = ReportStyle()
    style.detail = statistics ? .statistics : verbose ? .full : .usual
    style.grouping = groupBy
    style.hasSummary = !quiet
    style.showsOlder = show == .all
    style.limit = maxPerRule
    style.showsSuppressed = showSuppressed
    style.failOn = outcome.failOn
    style.rules = outcome.rules
    style.color = color == .always
    let fileStyle = style
    do {
      try OutputFile.save(
        output.map { file in
          (file.path, { [format] in report.write(as: file.format ?? format, fileStyle, to: $0) })
        })
    } catch {
      throw .output(error, others: output.count - 1)
    }
    // The check is done, whether or not the page of the run can show it.
    do { try writeJobSummary(of: report, style) } catch {
      Terminal.talk("cannot write the summary of the job to '\(error.path)': \(error.reason)")
    }
    if output.contains(where: { $0.format == nil }) {
      if !quiet { Terminal.talk(report.shown(in: format, style).summary) }
      return
    }
    style.color = Terminal.usesColor(color)
    style.width = Terminal.isInteractive() ? Terminal.width : nil
    style.linkBase = Terminal.linkBase(to: outcome.topDirectory)
    Terminal.write { report.write(as: format, style, to: $0) }
    if format == .concise, !quiet { Terminal.talk(report.shown(in: format, style).summary) }
  }

  /// GitHub shows what is behind the others in this file on the page of the run.
  private func writeJobSummary(of report: Report, _ style: ReportStyle) throws(OutputFileError) {
    guard format == .github || output.contains(where: { $0.format == .github }),
      let path = Terminal.environment["GITHUB_STEP_SUMMARY"], !path.isEmpty
    else { return }
    try OutputFile.append(to: path) { report.write(as: .markdown, style, to: $0) }
  }
}

/// Where a file is written.
enum OutputPath {
  /// Refuses what names no file.
  ///
  /// - Parameter option: what writes the same to standard output.
  static func validate(_ path: String, instead option: String) throws {
    if path.isEmpty { throw ValidationError("--output needs a file") }
    if path == "-" {
      throw ValidationError("'-' is no file; for standard output use \(option), for a file of that name './-'")
    }
  }
}

/// What people see of findings that were there before.
enum ShownFindings: String, CaseIterable, ExpressibleByArgument {
  case new
  case all
}

extension ReportFormat: ExpressibleByArgument {}
extension ReportGrouping: ExpressibleByArgument {}
extension ColorMode: ExpressibleByArgument {}

extension ReportOutput: ExpressibleByArgument {
  init?(argument: String) { self.init(argument) }
}
