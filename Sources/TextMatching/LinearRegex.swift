/// Regular expressions of the RE2 kind, matched in time proportional to pattern and text, whatever either is.
///
/// The syntax is that of Go's `regexp` (https://github.com/google/re2/wiki/Syntax): classes with Perl, POSIX and Unicode
/// names, groups with and without names, lazy repetitions, the flags `i m s U`, `\Q…\E`. Look-around and back references
/// are errors, as they are there. Where several matches begin at one place, the first alternative wins.
package struct LinearRegex: Sendable {
  /// The pattern as it was given.
  package let source: String
  let program: [RegexInstruction]
  let classes: [ScalarClass]
  /// The names of the groups that capture, the whole match not counted; empty for a group without a name.
  package let groupNames: [String]
  /// The bytes that every match begins with, as far as a search can skip to them.
  let prefix: [UInt8]
  private let states: RegexStates?

  package struct Failure: Error, Hashable, Sendable {
    /// What is wrong with the pattern, in lower case without a final stop.
    package var reason: String
    /// Whether it is a limit of this reader, and the pattern may be one to others.
    package var isLimit = false
  }

  /// One match: byte ranges of the whole and of each group that took part.
  package struct Match: Sendable {
    package var range: Range<Int>
    package var groups: [Range<Int>?]
  }

  package init(_ pattern: String) throws(Failure) {
    source = pattern
    var parser = RegexParser(pattern)
    let node = try parser.parse()
    var compiler = RegexCompiler()
    try compiler.compile(node)
    program = compiler.program + [.match]
    classes = compiler.classes
    groupNames = parser.groupNames
    prefix = RegexCompiler.literalPrefix(of: node)
    states = RegexStates(program)
  }

  /// How many groups capture, the whole match not counted.
  package var groupCount: Int { groupNames.count }

  /// A measure of the work for each byte of a text.
  package var weight: Int { program.count }

  /// Whether the whole text matches, as `^(?:pattern)$` does.
  package func matchesWhole(_ text: String) -> Bool {
    var text = text
    return text.withUTF8 { matchesWhole($0) }
  }

  /// Whether the whole text matches, as `^(?:pattern)$` does.
  package func matchesWhole(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
    if let states, !text.isEmpty { return states.matches(text, self, isWhole: true) }
    var machine = RegexMachine(self, text, captures: false)
    return machine.run(from: 0, isAnchored: true, endsAtEnd: true) != nil
  }

  /// Whether some part of the text matches.
  package func matchesPart(_ text: String) -> Bool {
    var text = text
    return text.withUTF8 { matchesPart($0) }
  }

  /// Whether some part of the text matches.
  package func matchesPart(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
    if let states, !text.isEmpty { return states.matches(text, self, isWhole: false) }
    var machine = RegexMachine(self, text, captures: false)
    return machine.run(from: 0, isAnchored: false, endsAtEnd: false) != nil
  }

  /// The leftmost match at or behind a byte.
  package func firstMatch(in text: UnsafeBufferPointer<UInt8>, from start: Int = 0) -> Match? {
    var machine = RegexMachine(self, text, captures: true)
    return machine.run(from: start, isAnchored: false, endsAtEnd: false)
  }

  /// The matches that do not overlap, as Go's `FindAll` gives them: no empty one right behind another. All without a limit.
  package func matches(in text: UnsafeBufferPointer<UInt8>, limit: Int = .max) -> [Match] {
    var result: [Match] = []
    var machine = RegexMachine(self, text, captures: true)
    var (position, previousEnd) = (0, -1)
    while result.count < limit, position <= text.count,
      let match = machine.run(from: position, isAnchored: false, endsAtEnd: false)
    {
      var isAccepted = true
      if match.range.upperBound == position {
        isAccepted = match.range.lowerBound != previousEnd
        position = position < text.count ? position + text.scalar(at: position).width : text.count + 1
      } else {
        position = match.range.upperBound
      }
      previousEnd = match.range.upperBound
      if isAccepted { result.append(match) }
    }
    return result
  }
}
