/// Why the bytes of a file are not its content, as a notice; nil for an ordinary file.
///
/// Git LFS and git-crypt store a stand-in in Git. Flux hands exactly these bytes to the build: it neither fetches LFS
/// objects nor decrypts git-crypt files.
package func contentNotice(_ bytes: [UInt8]) -> String? {
  if bytes.starts(with: "version https://git-lfs.github.com/spec/v1".utf8) {
    return "the file is a Git LFS pointer, its content is not in the repository"
  }
  if bytes.starts(with: "\0GITCRYPT".utf8) {
    return "the file is encrypted by git-crypt, its content cannot be read"
  }
  return nil
}
