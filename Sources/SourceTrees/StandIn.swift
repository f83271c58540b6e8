/// What Git stores in the place of a file's content. Flux hands exactly these bytes to the build: it neither fetches LFS
/// objects nor decrypts git-crypt files.
package enum StandIn: Hashable, Sendable {
  case gitLFSPointer
  case gitCrypt

  /// Nil for the bytes of an ordinary file.
  package init?(_ bytes: [UInt8]) {
    if bytes.starts(with: "version https://git-lfs.github.com/spec/v1".utf8) {
      self = .gitLFSPointer
    } else if bytes.starts(with: "\0GITCRYPT".utf8) {
      self = .gitCrypt
    } else {
      return nil
    }
  }

  /// Why the content is not known, one sentence in lower case without a final stop.
  package var reason: String {
    switch self {
    case .gitLFSPointer: "the file is a Git LFS pointer, its content is not in the repository"
    case .gitCrypt: "the file is encrypted by git-crypt, its content cannot be read"
    }
  }
}
