import SourceTrees

/// Which snapshot of a repository.
package enum Snapshot: Hashable, Sendable {
  /// The files on disk.
  case files
  /// The index.
  case staged
  /// What `git rev-parse` takes.
  case revision(String)
  /// A directory, whatever repository it lies in.
  case directory
}

/// Which tree a command looks at.
package struct TreeRequest: Sendable {
  /// The content of a file that is not on disk yet.
  package struct Buffer: Sendable {
    package static let byteLimit = DirectoryReader.byteLimit

    /// As given; the file need not be there.
    package var path: String
    package var bytes: [UInt8]

    package init(path: String, bytes: [UInt8]) {
      self.path = path
      self.bytes = bytes
    }
  }

  /// As given; nil for the whole repository around the current directory.
  package var path: String?
  package var snapshot: Snapshot
  /// What it is compared with, as given: a revision, or one with `..` behind it.
  package var base: String?
  /// Takes the place of a file on disk, and is what is shown unless a path says otherwise.
  package var buffer: Buffer?
  /// The environment of the process; Git's variables in it name the repository inside a hook.
  package var environment: [String: String]

  package init(path: String? = nil, snapshot: Snapshot = .files, environment: [String: String]) {
    self.path = path
    self.snapshot = snapshot
    self.environment = environment
  }
}
