package import CEL

/// What must be so of the fields of an object before a rule in expressions can say anything about it.
///
/// Most rules ask first whether a field is there at all. With that known the rule need not run, and many rules ask for the
/// same few fields.
package struct FieldConditions: Hashable, Sendable {
  package struct Condition: Hashable, Sendable {
    /// The field, by the keys that lead to it from the object.
    package var path: [String]
    /// Whether it has to be there, or has to be absent.
    package var isThere: Bool
    /// How many of the keys have to be there for the condition to say something.
    package var known: Int
  }

  /// Each must hold.
  package var all: [Condition]

  /// - Parameters:
  ///   - programs: those of the check's `decidingTexts`.
  ///   - failsSilently: whether an expression that fails says nothing.
  package init(of check: ExpressionCheck, _ programs: [Program], failsSilently: Bool) {
    let rule = Deciding(check, programs, failsSilently: failsSilently)
    let paths = programs.reduce(into: Set<[String]>()) {
      $0.formUnion($1.paths(of: RuleEnvironment.Slot.object.rawValue))
    }
    .filter { $0.allSatisfy(Self.canBeWritten) }
    let unlessThere = paths.filter { rule.isSilent(about: $0, isThere: false) }
    let whenThere = paths.filter { rule.isSilent(about: $0, isThere: true) }
    // What asks for a field asks for those on the way to it.
    let needed = unlessThere.filter { path in !unlessThere.contains { $0.count > path.count && $0.starts(with: path) } }
    let barred = whenThere.filter { path in !whenThere.contains { $0.count < path.count && path.starts(with: $0) } }
    let conditions =
      needed.map { path in
        let known = path.indices.last { !unlessThere.contains(Array(path[...$0])) }
        return Condition(path: path, isThere: true, known: known.map { $0 + 1 } ?? 0)
      } + barred.map { Condition(path: $0, isThere: false, known: 0) }
    all = conditions.sorted {
      ($0.isThere ? 0 : 1, $0.path.joined(separator: "\n")) < ($1.isThere ? 0 : 1, $1.path.joined(separator: "\n"))
    }
  }

  // MARK: As a text in the source of the program

  private static func canBeWritten(_ key: String) -> Bool { !key.utf8.contains { $0 < 0x20 } }

  /// A line for each: a sign, how many keys must be there, and the keys, with a tab before each.
  package var text: String {
    all.map { "\($0.isThere ? "+" : "-")\($0.known)\t\($0.path.joined(separator: "\t"))" }.joined(separator: "\n")
  }

  /// Such a text, which is read when a rule is asked for.
  package struct Written: Hashable, Sendable {
    fileprivate let text: StaticString

    init(_ text: StaticString) { self.text = text }

    package static func == (lhs: Written, rhs: Written) -> Bool { lhs.text.utf8Start == rhs.text.utf8Start }
    package func hash(into hasher: inout Hasher) { hasher.combine(text.utf8Start) }
  }

  package init(_ written: Written) {
    all = written.text.withUTF8Buffer { bytes in
      bytes.split(separator: UInt8(ascii: "\n")).compactMap { line in
        let parts = line.split(separator: UInt8(ascii: "\t"), omittingEmptySubsequences: false)
          .map { String(decoding: $0, as: UTF8.self) }
        guard let sign = parts[0].utf8.first, let known = Int(parts[0].dropFirst()), parts.count > 1 else { return nil }
        return Condition(path: Array(parts.dropFirst()), isThere: sign == UInt8(ascii: "+"), known: known)
      }
    }
  }
}

/// What decides in a rule whether there is a finding.
private struct Deciding {
  let names: [Program]
  var when: Program?
  var each: Program?
  var assertion: Program?
  let failsSilently: Bool

  init(_ check: ExpressionCheck, _ programs: [Program], failsSilently: Bool) {
    var rest = programs[...]
    names = check.bindings.compactMap { _ in rest.popFirst() }
    when = check.when.flatMap { _ in rest.popFirst() }
    each = check.each.flatMap { _ in rest.popFirst() }
    assertion = rest.popFirst()
    self.failsSilently = failsSilently
  }

  /// Whether the rule says nothing about an object that has a field, or has none, where all that leads to it is there.
  func isSilent(about path: [String], isThere: Bool) -> Bool {
    let forecast = Forecast(
      variable: RuleEnvironment.Slot.object.rawValue, path: path, isThere: isThere,
      names: (RuleEnvironment.Slot.allCases.count, names))
    if let when {
      let ends = forecast.ends(of: when)
      if ends == .isFalse || failsSilently && !ends.contains(.isTrue) { return true }
      if !failsSilently, !ends.isSubset(of: [.isTrue, .isFalse]) { return false }
    }
    if let each {
      if forecast.isEmptyList(each) { return true }
      let ends = forecast.ends(of: each)
      if ends == .fails { return failsSilently }
      if !failsSilently { return false }
    }
    guard let assertion else { return false }
    return forecast.ends(of: assertion).isSubset(of: failsSilently ? [.isTrue, .fails] : .isTrue)
  }
}
