import FluxModel
package import GitTrees
import SourceText
package import SourceTrees
package import TextEdits

/// Why a command could not do what it was asked. All of them end with status 2.
package enum CommandFailure: Error, Hashable, Sendable {
  case noSuchPath(String)
  case notReadable(path: String, reason: String)
  /// A file where a directory is needed: for `option`, or because it lies outside Git.
  case notADirectory(path: String, option: String?)
  case nothingAt(path: String)
  /// `path` is relative to the top of the tree; `snapshot` is the revision, or nil for the index.
  case notInSnapshot(path: String, snapshot: String?)
  /// `path` is as given, and not below the top of the repository.
  case outsideRepository(path: String)
  /// `path` is a link in a repository, `target` where it leads to.
  case linkOutOfRepository(path: String, target: String)
  case notADirectoryToBuild(path: String)
  case nothingToBuild(path: String, reason: String)
  case noKustomizationFile(path: String)
  case noRepository(path: String, option: String)
  case noRepositoryForHooks(path: String)
  case bareRepository(path: String)
  case bareRepositoryToChange(path: String)
  case git(GitError)
  /// The revision that is compared with is not here; the names of the remotes that may have it.
  case noBase(String, GitError, remotes: [String])
  case tree(SourceTreeError)
  case configuration(message: String, place: String)
  case notAFluxVersion(String)
  case notAKustomizationName(String)
  case unknownKustomization(String, suggestion: String?)
  case severalKustomizations(String, clusters: [String])
  case unknownRule(String, suggestion: String?)
  /// A word that is no rule, family or tier.
  case unknownRules(String, suggestion: String?)
  case previewRule(String)
  /// What is not one of a few words.
  case unknownChoice(String, what: String, known: [String])
  case notARuleName(String)
  /// The file of a rule of the user has a mistake: where, and what.
  case ruleUnreadable(String)
  /// A name that means something already, which the sentence says.
  case ruleNameTaken(String)
  case unknownKind(String, suggestion: String?)
  /// A kind that is not known in an API version; `known` are those that are.
  case unknownVersion(String, kind: String, known: [String])
  /// `parent` is the kind, or the kind with fields behind it.
  case unknownField(String, parent: String, suggestion: String?)
  /// A field that an older version of the kind has; `until` is the last release of Flux that serves it, if any is.
  case removedField(String, parent: String, apiVersion: String, until: String?, hint: String?)
  /// An entry of what is no list; `what` says what it is.
  case noEntries(parent: String, what: String)
  /// A field of what has none; `what` says what it is.
  case noFields(parent: String, what: String)
  case exists(path: String)
  /// `path` is that of the file, relative to the directory.
  case noBaseline(path: String, directory: String)
  /// `others` is the number of files that are not written either, because they belong together.
  case output(OutputFileError, others: Int = 0)
  case noCluster(String, known: [String], suggestion: String?)
  case notAMigrationTarget(String)
  case newerMigrationTarget(String)
  case migrationOfTwoTrees(path: String, top: String)
  case migrationNotWritten(path: String, reason: String, isPartial: Bool)
  case migrationIncomplete(fileCount: Int)
  /// `path` is the first of `count` files.
  case filesUnread(path: String, reason: String, count: Int)
  /// Rules of the user that have mistakes; each is a finding.
  case rulesInvalid(count: Int)

  /// One sentence in lower case without a final stop: what is wrong and what to do.
  package var message: String {
    switch self {
    case .noSuchPath(let path):
      "no such file or directory: '\(path)'; 'fluxlint --help' lists the commands"
    case .notReadable(let path, let reason):
      "cannot read '\(path)': \(reason)"
    case .notADirectory(let path, let option?):
      "'\(path)' is a file, and \(option) needs a directory"
    case .notADirectory(let path, nil):
      "'\(path)' is a file outside any Git repository; give the directory that Flux reads"
    case .nothingAt(let path):
      "nothing to check at '\(path)': no file there belongs to the tree; Git may ignore them"
    case .notInSnapshot(let path, let snapshot):
      "no '\(path)' in \(snapshot ?? "the index")"
    case .outsideRepository(let path):
      "'\(path)' is outside the repository"
    case .linkOutOfRepository(let path, let target):
      "'\(path)' is a link that leads out of the repository; give '\(target)' itself if that is what is meant"
    case .notADirectoryToBuild(let path):
      "'\(path)' is a file; give the directory of a kustomization file"
    case .nothingToBuild(let path, let reason):
      "nothing to build at '\(path)': \(reason)"
    case .noKustomizationFile(let path):
      "nothing to build at '\(path)': no kustomization file is there; "
        + "for what Flux applies use --kustomization NAMESPACE/NAME, or --all --format json"
    case .noRepository(let path, let option):
      "'\(path)' is not in a Git repository, and \(option) needs one; without \(option) the directory is checked as it is"
    case .noRepositoryForHooks(let path):
      "'\(path)' is not in a Git repository, so there is no commit to check; run this in one"
    case .bareRepository(let path):
      "'\(path)' is a bare repository, which has no files and no index; say what to check, for example --rev HEAD"
    case .bareRepositoryToChange(let path):
      "'\(path)' is a bare repository, which has no files to change; run this in a clone of it"
    case .git(let error): error.description
    case .noBase(let name, let error, let remotes): Self.message(ofBase: name, error, remotes)
    case .tree(let error): error.description
    case .configuration(let message, let place): "\(place): \(message)"
    case .unknownChoice(let choice, let what, let known):
      "no \(what) '\(choice)'; "
        + (Suggestion.nearest(to: choice, in: known).map { "did you mean '\($0)'? There" } ?? "there")
        + " are \(known.joined(separator: ", "))"
    case .unknownKind("", _): "write a kind, such as 'HelmRelease', or 'HelmRelease.spec'"
    case .unknownVersion(let version, let kind, let known):
      "no schema of \(kind) in '\(version)'; there are \(known.joined(separator: ", "))"
    case .noEntries(let parent, let what): "'\(parent)' has no entries: it is \(what)"
    case .noFields(let parent, let what): "'\(parent)' has no fields: it is \(what)"
    case .unknownKind(let name, let suggestion):
      "no schema of a kind '\(name)'; "
        + (suggestion.map { "did you mean '\($0)'?" } ?? "known are those of Flux, Kubernetes, Gateway API and Flagger")
    case .unknownField(let name, let parent, let suggestion):
      "'\(parent)' has no field '\(name)'"
        + (suggestion.map { "; did you mean '\($0)'?" } ?? "; 'fluxlint schema \(parent)' lists them")
    case .removedField(let name, let parent, let apiVersion, let until, let hint):
      "'\(parent)' has no field '\(name)' any more; '\(apiVersion)' has it"
        + (until.map { ", which Flux serves up to \($0)" } ?? "") + (hint.map { "; \($0)" } ?? "")
    case .notARuleName(let name):
      "'\(name)' is no name of a rule; write 'name', or 'family/name', in kebab case"
    case .ruleUnreadable(let problem), .ruleNameTaken(let problem):
      problem
    case .exists(let path):
      "'\(path)' is there already"
    case .noBaseline(let path, let directory):
      "no '\(path)' in '\(directory)'; 'fluxlint baseline write' makes one"
    case .notAFluxVersion(let text):
      "'\(text)' is no release of Flux; expected is a minor release, as in --flux-version 2.9"
    case .notAKustomizationName(let text):
      "'\(text)' names no Flux Kustomization; expected is NAMESPACE/NAME, as in --kustomization flux-system/apps"
    case .unknownKustomization(let name, let suggestion):
      "no Kustomization '\(name)'; "
        + (suggestion.map { "did you mean '\($0)'?" } ?? "'fluxlint build --all --format json' has them all")
    case .severalKustomizations(let name, let clusters):
      "there is more than one Kustomization '\(name)'; say which with --cluster: "
        + clusters.map { "'\($0)'" }.joined(separator: ", ")
    case .unknownRule(let name, let suggestion):
      "no rule '\(name)'; \(suggestion.map { "did you mean '\($0)'?" } ?? "'fluxlint rules' lists them")"
    case .unknownRules(let word, let suggestion):
      "no rule, family or tier '\(word)'; "
        + (suggestion.map { "did you mean '\($0)'?" } ?? "'fluxlint rules' lists them")
    case .previewRule(let name):
      "'\(name)' is a preview, whose verdicts may still change; it runs with --preview"
    case .noCluster(let name, let known, let suggestion):
      known.isEmpty
        ? "no cluster '\(name)': no file of this repository begins one"
        : "no cluster '\(name)'; "
          + (suggestion.map { "did you mean '\($0)'?" }
            ?? "there are \(known.map { "'\($0)'" }.joined(separator: ", "))")
    case .notAMigrationTarget(let text):
      "'\(text)' is no release of Flux that is known; give a minor or a patch release, as in --to 2.9"
    case .newerMigrationTarget(let text):
      "Flux \(text) is newer than this fluxlint knows; the newest that it can move to is \(APIVersions.newestRelease)"
    case .migrationOfTwoTrees(let path, let top):
      "'\(path)' is not in '\(top)'; migrate one repository at a time"
    case .migrationNotWritten(let path, let reason, false):
      "nothing is written: '\(path)': \(reason)"
    case .migrationNotWritten(let path, let reason, true):
      "'\(path)' is not written: \(reason); files before it are, and could not be put back"
    case .migrationIncomplete(let count):
      "\(count) \(count == 1 ? "file" : "files") could not be dealt with; see above"
    case .filesUnread(let path, let reason, let count):
      "the check is not complete: '\(path)'"
        + (count > 1 ? " and \(count - 1) more: " : ": ") + reason
    case .rulesInvalid(let count):
      "the check is not complete: \(count) \(count == 1 ? "rule has a mistake" : "rules have mistakes"); 'fluxlint check' "
        + (count == 1 ? "shows it" : "shows them")
    case .output(let error, let others):
      "cannot write '\(error.path)': \(error.reason)"
        + (others > 0 ? "; nothing is written to the other \(others == 1 ? "file" : "\(others) files") either" : "")
    }
  }

  /// What is wrong with a base, and the command that fetches it, where it is one that a remote may have.
  private static func message(ofBase name: String, _ error: GitError, _ remotes: [String]) -> String {
    let isShallow: Bool
    switch error {
    case .unknownRevision(_, let similar) where similar.isEmpty: isShallow = false
    case .notInShallowClone: isShallow = true
    default: return error.description
    }
    let revision = name.hasSuffix("..") ? name.dropLast(2) : name[...]
    if [40, 64].contains(revision.utf8.count), revision.allSatisfy({ $0 == "0" }) {
      return
        "\(error.description): zeros stand for a branch that was not there before; leave '--base' out, or name the "
        + "branch that this one grew from"
    }
    if revision.contains("..") {
      return "'\(name)' is no base; write a revision to compare with what it has in common with what is checked, or "
        + "'REVISION..' to compare with itself"
    }
    let parts = revision.split(separator: "/", maxSplits: 1)
    let isOfRemote = parts.count == 2 && parts[0] != "refs" && (remotes.contains { $0 == parts[0] } || remotes.isEmpty)
    let branch = (isOfRemote ? parts[1] : revision).prefix { $0 != "~" && $0 != "^" && $0 != "@" }
    let remote = isOfRemote ? String(parts[0]) : remotes.contains("origin") ? "origin" : remotes.first ?? "origin"
    // What Git would take for an option, or a shell for more than a word, is no command to paste.
    guard isPlainName(remote[...]), isPlainName(branch), branch != "HEAD" else { return error.description }
    let what = isShallow ? "no revision '\(name)' in this clone, which is shallow" : error.description
    if remotes.isEmpty { return "\(what), which has no remote to fetch it from" }
    if revision.utf8.count >= 7, revision.allSatisfy(\.isHexDigit) {
      return [40, 64].contains(revision.utf8.count)
        ? "\(what); if it is elsewhere, fetch it with: git fetch \(remote) \(revision)"
        : "\(what); what is elsewhere can be fetched by a whole commit id only, or by the name of a branch or tag"
    }
    // Only what the command gives a name is known by it afterwards.
    let target = isOfRemote ? "refs/remotes/\(remote)/\(branch)" : "\(branch)"
    return "\(what); if it is elsewhere, fetch it with: git fetch \(isShallow ? "--unshallow " : "")\(remote) "
      + "\(branch):\(target)"
  }

  private static func isPlainName(_ name: Substring) -> Bool {
    !name.isEmpty && !name.hasPrefix("-")
      && name.utf8.allSatisfy {
        (0x61...0x7A).contains($0) || (0x41...0x5A).contains($0) || (0x30...0x39).contains($0)
          || "/._-+".utf8.contains($0)
      }
  }
}
