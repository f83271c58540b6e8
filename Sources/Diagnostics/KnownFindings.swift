import SourceText

/// Findings of an earlier time, to tell which of today's are new: those of another revision, or of a baseline.
///
/// Each known one accounts for one finding of the same fingerprint. Of several, those in the same file are taken first,
/// so that a new finding elsewhere is the new one, and a file that is renamed has none. What is new is a
/// cause, not one more object that an old one is at fault for: see `Finding.Identity`.
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
    for finding in report.findings {
      for entry in report.entries(of: finding) { add(entry) }
    }
  }

  package mutating func add(_ entry: Entry, count: Int = 1) { counts[entry, default: 0] += count }

  /// What was known of a finding.
  package struct Match: Equatable, Sendable {
    package var isKnown: Bool
    /// The objects that make it new where others of it were known.
    package var joined: [ObjectReference] = []
  }

  /// Whether each finding of a report was known, in its order; what is left then accounts for nothing any more.
  package mutating func match(_ report: Report) -> [Match] {
    let parts = report.findings.map(report.entries)
    var rest = match(parts.flatMap(\.self))[...]
    return zip(report.findings, parts).map { finding, part in
      defer { rest = rest.dropFirst(part.count) }
      let isKnown = rest.prefix(part.count)
      let isAny = isKnown.contains(true)
      if finding.identity != .everyObject || isKnown.allSatisfy(\.self) { return Match(isKnown: isAny) }
      return Match(isKnown: false, joined: isAny ? zip(finding.objects, isKnown).filter { !$1 }.map(\.0) : [])
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

extension Report {
  /// What an earlier report has of each finding, in their order.
  package func matches(from old: Report) -> [KnownFindings.Match] {
    var known = KnownFindings(old)
    return known.match(self)
  }

  /// What a finding is known by later: its cause, or each object that it stands for, for which of them there are, and which
  /// comes first, changes with other files.
  package func entries(of finding: Finding) -> [KnownFindings.Entry] {
    let number = Int(finding.range.file.index)
    let path = files.indices.contains(number) ? files[number].path : ""
    let isWhole = finding.identity == .cause || finding.objects.isEmpty
    let objects = isWhole ? [finding.object] : finding.objects.map(Optional.some)
    return objects.map {
      KnownFindings.Entry(fingerprint: Fingerprint(of: finding, for: $0, in: files), path: path)
    }
  }
}
