import Foundation
import Testing

@testable import Kustomize

/// Small repositories and what kustomize makes of them, in `testdata/kustomize`: a file has sections `### in: what it
/// shows` and `### out`, in turn. What comes out is the objects as JSON, one on a line, or `!` and a part of the message.
struct ExampleTests {
  struct Example: CustomTestStringConvertible, Sendable {
    var name: String
    var input: String
    var output: String
    var testDescription: String { name }

    static let all: [Example] = {
      let root = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
      let directory = root.appending(path: "testdata/kustomize")
      let names = (try? FileManager.default.contentsOfDirectory(atPath: directory.path)) ?? []
      return names.sorted().flatMap { name in
        let text = (try? String(contentsOf: directory.appending(path: name), encoding: .utf8)) ?? ""
        return text.components(separatedBy: "### in: ").dropFirst().compactMap { section -> Example? in
          guard let title = section.firstIndex(of: "\n"), let out = section.range(of: "\n### out\n") else { return nil }
          return Example(
            name: "\(name): \(section[..<title])",
            input: String(section[section.index(after: title)..<out.lowerBound]),
            output: String(section[out.upperBound...]))
        }
      }
    }()
  }

  @Test func `the examples are there`() {
    #expect(Example.all.count > 40)
  }

  @Test(arguments: Example.all)
  func `a repository is built as kustomize builds it`(_ example: Example) {
    let build = MemoryRepository(example.input).build()
    let lines = example.output.split(separator: "\n").map(String.init)
    if let line = lines.first, line.hasPrefix("! ") {
      #expect(build.messages.contains { $0.contains(line.dropFirst(2)) }, "\(build.messages)")
    } else {
      #expect(build.messages == [])
      #expect(build.json == lines)
    }
  }
}
