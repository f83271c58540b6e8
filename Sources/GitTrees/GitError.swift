package import SourceTrees

/// Why a repository cannot be read. Nothing was checked then: the answer is not known.
package enum GitError: Error, Hashable, Sendable {
  /// Git's protection against repositories of other users.
  case notOwned(path: String)
  /// The repository is of a format that libgit2 does not know, such as one with reftables.
  case unsupportedFormat(path: String, reason: String)
  /// The objects are named by another hash than SHA-1.
  case unsupportedObjectFormat(path: String)
  /// The index has an extension that libgit2 cannot read: `sdir` (sparse) or `link` (split).
  case unsupportedIndex(extension: String)
  /// The index is no index, or only a part of one.
  case damagedIndex(path: String)
  /// The index of a pack does not fit the pack.
  case damagedPack(path: String)
  case unmergedPaths([String])
  case missingIndex(path: String, isNamedByEnvironment: Bool)
  case noWorkTree(path: String)
  case noIndex(path: String)
  /// `branch` has no commit yet.
  case unbornHead(branch: String)
  case unknownRevision(String, similar: [String])
  /// No such revision in a clone that has only the latest commits.
  case notInShallowClone(String)
  /// Trees that the revision needs are not here, or not whole.
  case missingObjects(revision: String)
  /// A revision and what is checked have no commit in common, or none that a shallow clone has.
  case noMergeBase(String, isShallow: Bool)
  case ambiguousRevision(String)
  /// The revision names something that is not a commit or a tree.
  case notATree(String)
  /// An environment variable of Git names something unusable.
  case environment(variable: String, value: String, reason: String)
  /// A hook cannot be installed or removed.
  case hook(path: String, reason: String)
  case tree(SourceTreeError)
  case library(LibraryFailure)
}

/// What libgit2 said, word for word.
package struct LibraryFailure: Error, Hashable, Sendable {
  /// What was being done, to be read after "cannot".
  package let task: String
  package let code: Int32
  package let message: String
}

extension GitError {
  /// Runs what can fail by the tree itself, as part of what can fail by Git.
  static func wrapping<Result>(_ body: () throws(SourceTreeError) -> Result) throws(GitError) -> Result {
    do throws(SourceTreeError) {
      return try body()
    } catch {
      throw .tree(error)
    }
  }
}

extension GitError: CustomStringConvertible {
  /// What is wrong and what to do, in lower case without a final stop.
  package var description: String {
    switch self {
    case .notOwned(let path):
      "the repository '\(path)' belongs to another user, so Git does not trust it; "
        + "if you do, run: git config --global --add safe.directory \(shellQuoted(path))"
    case .unsupportedObjectFormat(let path):
      "the repository '\(path)' names its objects by SHA-256, which cannot be read; "
        + "export the files with 'git archive' and check that directory"
    case .unsupportedFormat(let path, let reason):
      "the repository '\(path)' cannot be read: \(reason); check the files on disk with --no-git, "
        + "or those of a commit after 'git archive'"
    case .unsupportedIndex("sdir"):
      "the index is sparse, which cannot be read; run: git sparse-checkout reapply --no-sparse-index"
    case .unsupportedIndex("link"):
      "the index is split, which cannot be read; run: git update-index --no-split-index"
    case .unsupportedIndex(let name):
      "the index has the extension '\(name)', which cannot be read; check the work tree or a revision instead"
    case .damagedIndex(let path):
      "the index file '\(path)' is damaged; make it anew with: rm \(shellQuoted(path)) && git reset"
    case .damagedPack(let path):
      "the index of '\(path)' is damaged; make it anew with: git index-pack \(shellQuoted(path))"
    case .unmergedPaths(let paths):
      "unmerged paths: \(listed(paths)); resolve the conflicts and add the files"
    case .missingIndex(let path, let isNamedByEnvironment):
      "the index file '\(path)' does not exist"
        + (isNamedByEnvironment
          ? "; GIT_INDEX_FILE names it, and a relative name starts at the top of the work tree"
          : " although there are commits; make it anew with: git reset")
    case .noWorkTree(let path):
      "the repository '\(path)' is bare, it has no work tree; check a revision instead"
    case .noIndex(let path):
      "the repository '\(path)' is bare, it has no index; check a revision instead"
    case .unbornHead(let branch):
      "the branch '\(branch)' has no commit yet; commit first, or check the work tree or the index"
    case .unknownRevision(let name, let similar):
      "no revision '\(name)' in this repository"
        + (similar.isEmpty ? "" : "; did you mean \(similar.map { "'\($0)'" }.joined(separator: " or "))?")
    case .notInShallowClone(let name):
      "no revision '\(name)' in this clone, which is shallow; fetch what it lacks, for example with: "
        + "git fetch --unshallow"
    case .missingObjects(let revision):
      "objects of '\(revision)' are missing or damaged; in a partial clone, fetch them with: "
        + "git archive \(shellQuoted(revision)) > /dev/null"
    case .noMergeBase(let name, isShallow: true):
      "no commit in this clone, which is shallow, is part of both '\(name)' and what is checked; fetch the history with: "
        + "git fetch --unshallow"
    case .noMergeBase(let name, isShallow: false):
      "'\(name)' and what is checked have no commit in common; to compare with it all the same, write '\(name)..'"
    case .ambiguousRevision(let name):
      "'\(name)' stands for several objects; give more digits of the id, or the name of a branch or tag"
    case .notATree(let name):
      "'\(name)' is neither a commit nor a tree; give a commit, branch, tag or tree"
    case .environment(let variable, let value, let reason):
      "the environment variable \(variable) has the value '\(value)': \(reason)"
    case .hook(let path, let reason): "the hooks cannot be changed at '\(path)': \(reason)"
    case .tree(let error): error.description
    case .library(let failure): "cannot \(failure.task): \(failure.message)"
    }
  }

  private func listed(_ paths: [String]) -> String {
    let shown = 10
    let names = paths.prefix(shown).map { "'\($0)'" }.joined(separator: ", ")
    return paths.count > shown ? "\(names) and \(paths.count - shown) more" : names
  }
}

/// `text` as one word of a POSIX shell.
func shellQuoted(_ text: String) -> String {
  let isPlain = text.utf8.allSatisfy { byte in
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"):
      true
    default: "/.-_+@".utf8.contains(byte)
    }
  }
  return isPlain
    ? text : "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: #"'\''"#) + "'"
}
