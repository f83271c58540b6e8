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
        && told.contains { finding.isOfCause(of: $0) }
    }
  }
}

extension Finding {
  fileprivate var names: Set<ObjectReference> { Set(objects + [object].compactMap(\.self)) }

  /// Whether it is about the same objects of the same clusters, in the file where the other one is.
  fileprivate func isOfCause(of other: Finding) -> Bool {
    range.file == other.range.file && names.isSubset(of: other.names)
      && Set(clusters).isSubset(of: other.clusters)
  }
}
