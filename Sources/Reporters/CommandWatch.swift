/// Looks along a line for what the runner of a CI system would take for a command.
///
/// GitHub takes `::` at the beginning of a line, blanks cut off (actions/runner `ActionCommand.TryParseV2`), and `##[`
/// anywhere; Azure takes `##vso[` anywhere (azure-pipelines-agent `Command.TryParse`), TeamCity `##teamcity[`.
struct CommandWatch {
  private enum Start {
    case blank
    /// Blanks and one colon.
    case colon
    case over
  }

  private var start: Start
  /// How many `#` stand before, at most two, with nothing but letters after the second.
  private var hashCount = 0
  private var hasName = false

  /// - Parameter isAtStart: whether nothing stands before in the line.
  init(isAtStart: Bool) { start = isAtStart ? .blank : .over }

  /// Goes on by one character as it is shown. Whether it would make a command of what stands before, and so must be
  /// shown with a backslash.
  mutating func opensCommand(_ scalar: Unicode.Scalar) -> Bool {
    var opens = false
    switch start {
    case .blank: start = scalar == ":" ? .colon : scalar.properties.isWhitespace ? .blank : .over
    case .colon:
      opens = scalar == ":"
      start = .over
    case .over: break
    }
    switch scalar {
    case "#":
      hashCount = hasName ? 1 : min(hashCount + 1, 2)
      hasName = false
    case "a"..."z", "A"..."Z":
      if hashCount == 2 { hasName = true } else { hashCount = 0 }
    case "[":
      if hashCount == 2 { opens = true }
      hashCount = 0
      hasName = false
    default:
      hashCount = 0
      hasName = false
    }
    return opens
  }

  /// Goes on over a text of which every character can be shown as it is, at a glance; else stays and is false.
  mutating func passes(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
    guard hashCount == 0, start != .colon else { return false }
    var isBlank = start == .blank
    for byte in text {
      if byte < 0x20 || byte >= 0x7F || byte == UInt8(ascii: "#") { return false }
      if isBlank, byte != 0x20 {
        if byte == UInt8(ascii: ":") { return false }
        isBlank = false
      }
    }
    start = isBlank ? .blank : .over
    return true
  }
}
