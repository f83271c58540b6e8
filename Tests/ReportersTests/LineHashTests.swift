import Foundation
import Reporters
import Testing

struct LineHashTests {
  /// Text and hashes of its lines, without the empty line after a final line break.
  static let vectors: [(text: [UInt8], hashes: [String])] = [
    ([], ["c129715d7a2bc9a3:1"]),
    (Array("a: 1".utf8), ["85c1f919ae62217b:1"]),
    (Array("a: 1\n".utf8), ["4037987d9a8320d9:1"]),
    (Array("a: 1\r\n".utf8), ["4037987d9a8320d9:1"]),
    (Array("a: 1\r".utf8), ["4037987d9a8320d9:1"]),
    (Array("\ta:   1\n".utf8), ["4037987d9a8320d9:1"]),
    (Array("\u{FEFF}a: 1\n".utf8), ["b0d247ce31758248:1"]),
    (Array("a: 🚀\n".utf8), ["2e6dc35af8978291:1"]),
    (Array("a: ".utf8) + [0xE9, 0x0A], ["bc71fbb31e87af55:1"]),
    (
      Array(" a\nb\n  \t\tc\n d".utf8),
      ["271789c17abda88f:1", "54703d4cd895b18:1", "180aee12dab6264:1", "a23a3dc5e078b07b:1"]
    ),
    (
      Array(String(repeating: "- name: app\n", count: 30).utf8),
      ["821cbc944663e7d6:1", "821cbc944663e7d6:2", "821cbc944663e7d6:3"]
    ),
  ]

  @Test(arguments: vectors) func `hashes of lines are those of GitHub`(text: [UInt8], hashes: [String]) {
    let values = GitHubLineHashes(text).values
    #expect(Array(values.prefix(hashes.count)) == hashes)
  }

  @Test func `there is a hash for every line, an empty last one included`() {
    #expect(GitHubLineHashes(Array("a\nb\n".utf8)).values.count == 3)
    #expect(GitHubLineHashes(Array("a\r \nb".utf8)).values.count == 3)
    #expect(GitHubLineHashes(Array("a\r\nb".utf8)).values.count == 2)
  }

  static let sharedVectors = TestData.repository.appending(path: "../shared/cases/sarif/line_hash_vectors.json")

  @Test(.enabled(if: FileManager.default.fileExists(atPath: sharedVectors.path)))
  func `all shared vectors hold`() throws {
    struct Vectors: Decodable {
      struct Vector: Decodable {
        var name: String
        var utf8Hex: String
        var hashes: [String]
      }
      var vectors: [Vector]
    }
    let vectors = try JSONDecoder().decode(Vectors.self, from: Data(contentsOf: Self.sharedVectors)).vectors
    #expect(!vectors.isEmpty)
    for vector in vectors {
      let digits = Array(vector.utf8Hex)
      let bytes = try stride(from: 0, to: digits.count, by: 2).map {
        try #require(UInt8(String(digits[$0...($0 + 1)]), radix: 16))
      }
      #expect(GitHubLineHashes(bytes).values == vector.hashes, "\(vector.name)")
    }
  }
}
