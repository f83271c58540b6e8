import Foundation
import SourceTrees
import TestSupport
import Testing

struct DirectoryTreeTests {
  @Test func `lists files and links in the order of the path bytes, and nothing of Git`() throws {
    let directory = try TemporaryDirectory()
    for name in [
      "b/x", "b.yaml", "b-c/y", "a/deep/er/z", ".sourceignore", ".git/config", "nested/.git/HEAD", "nested/f",
    ] {
      try directory.write(name, name)
    }
    try directory.makeDirectory("empty")
    try directory.link("loop", to: ".")
    try directory.link("out", to: "/etc")

    let tree = try DirectoryTree(path: directory.path)

    #expect(
      paths(tree) == [".sourceignore", "a/deep/er/z", "b-c/y", "b.yaml", "b/x", "loop", "nested/f", "out"])
    #expect(tree.entries.filter { $0.mode == .symbolicLink }.map(\.path) == ["loop", "out"])
    #expect(tree.notices.isEmpty)
    #expect(tree.revision == .directory)
    #expect(tree.remoteURLs.isEmpty)
    #expect(try texts(tree)["b/x"] == "b/x")
    #expect(try texts(tree)["out"] == "/etc")
  }

  @Test func `a name that is not UTF-8 becomes a notice`() throws {
    let directory = try TemporaryDirectory()
    try directory.write("good.yaml", "")
    let name = [UInt8](directory.path.utf8) + Array("/bad".utf8) + [0xFF, 0x0A] + Array(".yaml\0".utf8)
    let file = name.map(CChar.init(bitPattern:)).withUnsafeBufferPointer {
      open($0.baseAddress!, O_CREAT | O_WRONLY, 0o644)
    }
    try #require(file >= 0)
    close(file)

    let tree = try DirectoryTree(path: directory.path)

    #expect(paths(tree) == ["good.yaml"])
    #expect(tree.notices == [TreeNotice(path: "bad\\xFF\\x0A.yaml", reason: "the name is not UTF-8")])
  }

  @Test func `two names that differ only in Unicode normalisation are two files`() throws {
    let directory = try TemporaryDirectory()
    try directory.write("\u{E9}", "composed")
    try directory.write("e\u{301}", "decomposed")

    let tree = try DirectoryTree(path: directory.path)
    var reader = try tree.makeReader()
    let contents = try tree.entries.map { String(decoding: try reader.contents(of: $0), as: UTF8.self) }

    #expect(contents == ["decomposed", "composed"])
  }

  @Test func `a directory nested too deep becomes a notice`() throws {
    let directory = try TemporaryDirectory()
    let deep = Array(repeating: "d", count: TreePath.maximumDepth - 1).joined(separator: "/")
    try directory.write(deep + "/taken", "")
    try directory.write(deep + "/d/left-out", "")

    let tree = try DirectoryTree(path: directory.path)

    #expect(paths(tree) == [deep + "/taken"])
    #expect(tree.notices == [TreeNotice(path: deep + "/d", reason: "nested in more than 128 directories")])
  }

  @Test(.enabled(if: geteuid() != 0, "the super-user may read everything"))
  func `a directory that may not be read becomes a notice`() throws {
    let directory = try TemporaryDirectory()
    try directory.write("closed/file", "")
    try directory.write("open/file", "")
    chmod(directory.path + "/closed", 0)
    defer { chmod(directory.path + "/closed", 0o700) }

    let tree = try DirectoryTree(path: directory.path)

    #expect(paths(tree) == ["open/file"])
    #expect(tree.notices.map(\.path) == ["closed"])
  }

  @Test func `a named pipe is left out and never waited for`() throws {
    let directory = try TemporaryDirectory()
    try #require(mkfifo(directory.path + "/pipe", 0o600) == 0)

    let tree = try DirectoryTree(path: directory.path)

    #expect(tree.entries.isEmpty)
    #expect(tree.notices.map(\.path) == ["pipe"])
    var reader = try tree.makeReader()
    #expect(throws: SourceTreeError.unreadable(path: "pipe", reason: "not a regular file")) {
      try reader.contents(of: TreeEntry(path: "pipe", mode: .regular))
    }
  }

  @Test func `a path that is no directory is an error`() throws {
    let directory = try TemporaryDirectory()
    try directory.write("file", "")
    #expect(throws: SourceTreeError.notFound(path: directory.path + "/none")) {
      try DirectoryTree(path: directory.path + "/none")
    }
    #expect(throws: SourceTreeError.unreadable(path: directory.path + "/file", reason: "not a directory")) {
      try DirectoryTree(path: directory.path + "/file")
    }
  }
}

struct DirectoryReaderTests {
  @Test func `a file of exactly the limit is read, one byte more is an error`() throws {
    let directory = try TemporaryDirectory()
    try directory.write("fits", "12345")
    try directory.write("large", "123456")
    var reader = try DirectoryReader(root: directory.path, limit: 5)

    #expect(try reader.contents(of: TreeEntry(path: "fits", mode: .regular)) == Array("12345".utf8))
    #expect(throws: SourceTreeError.tooLarge(path: "large", byteCount: 6, limit: 5)) {
      try reader.contents(of: TreeEntry(path: "large", mode: .regular))
    }
  }

  @Test func `a file that claims to be empty is read to its end`() throws {
    guard FileManager.default.fileExists(atPath: "/proc/version") else { return }
    var reader = try DirectoryReader(root: "/proc")
    #expect(try !reader.contents(of: TreeEntry(path: "version", mode: .regular)).isEmpty)
  }

  @Test func `no path leads out of the directory`() throws {
    let directory = try TemporaryDirectory()
    try directory.write("secret", "secret")
    try directory.write("tree/a/file", "")
    try directory.link("tree/up", to: "..")
    try directory.link("tree/leaf", to: "../secret")
    var reader = try DirectoryReader(root: directory.path + "/tree")

    let paths = ["../secret", "a/../../secret", "up/secret", "leaf", directory.path + "/secret", "", "a//file", "a/\0"]
    for path in paths {
      #expect(throws: SourceTreeError.self, "\(path)") {
        try reader.contents(of: TreeEntry(path: path, mode: .regular))
      }
    }
  }

  @Test func `a directory replaced by a link after the listing is not followed`() throws {
    let directory = try TemporaryDirectory()
    try directory.write("outside/file", "secret")
    try directory.write("tree/inside/file", "mine")
    let tree = try DirectoryTree(path: directory.path + "/tree")
    let entry = try #require(tree.entries.first)

    try directory.remove("tree/inside")
    try directory.link("tree/inside", to: "../outside")

    var reader = try tree.makeReader()
    #expect(throws: SourceTreeError.notFound(path: "inside/file")) { try reader.contents(of: entry) }
  }

  @Test func `a file that has gone is not found`() throws {
    let directory = try TemporaryDirectory()
    try directory.write("file", "")
    let tree = try DirectoryTree(path: directory.path)
    try directory.remove("file")
    var reader = try tree.makeReader()
    #expect(throws: SourceTreeError.notFound(path: "file")) { try reader.contents(of: tree.entries[0]) }
  }
}

struct InMemoryTreeTests {
  @Test func `gives back what it was made of`() throws {
    let tree = InMemoryTree(
      files: ["b/c": Array("text".utf8), "b.a": []], links: ["a": "b/c"], revision: .index)
    #expect(tree.entries.map(\.path) == ["a", "b.a", "b/c"])
    #expect(tree.revision == .index)
    #expect(try texts(tree) == ["a": "b/c", "b.a": "", "b/c": "text"])
    var reader = tree.makeReader()
    #expect(throws: SourceTreeError.notFound(path: "d")) {
      try reader.contents(of: TreeEntry(path: "d", mode: .regular))
    }
  }
}

struct StandInTests {
  @Test(arguments: [
    ("version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n", true),
    ("\0GITCRYPT\0rest", true),
    ("version: https://git-lfs.github.com/spec/v1\n", false),
    ("", false),
    ("GITCRYPT", false),
  ])
  func `stand-ins of Git LFS and git-crypt are told from content`(text: String, isStandIn: Bool) {
    #expect((StandIn(Array(text.utf8)) != nil) == isStandIn)
  }
}

struct TreePathTests {
  @Test(
    arguments: [
      ("a", nil), ("a/b.yaml", nil), ("...", nil), ("a/.gitignore", nil), ("é", nil),
      ("", 0), ("/a", 0), ("a//b", 2), ("a/", 2), ("./a", 1), ("a/../b", 4), (".git/config", 4), ("a/.GIT", 6),
    ] as [(String, Int?)])
  func `only a path that a checkout could hold is good`(path: String, culpritEnd: Int?) {
    let problem = Array(path.utf8).withUnsafeBufferPointer { TreePath.problem(with: $0) }
    #expect(problem?.length == culpritEnd)
  }

  @Test(arguments: [
    ([UInt8]("plain é".utf8), "plain é"),
    ([0x61, 0xC3, 0x28], "a\\xC3("),
    ([0x1B, 0x5B], "\\x1B["),
    ([0xE2, 0x82, 0xAC, 0xFE], "€\\xFE"),
  ])
  func `bytes are shown as text where they are text`(bytes: [UInt8], shown: String) {
    #expect(TreePath.displayed(bytes) == shown)
  }
}
