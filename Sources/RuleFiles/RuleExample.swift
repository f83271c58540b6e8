/// A small repository and what the rule finds in it.
package struct RuleExample: Hashable, Sendable {
  /// Kebab case, without `bad-` or `good-`.
  package var name: String
  package var isBad: Bool
  /// `path:line:column: severity: rule: part of the message`, in report order; empty for a good one. Findings of the rule
  /// itself are all listed, of other rules only those that matter.
  package var expected: [ExpectedFinding]
  package var files: [ExampleFile]
  /// The files of the revision that is compared with; nil for an example of one revision.
  package var base: [ExampleFile]?

  package init(
    name: String, isBad: Bool, expected: [ExpectedFinding], files: [ExampleFile], base: [ExampleFile]? = nil
  ) {
    self.name = name
    self.isBad = isBad
    self.expected = expected
    self.files = files
    self.base = base
  }

  /// `bad-misspelt-name`.
  package var fullName: String { (isBad ? "bad-" : "good-") + name }

  /// The text of the file at `path`.
  package func text(of path: String) -> String? { files.first { $0.path == path }?.text }
}

/// A file of an example.
package struct ExampleFile: Hashable, Sendable {
  package var path: String
  package var text: String

  package init(path: String, text: String) {
    self.path = path
    self.text = text
  }
}

/// A finding that an example must have.
package struct ExpectedFinding: Hashable, Sendable, CustomStringConvertible {
  package var path: String
  /// From 1; the column counts code points.
  package var line: Int
  package var column: Int
  package var severity: String
  package var rule: String
  /// A part of the message.
  package var message: String

  package init(path: String, line: Int, column: Int, severity: String, rule: String, message: String) {
    self.path = path
    self.line = line
    self.column = column
    self.severity = severity
    self.rule = rule
    self.message = message
  }

  /// Nil when `text` has another form.
  package init?(_ text: String) {
    let fields = text.split(separator: ": ", maxSplits: 3)
    guard fields.count == 4 else { return nil }
    let place = fields[0].split(separator: ":")
    guard place.count == 3, let line = Int(place[1]), let column = Int(place[2]) else { return nil }
    self.init(
      path: String(place[0]), line: line, column: column, severity: String(fields[1]), rule: String(fields[2]),
      message: String(fields[3]))
  }

  package var description: String { "\(path):\(line):\(column): \(severity): \(rule): \(message)" }

  /// Whether `actual` is this finding: all the same, and its message contains this one.
  package func matches(_ actual: ExpectedFinding) -> Bool {
    var actual = actual
    guard actual.message.contains(message) else { return false }
    actual.message = message
    return self == actual
  }
}

extension RuleExample {
  /// What differs from the findings of a run, a line each: `-` is expected and missing, `+` is reported and not
  /// expected. Empty when all is well. Findings of other rules than `rule` are only looked at when they are expected.
  package func difference(from actual: [ExpectedFinding], rule: String) -> [String] {
    var rest = actual
    var lines: [String] = []
    for wanted in expected {
      if let index = rest.firstIndex(where: wanted.matches) {
        rest.remove(at: index)
      } else {
        lines.append("- \(wanted)")
      }
    }
    return lines + rest.filter { $0.rule == rule }.map { "+ \($0)" }
  }
}
