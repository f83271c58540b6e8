import Foundation
import GitTrees
import SourceTrees
import TestSupport
import Testing

struct WorkTreeTests {
  @Test func `holds what would be committed if all were added`() throws {
    let repository = try TemporaryRepository()
    try repository.write(".gitignore", "*.log\n/build/\nkeep/*\n!keep/this\n")
    try repository.write("tracked.yaml", "old")
    try repository.write("deleted.yaml", "")
    try repository.write("tracked.log", "tracked although ignored")
    try repository.write("build/tracked", "tracked in an ignored directory")
    try repository.git("add", "--force", ".")
    try repository.git("commit", "--quiet", "--message", "first")

    try repository.write("tracked.yaml", "new")
    try repository.remove("deleted.yaml")
    try repository.write("untracked.yaml", "")
    try repository.write("sub/untracked/deep.yaml", "")
    try repository.write("ignored.log", "")
    try repository.write("sub/ignored.log", "")
    try repository.write("build/ignored", "")
    // Git does not look into an ignored directory for a rule that takes a file back.
    try repository.write("build/.gitignore", "!ignored\n")
    try repository.write("keep/this", "")
    try repository.write("keep/that", "")

    let tree = try repository.open().workTree()

    #expect(
      paths(tree) == [
        ".gitignore", "build/tracked", "keep/this", "sub/untracked/deep.yaml", "tracked.log", "tracked.yaml",
        "untracked.yaml",
      ])
    #expect(try texts(tree)["tracked.yaml"] == "new")
    #expect(tree.notices.isEmpty)
  }

  @Test func `agrees with git ls-files on ignore rules of every kind`() throws {
    let repository = try TemporaryRepository()
    try repository.write(
      ".gitignore", "*.tmp\n!important.tmp\n/root-only\ndocs/**/gen\n**/cache/\na/b\nz[\n[\n\\#hash\n[xy]z\n")
    try repository.write("apps/.gitignore", "local\n!/kept.tmp\n/*.yaml\n!/base.yaml\n")
    try repository.write(".git/info/exclude", "excluded\n")
    let names = [
      "important.tmp", "x.tmp", "root-only", "docs/a/b/gen/x", "docs/gen", "cache/x", "deep/cache/y", "cache-not/x",
      "a/b/c", "a/bc", "z/a/b", "#hash", "xz", "zz", "apps/local", "apps/kept.tmp", "apps/other.tmp", "apps/one.yaml",
      "apps/base.yaml", "apps/deep/one.yaml", "apps/deep/local/x", "excluded", "deep/excluded/y", "deep/root-only",
    ]
    for name in names { try repository.write(name, "") }

    let tree = try repository.open().workTree()

    let listed = try repository.git("ls-files", "-z", "--cached", "--others", "--exclude-standard")
    let expected = listed.split(separator: "\0").map(String.init).sorted(by: TreePath.precedes)
    #expect(paths(tree) == expected)
    #expect(expected.count > 5 && expected.count < names.count)
  }

  @Test func `agrees with git ls-files on random ignore rules`() throws {
    let repository = try TemporaryRepository()
    var random = SmallRandom(seed: 2024)
    let names = ["a", "b", "ab", "a.yaml", "b.yaml", "A", "a b", "é", "x[1]", "-"]
    for _ in 0..<60 {
      let path = (0..<random.next(4)).map { _ in names[random.next(4)] } + [names[random.next(names.count)]]
      // A name may already be taken by a directory or a file.
      try? repository.write(path.joined(separator: "/"), "")
    }
    let parts = [
      "a", "b", "*", "?", "**", "/", "/", "/", "!", "*.yaml", "[ab]", "[!a]", "[a-c]", "[[:upper:]]", "\\a", "\\", " ",
      "\\ ", "#", "x[[]1]", "[]-]", "é", ".yaml", "\r",
    ]
    var differing = 0
    for round in 0..<150 {
      let rules = (0..<(1 + random.next(5))).map { _ in
        (0..<(1 + random.next(4))).map { _ in parts[random.next(parts.count)] }.joined()
      }
      try repository.write(round % 3 == 0 ? "a/.gitignore" : ".gitignore", rules.joined(separator: "\n") + "\n")
      let listed = try repository.git("ls-files", "-z", "--cached", "--others", "--exclude-standard")
      let expected = listed.split(separator: "\0").map(String.init).sorted(by: TreePath.precedes)
      let found = try paths(repository.open().workTree())
      let other = round % 3 == 0 ? ".gitignore" : "a/.gitignore"
      let otherRules = (try? String(contentsOfFile: repository.top + "/" + other, encoding: .utf8))?.debugDescription
      #expect(found == expected, "\(rules) beside \(other): \(otherRules ?? "none")")
      if expected.count < 20 { differing += 1 }
    }
    #expect(differing > 10)
  }

  @Test func `a list of the user and one of the repository are obeyed, in any case of letters if so set`() throws {
    let repository = try TemporaryRepository()
    for name in ["user.yaml", "excluded.yaml", "UPPER.YAML", "both.yaml", "kept.yaml"] {
      try repository.write(name, "")
    }
    try repository.write(".git/info/exclude", "excluded.yaml\nupper.yaml\n!both.yaml\n")
    try repository.directory.write("user", "user.yaml\nboth.yaml\n")
    #expect(try paths(repository.open().workTree()) == ["UPPER.YAML", "both.yaml", "kept.yaml", "user.yaml"])

    try repository.git("config", "core.excludesFile", repository.directory.path + "/user")
    #expect(try paths(repository.open().workTree()) == ["UPPER.YAML", "both.yaml", "kept.yaml"])

    try repository.git("config", "core.ignoreCase", "true")
    #expect(try paths(repository.open().workTree()) == ["both.yaml", "kept.yaml"])
  }

  @Test(.enabled(if: machineConfiguration("core.excludesFile") == nil, "the machine names another list"))
  func `the list of the user lies where Git expects it`() throws {
    let repository = try TemporaryRepository()
    try repository.git("config", "--unset", "core.excludesFile")
    try repository.write("ignored", "")
    try repository.directory.write("home/.config/git/ignore", "ignored\n")
    try repository.directory.write("xdg/git/ignore", "nothing\n")
    let home = repository.directory.path + "/home"
    #expect(try repository.open(environment: ["HOME": home]).workTree().entries.isEmpty)
    let xdg = ["HOME": home, "XDG_CONFIG_HOME": repository.directory.path + "/xdg"]
    #expect(try paths(repository.open(environment: xdg).workTree()) == ["ignored"])
  }

  @Test func `a list of rules that is a link or a pipe is not read`() throws {
    let repository = try TemporaryRepository()
    try repository.write("a/one.yaml", "")
    try repository.write("b/two.yaml", "")
    try repository.directory.write("rules", "*.yaml\n")
    try repository.directory.link("repo/a/.gitignore", to: "../../rules")
    try #require(mkfifo(repository.top + "/b/.gitignore", 0o600) == 0)
    let tree = try repository.open().workTree()
    #expect(paths(tree) == ["a/.gitignore", "a/one.yaml", "b/two.yaml"])
  }

  @Test func `a tracked directory replaced by a link is a link`() throws {
    let repository = try TemporaryRepository()
    try repository.write("apps/a.yaml", "")
    try repository.commitAll()
    try repository.directory.write("elsewhere/a.yaml", "secret")
    try repository.remove("apps")
    try repository.directory.link("repo/apps", to: "../elsewhere")

    let tree = try repository.open().workTree()

    #expect(tree.entries == [TreeEntry(path: "apps", mode: .symbolicLink)])
  }

  @Test func `entries outside a sparse checkout come from the index`() throws {
    let repository = try TemporaryRepository()
    try repository.write("apps/a.yaml", "here")
    try repository.write("infra/i.yaml", "only in the index")
    try repository.commitAll()
    try repository.git("sparse-checkout", "set", "--cone", "apps")

    let git = try repository.open()
    let tree = try git.workTree()

    #expect(paths(tree) == ["apps/a.yaml", "infra/i.yaml"])
    #expect(try texts(tree) == ["apps/a.yaml": "here", "infra/i.yaml": "only in the index"])
    #expect(try paths(git.index()) == ["apps/a.yaml", "infra/i.yaml"])
  }

  @Test func `falls back to the ignore rules when the index is split`() throws {
    let repository = try TemporaryRepository()
    try repository.write(".gitignore", "*.log\n")
    try repository.write("apps/a.yaml", "")
    try repository.write("apps/a.log", "")
    try repository.write("infra/i.yaml", "")
    try repository.commitAll()
    try repository.git("update-index", "--split-index")

    let tree = try repository.open().workTree()

    #expect(paths(tree) == [".gitignore", "apps/a.yaml", "infra/i.yaml"])
    #expect(tree.notices.map(\.path) == [".git/index"])
  }

  /// Only the index knows what is outside a sparse checkout: without it those files would seem to be missing.
  @Test(arguments: [("sdir", "--sparse-index"), ("link", "--no-sparse-index")])
  func `is refused when a sparse checkout has an index that cannot be read`(kind: String, option: String) throws {
    let repository = try TemporaryRepository()
    try repository.write("apps/a.yaml", "")
    try repository.write("infra/i.yaml", "")
    try repository.commitAll()
    try repository.git("sparse-checkout", "set", "--cone", option, "apps")
    if kind == "link" { try repository.git("update-index", "--split-index") }

    let git = try repository.open()
    #expect(throws: GitError.unsupportedIndex(extension: kind)) { try git.workTree() }
  }

  @Test func `submodules are entries, untracked repositories are notices`() throws {
    let other = try TemporaryRepository()
    try other.write("inner.yaml", "")
    try other.commitAll()
    let repository = try TemporaryRepository()
    try repository.write("a.yaml", "")
    try repository.git("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", other.top, "vendored")
    try repository.commitAll()
    try TemporaryRepository.git(["clone", "--quiet", other.top, "untracked"], in: repository.top)

    let git = try repository.open()
    let tree = try git.workTree()

    #expect(paths(tree) == [".gitmodules", "a.yaml", "vendored"])
    #expect(tree.entries.last?.mode == .submodule)
    #expect(
      tree.notices == [
        TreeNotice(path: "untracked", reason: "another Git repository lies here, its content is not checked"),
        TreeNotice(path: "vendored", reason: "the content of a submodule is in another repository"),
      ])
    let index = try git.index()
    #expect(index.entries.map(\.mode) == tree.entries.map(\.mode))
    #expect(index.notices.map(\.path) == ["vendored"])
    #expect(try git.commit("HEAD").entries == index.entries)
    var reader = try index.makeReader()
    let submodule = try #require(index.entries.last)
    #expect(throws: SourceTreeError.self) { try reader.contents(of: submodule) }
  }

  @Test func `works before the first commit`() throws {
    let repository = try TemporaryRepository()
    try repository.write("a.yaml", "")
    #expect(try paths(repository.open().workTree()) == ["a.yaml"])
  }

  @Test func `hashes nothing and leaves the index as it is`() throws {
    let repository = try TemporaryRepository()
    try repository.write("a.yaml", "one")
    try repository.commitAll()
    let before = try repository.git("hash-object", "--no-filters", ".git/index")
    try repository.write("a.yaml", "two")
    _ = try repository.open().workTree()
    #expect(try repository.git("hash-object", "--no-filters", ".git/index") == before)
  }

  @Test func `a bare repository has no work tree`() throws {
    let repository = try TemporaryRepository("--bare")
    let git = try repository.open()
    #expect(git.isBare)
    #expect(git.topLevel == nil)
    #expect(throws: GitError.noWorkTree(path: repository.top)) { try git.workTree() }
    #expect(throws: GitError.noIndex(path: repository.top)) { try git.index() }
  }
}

/// The same numbers on every run.
private struct SmallRandom {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  /// A number from 0 up to, but not including, `limit`.
  mutating func next(_ limit: Int) -> Int {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return Int((state >> 33) % UInt64(limit))
  }
}
