internal import CLibGit2

/// The version of libgit2 that the program runs with, which may be another than it was compiled with.
package var libgit2Version: String {
  var (major, minor, patch): (CInt, CInt, CInt) = (0, 0, 0)
  git_libgit2_version(&major, &minor, &patch)
  return "\(major).\(minor).\(patch)"
}
