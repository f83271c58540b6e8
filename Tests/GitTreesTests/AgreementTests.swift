import GitTrees
import SourceTrees
import TestSupport
import Testing

struct AgreementTests {
  @Test func `work tree, index and commit of a clean tree are the same`() throws {
    let repository = try TemporaryRepository()
    try repository.write("clusters/prod/apps.yaml", "kind: Kustomization\n")
    try repository.write("clusters/prod.yaml", "between in the order of bytes\n")
    try repository.write("clusters-old/a", "")
    try repository.write("run.sh", "#!/bin/sh\n")
    try repository.directory.makeExecutable("repo/run.sh")
    try repository.directory.link("repo/inside", to: "clusters/prod")
    try repository.directory.link("repo/outside", to: "/etc/passwd")
    try repository.write("name with \"quotes\" and blanks.yaml", "1")
    try repository.write("grüße/\u{1F600}.yaml", "2")
    try repository.write("line\nbreak.yaml", "3")
    try repository.commitAll()

    let git = try repository.open()
    let workTree = try git.workTree()
    let index = try git.index()
    let commit = try git.commit("HEAD")

    let expected = [
      "clusters-old/a", "clusters/prod.yaml", "clusters/prod/apps.yaml", "grüße/\u{1F600}.yaml", "inside",
      "line\nbreak.yaml", "name with \"quotes\" and blanks.yaml", "outside", "run.sh",
    ]
    #expect(paths(workTree) == expected)
    #expect(paths(index) == expected)
    #expect(paths(commit) == expected)
    #expect(workTree.entries.map(\.mode) == index.entries.map(\.mode))
    #expect(index.entries == commit.entries)
    #expect(index.entries.first { $0.path == "run.sh" }?.mode == .executable)
    let contents = try texts(workTree)
    #expect(contents["outside"] == "/etc/passwd")
    #expect(try texts(index) == contents)
    #expect(try texts(commit) == contents)
    #expect(workTree.notices.isEmpty && index.notices.isEmpty && commit.notices.isEmpty)
    #expect(workTree.revision == .workTree)
    #expect(index.revision == .index)
    let head = try repository.git("rev-parse", "HEAD").prefix(40)
    #expect(commit.revision == .commit(String(head)))
  }

  @Test func `what is nested too deep is the same notice in every tree`() throws {
    let repository = try TemporaryRepository()
    let deep = Array(repeating: "d", count: TreePath.maximumDepth - 1).joined(separator: "/")
    try repository.write(deep + "/taken", "")
    try repository.write(deep + "/d/left-out", "")
    try repository.write(deep + "/d/d/left-out", "")
    try repository.commitAll()

    let git = try repository.open()

    let notices = [TreeNotice(path: deep + "/d", reason: TreePath.tooDeep)]
    #expect(try paths(git.workTree()) == [deep + "/taken"])
    #expect(try git.workTree().notices == notices)
    #expect(try git.index().entries == git.commit("HEAD").entries)
    #expect(try git.index().notices == notices)
    #expect(try git.commit("HEAD").notices == notices)
  }
}
