package import Diagnostics
package import Manifests
package import RuleCatalogue
package import SourceText
import YAMLSyntax

#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// All that suppresses findings in a repository: comments, annotations and entries of the configuration.
///
/// A comment holds for findings whose own place it covers, and for findings that name a place it covers as related. It
/// must name rules: a comment that silences everything would also silence what nobody has seen yet.
package struct Suppressions: Sendable {
  /// A suppression that does not do what it is there for.
  package struct Malformed: Hashable, Sendable {
    package var message: String
    package var range: SourceRange
    package var label: String
    package var help: String
  }

  /// How suppressions are judged.
  package struct Terms: Sendable {
    /// Seconds since 1970; nil when nobody knows, and then none has ended.
    package var now: Int64?
    package var requiresReason: Bool
    /// Whether two revisions are compared: nothing else tells of objects that are gone.
    package var isCompared: Bool

    package init(now: Int64? = nil, requiresReason: Bool = false, isCompared: Bool = false) {
      self.now = now
      self.requiresReason = requiresReason
      self.isCompared = isCompared
    }
  }

  package private(set) var malformed: [Malformed] = []
  private let isCompared: Bool
  private var all: [Suppression] = []
  private var isUsed: [Bool] = []
  /// By rule, those that are about it; those about all have none.
  private var numbers: [RuleID?: [Int]] = [:]

  /// Reads the files that mention fluxlint at all.
  ///
  /// - Parameter entries: those of the configuration.
  package init(
    _ sources: SourceSet, rules: KnownRules, entries: [IgnoredFindings] = [], terms: Terms = Terms()
  ) {
    isCompared = terms.isCompared
    let marker = Array("fluxlint".utf8)
    for file in sources.files {
      let bytes = sources.bytes(of: file.id)
      guard Self.contains(bytes, marker) else { continue }
      let comments = SuppressionComments(sources.comments(of: file.id), bytes: bytes, rules)
      malformed += comments.malformed
      for (said, place, comment) in comments.directives {
        add(said, .place(place), at: comment, .comment, terms)
      }
      let annotations = SuppressionAnnotations(sources.documents(of: file.id), sources.forest, rules)
      malformed += annotations.malformed
      for (said, object, document, value) in annotations.directives {
        add(said, .object(object, document: document), at: value, .annotation, terms)
      }
    }
    for entry in entries {
      let said = Suppression(
        rules: entry.rules, names: entry.names, scope: .entry(path: entry.path, object: entry.object),
        reason: entry.reason,
        range: entry.range, kind: .configuration)
      add(said, until: entry.until, terms)
    }
    isUsed = [Bool](repeating: false, count: all.count)
    for (number, suppression) in all.enumerated() {
      guard let rules = suppression.rules else {
        numbers[nil, default: []].append(number)
        continue
      }
      for rule in rules { numbers[rule, default: []].append(number) }
    }
  }

  private mutating func add(
    _ said: SuppressionTerms, _ scope: Suppression.Scope, at range: SourceRange, _ kind: Finding.Suppression.Kind,
    _ terms: Terms
  ) {
    add(
      Suppression(
        rules: said.rules, names: said.names, scope: scope, reason: said.reason, range: range, kind: kind),
      until: said.until, terms)
  }

  private mutating func add(_ suppression: Suppression, until: SuppressionDate?, _ terms: Terms) {
    if let until, until.isPast(terms.now) {
      malformed.append(
        Malformed(
          message: "this suppression was good until \(until)", range: suppression.range,
          label: "suppresses nothing any more",
          help: "remove it and what it covered, or give it another day"))
      return
    }
    if terms.requiresReason, suppression.reason.isEmpty {
      malformed.append(
        Malformed(
          message: "this suppression gives no reason", range: suppression.range, label: "says no reason",
          help: "say why, for the next reader; 'requireReason' of .fluxlint.yaml asks for it"))
    }
    all.append(suppression)
  }

  private static func contains(_ bytes: [UInt8], _ needle: [UInt8]) -> Bool {
    guard bytes.count >= needle.count else { return false }
    return bytes.withUnsafeBytes { buffer in
      guard let start = buffer.baseAddress else { return false }
      var offset = 0
      while offset + needle.count <= buffer.count,
        let found = memchr(start + offset, CInt(needle[0]), buffer.count - needle.count + 1 - offset)
      {
        if memcmp(found, needle, needle.count) == 0 { return true }
        offset = UnsafeRawPointer(found) - start + 1
      }
      return false
    }
  }

  // MARK: - Use

  /// Parts what is reported from what is suppressed. Suppressions that cover nothing are reported as well.
  ///
  /// - Parameters:
  ///   - running: the rules that have run.
  ///   - rule: the one that says what is wrong with suppressions; nil when it is off.
  ///   - path: that of a file.
  package mutating func settle(
    _ findings: [Finding], of running: Set<RuleID>, complaints rule: ActiveRule?, path: (FileID) -> String
  ) -> (reported: [Finding], suppressed: [Finding]) {
    var all = findings
    mark(&all, path: path)
    if let rule {
      // An entry may be about what is wrong with comments.
      for ofEntries in [false, true] {
        var sink = rule.sink
        for unused in unused(of: running, ofEntries: ofEntries) {
          sink.report(unused.message, at: unused.range, label: unused.label, help: unused.help)
        }
        var complaints = sink.finish()
        if !ofEntries { mark(&complaints, path: path) }
        all += complaints
      }
    }
    all.sort(by: Finding.inReportOrder)
    return (all.filter { $0.suppression == nil }, all.filter { $0.suppression != nil })
  }

  /// Says of each finding what suppresses it, if something does.
  ///
  /// - Parameter path: that of a file.
  mutating func mark(_ findings: inout [Finding], path: (FileID) -> String) {
    guard !all.isEmpty else { return }
    for index in findings.indices {
      let finding = findings[index]
      // The first that covers it, alone or with those before it.
      var first: Int?
      var covered: Set<Int> = []
      for number in (numbers[finding.rule] ?? []) + (numbers[nil] ?? []) {
        let isWhole: Bool
        switch all[number].coverage(of: finding, path: path(finding.range.file)) {
        case .nothing: continue
        case .whole: isWhole = true
        case .part(let subjects):
          covered.formUnion(subjects)
          isWhole = covered.count == finding.subjects.count
        }
        // Of a finding that several cover, all are used.
        isUsed[number] = true
        if isWhole, first == nil { first = number }
      }
      guard let first else { continue }
      findings[index].suppression = Finding.Suppression(
        kind: all[first].kind, reason: all[first].reason, range: all[first].range)
    }
  }

  /// Suppressions that cover nothing. Of rules that did not run nobody knows.
  ///
  /// - Parameter ofEntries: whether those of the configuration are meant, or those in files.
  func unused(of running: Set<RuleID>, ofEntries: Bool) -> [Malformed] {
    zip(all, isUsed).filter { suppression, isUsed in
      !isUsed && (suppression.kind == .configuration) == ofEntries && isDecided(suppression, running)
    }.map { suppression, _ in Self.unused(suppression) }
  }

  /// Whether all that could have been covered was looked for.
  private func isDecided(_ suppression: Suppression, _ running: Set<RuleID>) -> Bool {
    if let rules = suppression.rules { return running.isSuperset(of: rules) }
    // It may be about an object that is gone.
    guard case .entry(_, .some) = suppression.scope else { return true }
    return isCompared
  }

  private static func unused(_ suppression: Suppression) -> Malformed {
    let (what, help) =
      switch suppression.kind {
      case .comment: ("this comment", "remove it, or put it on the line of the finding")
      case .annotation: ("this annotation", "remove it, or put it on the object of the finding")
      case .configuration, .baseline: ("this entry of 'ignore'", "remove it, or correct what it is about")
      }
    let names =
      suppression.names.isEmpty ? "" : "of \(suppression.names.map { "'\($0)'" }.joined(separator: ", ")) "
    return Malformed(
      message: "\(what) suppresses nothing", range: suppression.range,
      label: "no finding \(names)\(suppression.kind == .comment ? "here" : "there")", help: help)
  }
}
