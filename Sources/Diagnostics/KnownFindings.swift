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
  /// The names of the objects that findings of each fingerprint are about.
  package func objectsByFingerprint() -> [Fingerprint: Set<String>] {
    var result: [Fingerprint: Set<String>] = [:]
    for finding in findings {
      let names = finding.objects.isEmpty ? [finding.object?.displayName].compactMap(\.self) : finding.objects
      result[fingerprint(of: finding), default: []].formUnion(names)
    }
    return result
  }

  /// What a finding is known by.
  package func entry(of finding: Finding) -> KnownFindings.Entry {
    let number = Int(finding.range.file.index)
    return KnownFindings.Entry(
      fingerprint: fingerprint(of: finding), path: files.indices.contains(number) ? files[number].path : "")
  }
}
