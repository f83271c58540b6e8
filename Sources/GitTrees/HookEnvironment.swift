internal import SourceTrees

/// What Git tells a hook about the repository, the index and the objects that the hook is about.
///
/// libgit2 reads the same variables itself with `GIT_REPOSITORY_OPEN_FROM_ENV`, but then from the whole process, and
/// version 1.5 gives up when it finds GIT_WORK_TREE or GIT_COMMON_DIR. It also takes a relative GIT_INDEX_FILE as
/// relative to the current directory, and reads a file that is not there as an empty index.
struct HookEnvironment {
  /// Absolute.
  let gitDirectory: String?
  /// Absolute.
  let workTree: String?
  /// As it was set: a relative name starts at the top of the work tree, which is not known yet.
  let indexFile: String?
  /// Absolute: where objects are looked for besides the repository's own directory. In a pre-receive hook the pushed
  /// objects are only in a quarantine directory.
  let objectDirectories: [String]

  /// Nil when no variable says that this is a hook, or that somebody set up Git in the same way.
  init?(_ environment: [String: String], workingDirectory: String) {
    func value(_ name: String) -> String? {
      environment[name].flatMap { $0.isEmpty ? nil : $0 }
    }
    func absolute(_ path: String) -> String { absolutePath(path, in: workingDirectory) }

    let names = ["GIT_DIR", "GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY", "GIT_QUARANTINE_PATH"]
    guard names.contains(where: { value($0) != nil }) else { return nil }
    gitDirectory = value("GIT_DIR").map(absolute)
    workTree = gitDirectory == nil ? nil : value("GIT_WORK_TREE").map(absolute)
    indexFile = value("GIT_INDEX_FILE")
    let own = [value("GIT_OBJECT_DIRECTORY"), value("GIT_QUARANTINE_PATH")].compactMap { $0 }
    let alternates = value("GIT_ALTERNATE_OBJECT_DIRECTORIES").map(Self.splitPaths) ?? []
    var seen: Set<String> = []
    objectDirectories = (own + alternates).map(absolute).filter { seen.insert($0).inserted }
  }

  /// Splits at colons. A path may be quoted as in C, with at least `\\` and `\"` (git, environment.txt).
  private static func splitPaths(_ list: String) -> [String] {
    var paths: [[UInt8]] = [[]]
    var isQuoted = false
    var isEscaped = false
    for byte in list.utf8 {
      if isEscaped {
        paths[paths.count - 1].append(byte)
        isEscaped = false
      } else if isQuoted, byte == UInt8(ascii: "\\") {
        isEscaped = true
      } else if byte == UInt8(ascii: "\""), isQuoted || paths[paths.count - 1].isEmpty {
        isQuoted.toggle()
      } else if byte == UInt8(ascii: ":"), !isQuoted {
        paths.append([])
      } else {
        paths[paths.count - 1].append(byte)
      }
    }
    return paths.filter { !$0.isEmpty }.map { String(decoding: $0, as: UTF8.self) }
  }
}

/// `path` as it is when absolute, else starting in `directory`.
func absolutePath(_ path: String, in directory: String) -> String {
  path.hasPrefix("/") ? path : directory + "/" + path
}

/// Whether `path` is `directory` or below it. Both absolute and without links.
func isPath(_ path: String, within directory: String) -> Bool {
  directory == "/" || path == directory || path.hasPrefix(directory + "/")
}
