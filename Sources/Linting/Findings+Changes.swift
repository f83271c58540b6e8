import Diagnostics
import RuleCatalogue
import SourceText

extension [Finding] {
  /// Of one cause keeps what the comparison of two revisions says, where one revision says the same with less: that a
  /// Kustomization is suspended, of one that this change suspends.
  mutating func removeWhatChangesTell() {
    let told = filter { $0.rule == .suspendChanged }
    guard !told.isEmpty else { return }
    removeAll { finding in
      finding.rule == .suspendedInGit
        && told.contains { finding.isAtKey(of: $0) && finding.names.isSubset(of: $0.names) }
    }
  }
}

extension Finding {
  fileprivate var names: Set<ObjectReference> { Set(objects + [object].compactMap(\.self)) }

  /// Whether it is at the key of the value that the other one is at.
  fileprivate func isAtKey(of other: Finding) -> Bool {
    range.file == other.range.file && range.upperBound < other.range.lowerBound
      && other.range.lowerBound - range.upperBound < 8
  }
}
