package import SourceText

/// A cause for which something could not be decided offline, said once, with all that hangs on it.
package struct NotChecked: Hashable, Sendable {
  /// A reference of which nobody knows offline whether it leads anywhere, or a variable that may not be defined.
  package struct Reference: Hashable, Sendable {
    package var range: SourceRange
    /// `Kustomization flux-system/infra`, `variable DOMAIN`.
    package var target: String

    package init(range: SourceRange, target: String) {
      self.range = range
      self.target = target
    }
  }

  /// What was not checked and why, one sentence in lower case without a final stop.
  package var reason: String
  /// The kind of cause, for programs: `remote-base`, `build-failed`, ...
  package var kind: String
  /// Where the reason stands, if it stands in a parsed file; the first of several places.
  package var range: SourceRange?
  /// The path it is about when there is no range (a submodule, a link, a file that is not text).
  package var path: String?
  package var clusters: [String]
  /// How many places have the cause.
  package var count: Int
  package var references: [Reference]

  package init(
    reason: String, kind: String = "file", range: SourceRange? = nil, path: String? = nil, clusters: [String] = [],
    count: Int = 1, references: [Reference] = []
  ) {
    self.reason = reason
    self.kind = kind
    self.range = range
    self.path = path
    self.clusters = clusters
    self.count = count
    self.references = references
  }
}

/// A file that reports can quote from.
package struct SourceFile: Sendable {
  /// Relative to the top of the tree, `/`-separated.
  package var path: String
  package var bytes: [UInt8]
  /// Whether it is of the revision that the checked one is compared with, and not of that.
  package var isOfBase: Bool

  package init(path: String, bytes: [UInt8], isOfBase: Bool = false) {
    self.path = path
    self.bytes = bytes
    self.isOfBase = isOfBase
  }
}

/// What was checked.
package struct Subject: Hashable, Sendable {
  package enum Kind: String, Sendable {
    case workTree = "work tree"
    case index = "index"
    case commit = "commit"
    case directory = "directory"
  }
  package var kind: Kind
  /// The full commit id for `.commit`, else nil.
  package var revision: String?

  package init(kind: Kind, revision: String? = nil) {
    self.kind = kind
    self.revision = revision
  }
}

/// The result of one run, complete and in order; reporters only write it down.
package struct Report: Sendable {
  package var subject: Subject
  /// Indexed by `FileID`.
  package var files: [SourceFile]
  /// In report order.
  package var findings: [Finding]
  package var notChecked: [NotChecked]
  /// The number of YAML files read.
  package var fileCount: Int
  /// The number of objects the clusters apply, each cluster counted.
  package var objectCount: Int
  /// How many of these were held against a schema; nil where no rule that is on asks for that.
  package var judgedCount: Int?
  package var clusters: [String]
  package var suppressedCount: Int
  /// What is suppressed, each with what does it, in report order; those of the baseline among them.
  package var suppressed: [Finding] = []
  /// How many findings the baseline has, and so are not reported.
  package var baselineCount = 0
  /// The threshold that the repository's configuration sets; nil when it sets none.
  package var failOn: FailureThreshold?
  /// Whether another revision says which findings are new.
  package var isCompared = false
  /// How many findings were there before and are left out.
  package var olderCount = 0
  /// The bytes that nobody is to read in a report: credentials. Where one shows a line, stars stand for them.
  package var secrets: [SourceRange] = []
  /// How many rules of the user have mistakes, and so have not said what they would have found.
  package var ruleMistakeCount = 0
  /// False when files could not be read, so that nobody knows what a whole check would have found.
  package var isComplete = true

  package init(
    subject: Subject, files: [SourceFile], findings: [Finding], notChecked: [NotChecked] = [], fileCount: Int = 0,
    objectCount: Int = 0, clusters: [String] = [], suppressedCount: Int = 0,
    failOn: FailureThreshold? = nil
  ) {
    self.subject = subject
    self.files = files
    self.findings = findings
    self.notChecked = notChecked
    self.fileCount = fileCount
    self.objectCount = objectCount
    self.clusters = clusters
    self.suppressedCount = suppressedCount
    self.failOn = failOn
  }

  /// The number of findings that were not there before; nil where nothing is compared.
  package var newCount: Int? {
    isCompared ? findings.count { $0.age == .new } : nil
  }

  /// The report without the findings that were there before.
  package func withoutOlder() -> Report {
    var report = self
    report.findings.removeAll { $0.age == .unchanged }
    report.olderCount += findings.count - report.findings.count
    return report
  }

  /// The number of findings of `severity`.
  package func count(_ severity: Severity) -> Int {
    findings.count { $0.severity == severity }
  }
}
