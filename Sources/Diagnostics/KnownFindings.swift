import SourceText

/// Findings of an earlier time, to tell which of today's are new: those of another revision, or of a baseline.
///
/// Each known one accounts for one finding of the same fingerprint. Of several, those in the same file are taken first,
/// so that a new finding elsewhere is the new one, and a file that is renamed has none.
package struct KnownFindings: Sendable {
  package struct Entry: Hashable, Sendable {
    package var fingerprint: Fingerprint
    /// Of the file that the finding is in.
    package var path: String

    package init(fingerprint: Fingerprint, path: String) {
      self.fingerprint = fingerprint
      self.path = path
    }
  }

  /// How many findings there were of each kind and place.
  package private(set) var counts: [Entry: Int] = [:]

  package init() {}

  /// Those of a report.
  package init(_ report: Report) {
    for finding in report.findings { add(report.entry(of: finding)) }
  }

  package mutating func add(_ entry: Entry, count: Int = 1) { counts[entry, default: 0] += count }

  /// Whether each finding of a report was known, in its order; what is left then accounts for nothing any more.
  package mutating func match(_ report: Report) -> [Bool] { match(report.findings.map(report.entry)) }

  /// The same for a report whose entries were written down one for each object: a finding that stands for several is
  /// known when all of them are.
  package mutating func matchObjects(of report: Report) -> [Bool] {
    let parts = report.findings.map { report.parts(of: $0) }
    let flat = parts.flatMap(\.self)
    var isKnown = match(flat.map(\.entry))
    // Who stood alone may be one of several now, and the other way round.
    let open = flat.indices.compactMap { index in isKnown[index] ? nil : flat[index].other.map { (index, $0) } }
    for ((index, _), isFound) in zip(open, match(open.map(\.1))) where isFound { isKnown[index] = true }
    var rest = isKnown[...]
    return parts.map { part in
      defer { rest = rest.dropFirst(part.count) }
      return rest.prefix(part.count).allSatisfy(\.self)
    }
  }

  package mutating func match(_ entries: [Entry]) -> [Bool] {
    var isKnown = entries.map { take($0) }
    var elsewhere: [Fingerprint: [Entry]] = [:]
    for entry in counts.keys { elsewhere[entry.fingerprint, default: []].append(entry) }
    for index in entries.indices where !isKnown[index] {
      // Which one goes is seen in what is left, so it has to be the same one in every run.
      guard let others = elsewhere[entries[index].fingerprint],
        let other = others.filter({ counts[$0] != nil }).min(by: { $0.path < $1.path })
      else { continue }
      isKnown[index] = take(other)
    }
    return isKnown
  }

  private mutating func take(_ entry: Entry) -> Bool {
    guard let count = counts[entry] else { return false }
    counts[entry] = count > 1 ? count - 1 : nil
    return true
  }
}

/// What findings of one rule have in common that stand for several objects, whichever of these is told first.
private struct Cause: Hashable {
  var rule: RuleID
  /// The facts that are texts: lists and numbers follow from the objects.
  var facts: [String: String]

  init(_ finding: Finding) {
    rule = finding.rule
    facts = finding.data.compactMapValues { fact in
      if case .string(let text) = fact { text } else { nil }
    }
  }
}

extension Report {
  /// Whether an earlier report has each finding, too, in their order.
  ///
  /// One that stands for several objects is known when all of them were there for the same cause: which of them comes
  /// first, and so its fingerprint, changes with other files.
  package func isKnown(from old: Report) -> [Bool] {
    var groups: [Cause: Set<String>] = [:]
    for finding in old.findings where finding.objects.count > 1 {
      groups[Cause(finding), default: []].formUnion(finding.objects)
    }
    var known = KnownFindings(old)
    return zip(findings, known.match(self)).map { finding, isKnown in
      let names = finding.objects.isEmpty ? [finding.object?.displayName].compactMap(\.self) : finding.objects
      let isInGroup = !names.isEmpty && groups[Cause(finding)]?.isSuperset(of: names) ?? false
      return isInGroup || isKnown && finding.objects.count <= 1
    }
  }

  /// What is written down of a finding so that it is known later: itself, or each object that it stands for, for which of
  /// them there are, and which comes first, changes with other files.
  package func entries(of finding: Finding) -> [KnownFindings.Entry] { parts(of: finding).map(\.entry) }

  /// The same, each with the other form that it may have been written down in.
  fileprivate func parts(of finding: Finding) -> [(entry: KnownFindings.Entry, other: KnownFindings.Entry?)] {
    let whole = entry(of: finding)
    func part(_ name: String) -> KnownFindings.Entry {
      KnownFindings.Entry(fingerprint: Fingerprint(of: finding, for: name), path: whole.path)
    }
    let name = finding.object?.displayName
    if finding.objects.count <= 1 { return [(whole, name.map(part))] }
    return finding.objects.map { (part($0), $0 == name ? whole : nil) }
  }

  /// What a finding is known by.
  package func entry(of finding: Finding) -> KnownFindings.Entry {
    let number = Int(finding.range.file.index)
    return KnownFindings.Entry(
      fingerprint: fingerprint(of: finding), path: files.indices.contains(number) ? files[number].path : "")
  }
}
