import SourceText

/// What a layer says beside its objects. The chains of errors begin at that layer.
struct BuildReport: Sendable {
  var errors: [BuildError] = []
  var remotes: [RemoteReference] = []
  var notBuilt: [NotBuilt] = []
  var encrypted: [EncryptedInput] = []
  var effects: [EntryEffect] = []
  var leftOut: [LeftOut] = []
  var files: Set<FileID> = []

  /// Whether an object that is not here may come from what is not known offline.
  var mayLackObjects: Bool { !remotes.isEmpty || !notBuilt.isEmpty }

  /// A build that fails in more places than this is not described further.
  private static let limit = 1_000

  mutating func add(_ error: BuildError) {
    if error.kind == .unread, let range = error.range {
      if notBuilt.count < Self.limit {
        // The place in the file itself is empty; the other one, if there is one, is the entry that names it.
        let file = [error.related, range].compactMap(\.self).first { $0.lowerBound == $0.upperBound }?.file
        notBuilt.append(NotBuilt(reason: error.message, range: range, unread: file))
      }
      return
    }
    if errors.count < Self.limit { errors.append(error) }
  }

  mutating func addError(
    _ kind: BuildError.Kind, _ message: String, at range: SourceRange?, related: SourceRange? = nil
  ) {
    add(BuildError(kind: kind, message: message, range: range, related: related))
  }

  /// Takes over the report of a base that `entry` names.
  mutating func add(_ other: BuildReport, through entry: SourceRange?) {
    for var error in other.errors {
      if let entry { error.chain.insert(entry, at: 0) }
      add(error)
    }
    remotes += other.remotes.prefix(Self.limit - min(Self.limit, remotes.count))
    notBuilt += other.notBuilt.prefix(Self.limit - min(Self.limit, notBuilt.count))
    encrypted += other.encrypted.prefix(Self.limit - min(Self.limit, encrypted.count))
    effects += other.effects.prefix(Self.limit - min(Self.limit, effects.count))
    leftOut += other.leftOut.prefix(Self.limit - min(Self.limit, leftOut.count))
    files.formUnion(other.files)
  }
}
