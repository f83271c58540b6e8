import Foundation
import GitTrees
import SourceTrees
import TestSupport
import Testing

/// libgit2 1.5 crashes on a pack index that points out of its pack.
struct PackIndexTests {
  /// A repository with one pack, and the path of its index.
  private func packed() throws -> (repository: TemporaryRepository, index: String) {
    let repository = try TemporaryRepository()
    for number in 1...30 { try repository.write("apps/\(number).yaml", "a: \(number * 7919)\n") }
    try repository.commitAll()
    try repository.git("gc", "--quiet")
    let directory = repository.directory.path + "/repo/.git/objects/pack"
    let name = try #require(
      FileManager.default.contentsOfDirectory(atPath: directory).first { $0.hasSuffix(".idx") })
    return (repository, directory + "/" + name)
  }

  /// Writes over the place of one object.
  private func damage(_ index: String, object: Int, with place: [UInt8]) throws {
    var content = try Data(contentsOf: URL(fileURLWithPath: index))
    let count = content[1028..<1032].reduce(0) { $0 << 8 | Int($1) }
    let start = 1032 + 24 * count + 4 * (object % count)
    content.replaceSubrange(start..<start + 4, with: place)
    try FileManager.default.removeItem(atPath: index)
    try content.write(to: URL(fileURLWithPath: index))
  }

  @Test(
    arguments: [[0x7F, 0xFF, 0xFF, 0xFF], [0xFF, 0xFF, 0xFF, 0xFF], [0x80, 0, 0, 0], [0, 0, 0, 0]] as [[UInt8]])
  func `a place that is not in the pack is an error for commits and the index`(place: [UInt8]) throws {
    for object in [0, 7, 31] {
      let (repository, index) = try packed()
      try damage(index, object: object, with: place)
      let git = try repository.open()
      let expected = GitError.damagedPack(path: index.dropLast(4) + ".pack")
      #expect(throws: expected) { _ = try git.commit("HEAD") }
      #expect(throws: expected) { _ = try git.index() }
      #expect(try git.workTree().entries.count == 30, "the files on disk need no objects")
    }
  }

  @Test(arguments: [0..<1024, 0..<4, 1020..<1024]) func `counts that are not those of the table are an error`(
    bytes: Range<Int>
  ) throws {
    let (repository, index) = try packed()
    var content = try Data(contentsOf: URL(fileURLWithPath: index))
    content.replaceSubrange(
      8 + bytes.lowerBound..<8 + bytes.upperBound, with: [UInt8](repeating: 0xFF, count: bytes.count))
    try FileManager.default.removeItem(atPath: index)
    try content.write(to: URL(fileURLWithPath: index))
    let git = try repository.open()
    let expected = GitError.damagedPack(path: index.dropLast(4) + ".pack")
    #expect(throws: expected) { _ = try git.commit("HEAD") }
    #expect(throws: expected) { _ = try git.index() }
  }

  @Test func `a whole pack is read`() throws {
    let (repository, _) = try packed()
    #expect(try repository.open().commit("HEAD").entries.count == 30)
  }
}
