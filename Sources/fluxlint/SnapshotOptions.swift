import ArgumentParser
import Commands
import Sessions

/// Which state of a repository a command reads.
struct SnapshotOptions: ParsableArguments {
  @Flag(help: "Read the index: what 'git commit' would commit.")
  var staged = false

  @Option(help: ArgumentHelp("Read a revision: a branch, a tag, a commit, HEAD~1.", valueName: "rev"))
  var rev: String?

  @Flag(name: .customLong("no-git"), help: "Read the files below the path as they are on disk; ask no Git.")
  var ignoresGit = false

  func validate() throws {
    let choices = [("--staged", staged), ("--rev", rev != nil), ("--no-git", ignoresGit)].filter(\.1).map(\.0)
    if choices.count > 1 {
      throw ValidationError("\(choices.joined(separator: " and ")) exclude each other; give one of them")
    }
  }

  var snapshot: Snapshot {
    if staged { return .staged }
    if let rev { return .revision(rev) }
    return ignoresGit ? .directory : .files
  }
}
