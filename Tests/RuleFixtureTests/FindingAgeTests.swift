import Diagnostics
import Linting
import Sessions
import SourceTrees
import Testing

/// Which findings are new where two revisions are compared.
struct FindingAgeTests {
  private static func check(_ files: [String: [UInt8]], base: [String: [UInt8]]) async throws -> Report {
    var options = LinterOptions()
    options.base = BaseTree(InMemoryTree(files: base))
    return try await Linter.check(InMemoryTree(files: files), options: options)
  }

  @Test func `edits that change no finding make none new`() async throws {
    let fleet = try Repository.files(below: Repository.root + "/testdata/fleet")
    let before = try await Linter.check(InMemoryTree(files: fleet)).findings.filter {
      $0.rule.name != "file-not-applied"
    }
    #expect(before.count > 5)
    var (all, unchanged) = (0, 0)
    for seed in 0..<200 {
      var edit = Edit(seed: UInt64(seed))
      let files = edit.apply(to: fleet)
      let report = try await Self.check(files, base: fleet)
      all += report.findings.count
      unchanged += report.findings.count { $0.age == .unchanged }
    }
    #expect(Double(unchanged) >= 0.99 * Double(all), "\(unchanged) of \(all)")
  }

  @Test func `a finding that the base does not have is new, and all are new beside nothing`() async throws {
    let fleet = try Repository.files(below: Repository.root + "/testdata/fleet")
    var files = fleet
    files["clusters/production/new.yaml"] = Array("a: 1\na: 2\n".utf8)
    let report = try await Self.check(files, base: fleet)
    #expect(Set(report.findings.filter { $0.age == .new }.map(\.rule.name)).contains("duplicate-key"))
    #expect(report.newCount == report.findings.count { $0.age == .new })
    let alone = try await Self.check(files, base: [:])
    #expect(alone.findings.allSatisfy { $0.age == .new && $0.data["change"] == nil })
    let same = try await Self.check(files, base: files)
    #expect(same.newCount == 0 && same.findings.count == alone.findings.count)
    #expect(same.withoutOlder().findings.isEmpty && same.withoutOlder().olderCount == alone.findings.count)
  }
}

/// A change of a repository that means nothing: lines inserted, a file renamed, keys in another order.
private struct Edit {
  private var state: UInt64

  init(seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 &+ 1 }

  private mutating func number(below limit: Int) -> Int {
    state ^= state << 13
    state ^= state >> 7
    state ^= state << 17
    return Int(state % UInt64(limit))
  }

  mutating func apply(to files: [String: [UInt8]]) -> [String: [UInt8]] {
    let paths = files.keys.filter { $0.hasSuffix(".yaml") && !$0.contains("flux-system") }.sorted()
    let path = paths[number(below: paths.count)]
    var files = files
    let bytes = files[path] ?? []
    switch number(below: 3) {
    case 0:
      files[path] = Array("# one\n\n# two\n".utf8) + bytes
    case 1:
      // Nothing may name it.
      let name = path.split(separator: "/").last.map(String.init) ?? path
      let isNamed = files.values.contains { String(decoding: $0, as: UTF8.self).contains(name) }
      if isNamed || name == "kustomization.yaml" { break }
      files[path] = nil
      files[path.dropLast(5) + "-renamed.yaml"] = bytes
    default:
      files[path] = Self.withReorderedKeys(bytes)
    }
    return files
  }

  /// The last two blocks of each document's top level change places.
  private static func withReorderedKeys(_ bytes: [UInt8]) -> [UInt8] {
    let documents = String(decoding: bytes, as: UTF8.self).split(separator: "---\n", omittingEmptySubsequences: false)
    let changed = documents.map { document -> String in
      var blocks: [[Substring]] = []
      for line in document.split(separator: "\n", omittingEmptySubsequences: true) {
        if line.first?.isLetter == true || blocks.isEmpty {
          blocks.append([line])
        } else {
          blocks[blocks.count - 1].append(line)
        }
      }
      if blocks.count > 1 { blocks.swapAt(blocks.count - 1, blocks.count - 2) }
      return blocks.joined().map { "\($0)\n" }.joined()
    }
    return Array(changed.joined(separator: "---\n").utf8)
  }
}
