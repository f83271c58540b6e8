/// One entry of a tree: a file, a link or a submodule.
package struct TreeEntry: Hashable, Sendable {
  package enum Mode: Sendable { case regular, executable, symbolicLink, submodule }

  /// Relative to the top of the tree, `/`-separated, never absolute, no `.`, `..` or empty component.
  package var path: String
  package var mode: Mode
  /// The object id of the content in hexadecimal, for trees that are read from Git objects.
  package var blob: String?

  package init(path: String, mode: Mode, blob: String? = nil) {
    self.path = path
    self.mode = mode
    self.blob = blob
  }
}

/// Which snapshot a tree is.
package enum Revision: Hashable, Sendable {
  case workTree
  case index
  /// The full id of the commit, or of the tree when a tree was asked for by itself.
  case commit(String)
  /// A directory outside any Git repository.
  case directory
}

/// A file that could not be read. The rest of the tree is still good.
package enum SourceTreeError: Error, Hashable, Sendable {
  case notFound(path: String)
  case tooLarge(path: String, byteCount: Int, limit: Int)
  case unreadable(path: String, reason: String)
}

/// A snapshot of a repository, read-only: the same value always gives the same bytes.
package protocol SourceTree: Sendable {
  var revision: Revision { get }

  /// Everything in the snapshot, sorted by the bytes of the path. Links are listed and never followed.
  var entries: [TreeEntry] { get }

  /// What was left out of `entries` or cannot be looked into, each with the path and the reason.
  var notices: [TreeNotice] { get }

  /// The URLs of the repository's remotes, sorted; empty outside Git.
  var remoteURLs: [String] { get }

  /// What `TreeEntry.blob` is of a file with these bytes; nil for a tree whose entries have none.
  func blob(of contents: [UInt8]) -> String?

  /// When the commit was made that the tree is of, as its committer says, in seconds since 1970; nil for other trees.
  var commitTime: Int64? { get }

  /// A reader for one thread at a time. Make one for each thread.
  func makeReader() throws(SourceTreeError) -> any TreeReader
}

extension SourceTree {
  package func blob(of contents: [UInt8]) -> String? { nil }
  package var commitTime: Int64? { nil }
}

/// Reads the content of entries. Not shared between threads.
package protocol TreeReader {
  mutating func contents(of entry: TreeEntry) throws(SourceTreeError) -> [UInt8]
}

/// A part of the tree that is not checked.
package struct TreeNotice: Hashable, Sendable {
  package var path: String
  /// One sentence in lower case without a final stop.
  package var reason: String

  package init(path: String, reason: String) {
    self.path = path
    self.reason = reason
  }
}

extension SourceTreeError: CustomStringConvertible {
  /// In lower case without a final stop.
  package var description: String {
    switch self {
    case .notFound(let path): "'\(path)' does not exist"
    case .tooLarge(let path, let byteCount, let limit): "'\(path)' has \(byteCount) bytes, more than \(limit)"
    case .unreadable("", let reason): reason
    case .unreadable(let path, let reason): "'\(path)' cannot be read: \(reason)"
    }
  }
}
