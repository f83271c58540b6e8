/// Schedules of CronJobs: five fields, or a word such as `@daily` (github.com/robfig/cron/v3 `ParseStandard`, which the API
/// server calls).
package enum CronSchedule {
  /// Whether a schedule can be read. One with a time zone in it (`TZ=`) is refused elsewhere.
  package static func isValid(_ text: String) -> Bool {
    guard !text.hasPrefix("TZ="), !text.hasPrefix("CRON_TZ=") else { return true }
    if text.hasPrefix("@") {
      return words.contains(text)
        || text.hasPrefix(every) && GoDuration.parse(String(text.dropFirst(every.count))) != nil
    }
    let parts = text.split { $0.isWhitespace }
    return parts.count == fields.count && zip(parts, fields).allSatisfy { isValid($0, as: $1) }
  }

  private static let every = "@every "
  private static let words: Set<String> = [
    "@yearly", "@annually", "@monthly", "@weekly", "@daily", "@midnight", "@hourly",
  ]

  private struct Field {
    var values: ClosedRange<Int>
    /// Of the values from the first on.
    var names: [String] = []
  }

  private static let fields = [
    Field(values: 0...59), Field(values: 0...23), Field(values: 1...31),
    Field(
      values: 1...12,
      names: ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]),
    Field(values: 0...6, names: ["sun", "mon", "tue", "wed", "thu", "fri", "sat"]),
  ]

  /// Ranges with commas between them: `*`, `5`, `1-5`, `*/10`, `mon-fri`.
  private static func isValid(_ text: Substring, as field: Field) -> Bool {
    text.split(separator: ",").allSatisfy { range in
      let parts = range.split(separator: "/", omittingEmptySubsequences: false)
      guard parts.count <= 2 else { return false }
      if parts.count == 2, (number(parts[1]) ?? 0) < 1 { return false }
      let ends = parts[0].split(separator: "-", omittingEmptySubsequences: false)
      if ends[0] == "*" || ends[0] == "?" { return true }
      guard ends.count <= 2, let first = value(ends[0], of: field), let last = value(ends[ends.count - 1], of: field)
      else { return false }
      return first <= last && field.values.contains(first) && field.values.contains(last)
    }
  }

  private static func value(_ text: Substring, of field: Field) -> Int? {
    field.names.firstIndex(of: text.lowercased()).map { field.values.lowerBound + $0 } ?? number(text)
  }

  /// A sign in front is taken, as Go does.
  private static func number(_ text: Substring) -> Int? { Int(text).flatMap { $0 < 0 ? nil : $0 } }
}
