internal import CLibGit2
internal import SourceTrees

extension TreeEntry.Mode {
  /// From the mode of an index entry or tree entry.
  init(fileMode: UInt32) {
    switch fileMode {
    case GIT_FILEMODE_BLOB_EXECUTABLE.rawValue: self = .executable
    case GIT_FILEMODE_LINK.rawValue: self = .symbolicLink
    case GIT_FILEMODE_COMMIT.rawValue: self = .submodule
    // Early versions of Git wrote other permissions for plain files.
    default: self = .regular
    }
  }
}
