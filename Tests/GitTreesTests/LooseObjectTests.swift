import Foundation
import GitTrees
import SourceTrees
import TestSupport
import Testing

/// libgit2 1.5 reads on for ever in a loose object whose file is cut off; these tests would not end either.
struct LooseObjectTests {
  private func repository() throws -> TemporaryRepository {
    let repository = try TemporaryRepository()
    try repository.write("apps/a.yaml", (1...200).map { "key\($0): value \($0 * 7919)\n" }.joined())
    for number in 1...40 { try repository.write("apps/file-\(number * 7919).yaml", "a: \(number)\n") }
    try repository.commitAll()
    return repository
  }

  private func file(of object: String, in repository: TemporaryRepository) throws -> String {
    let id = try repository.git("rev-parse", object).prefix(40)
    return ".git/objects/\(id.prefix(2))/\(id.dropFirst(2))"
  }

  private func damage(_ object: String, in repository: TemporaryRepository, _ change: (Data) -> Data) throws {
    let path = try repository.directory.path + "/repo/" + file(of: object, in: repository)
    let content = try Data(contentsOf: URL(fileURLWithPath: path))
    try FileManager.default.removeItem(atPath: path)
    try change(content).write(to: URL(fileURLWithPath: path))
  }

  private static let cuts = [0.0, 0.1, 0.3, 0.5, 0.7, 0.9, 0.99]

  @Test(arguments: cuts) func `a blob that is cut off cannot be read, and the others can`(part: Double) throws {
    let repository = try repository()
    try damage("HEAD:apps/a.yaml", in: repository) { $0.prefix(Int(Double($0.count) * part)) }
    let tree = try repository.open().commit("HEAD")
    var reader = try tree.makeReader()
    for entry in tree.entries {
      if entry.path == "apps/a.yaml" {
        #expect(throws: SourceTreeError.self) { try reader.contents(of: entry) }
      } else {
        #expect(try reader.contents(of: entry).isEmpty == false)
      }
    }
  }

  @Test(arguments: ["HEAD", "HEAD^{tree}", "HEAD:apps"], cuts)
  func `a commit or directory that is cut off is an error`(object: String, part: Double) throws {
    let repository = try repository()
    try damage(object, in: repository) { $0.prefix(Int(Double($0.count) * part)) }
    #expect(throws: GitError.self) { _ = try repository.open().commit("HEAD") }
  }

  @Test func `an object with a changed byte is an error`() throws {
    let repository = try repository()
    try damage("HEAD:apps/a.yaml", in: repository) { content in
      var content = content
      content[content.startIndex + content.count / 2] ^= 0xFF
      return content
    }
    let tree = try repository.open().commit("HEAD")
    var reader = try tree.makeReader()
    let entry = try #require(tree.entries.first { $0.path == "apps/a.yaml" })
    #expect(throws: SourceTreeError.self) { try reader.contents(of: entry) }
  }

  @Test func `an object with the content of another is an error`() throws {
    let repository = try repository()
    let top = repository.directory.path + "/repo/"
    let other = try Data(
      contentsOf: URL(fileURLWithPath: top + file(of: "HEAD:apps/file-7919.yaml", in: repository)))
    try damage("HEAD:apps/a.yaml", in: repository) { _ in other }
    let tree = try repository.open().commit("HEAD")
    var reader = try tree.makeReader()
    let entry = try #require(tree.entries.first { $0.path == "apps/a.yaml" })
    #expect(throws: SourceTreeError.self) { try reader.contents(of: entry) }
  }

  @Test func `a tag that names itself is an error`() throws {
    let repository = try repository()
    try repository.git("tag", "-a", "-m", "x", "x")
    let tag = try file(of: "refs/tags/x", in: repository)
    let id = String(repeating: "16", count: 20)
    let directory = repository.directory.path + "/repo/.git/"
    try FileManager.default.createDirectory(atPath: directory + "objects/16", withIntermediateDirectories: true)
    // The tag of a commit, under the id that it does not have.
    try FileManager.default.copyItem(
      atPath: repository.directory.path + "/repo/" + tag, toPath: directory + "objects/16/" + id.dropFirst(2))
    try Data((id + "\n").utf8).write(to: URL(fileURLWithPath: directory + "refs/tags/x"))
    #expect(throws: GitError.self) { _ = try repository.open().commit("x") }
  }

  @Test func `an empty file and one with zero bytes are read as they are`() throws {
    let repository = try TemporaryRepository()
    try repository.write("empty.yaml", "")
    try repository.write("zero.yaml", "a\u{0}b")
    try repository.commitAll()
    #expect(try texts(repository.open().commit("HEAD")) == ["empty.yaml": "", "zero.yaml": "a\u{0}b"])
  }
}
