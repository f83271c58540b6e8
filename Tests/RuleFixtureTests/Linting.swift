import Diagnostics
import Linting
import RuleCatalogue
import RuleFiles
import Sessions
import SourceText
import SourceTrees

/// The findings of `tree` in the form of the rule files, in report order.
///
/// - Parameters:
///   - base: what it is compared with.
///   - rule: one that runs, whatever its tier.
func findings(
  in tree: any SourceTree, base: (any SourceTree)? = nil, enabling rule: RuleFile? = nil
) async throws -> [ExpectedFinding] {
  let choice = RuleChoice(enabled: rule.map { [$0.id.name] } ?? [], withPreview: rule?.status == .preview)
  var options = LinterOptions(rules: choice)
  options.base = base.map { BaseTree($0) }
  return lines(of: try await Linter.check(tree, options: options))
}

func lines(of report: Report) -> [ExpectedFinding] {
  report.findings.map { finding in
    let file = report.files[Int(finding.range.file.index)]
    let place = LineIndex(file.bytes).position(of: Int(finding.range.lowerBound), in: file.bytes)
    return ExpectedFinding(
      path: file.path, line: place.line, column: place.column, severity: finding.severity.rawValue,
      rule: finding.rule.name, message: finding.message)
  }
}

/// What differs, a line each: `-` is expected and missing, `+` is reported and not expected. Empty when all is well.
func difference(_ actual: [ExpectedFinding], _ expected: [ExpectedFinding]) -> String {
  var rest = actual
  var lines: [String] = []
  for wanted in expected {
    if let index = rest.firstIndex(where: wanted.matches) {
      rest.remove(at: index)
    } else {
      lines.append("- \(wanted)")
    }
  }
  return (lines + rest.map { "+ \($0)" }).joined(separator: "\n")
}
