import FluxGraph
import Foundation
import GraphReporters
import Manifests
import SourceText
import SourceTrees
import TestSupport
import Testing

/// An example repository of `testdata/graph`, with what is written of it beside `repo/`.
struct Example: Sendable, CustomTestStringConvertible {
  var name: String

  var testDescription: String { name }

  static let all = ["circle-and-missing", "two-clusters", "no-entry-point", "names-that-bite"].map { Example(name: $0) }

  private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "testdata/graph")

  private var folder: URL { Self.root.appending(path: name) }

  func files() throws -> [String: [UInt8]] {
    var files: [String: [UInt8]] = [:]
    let top = folder.appending(path: "repo").path
    for path in try FileManager.default.subpathsOfDirectory(atPath: top) {
      var isFolder: ObjCBool = false
      let file = "\(top)/\(path)"
      guard FileManager.default.fileExists(atPath: file, isDirectory: &isFolder), !isFolder.boolValue else { continue }
      files[path] = Array(try #require(FileManager.default.contents(atPath: file)))
    }
    return files
  }

  /// Compares with a file beside `repo/`.
  func expect(_ text: String, is file: String) throws {
    #expect(text == (try ExpectedFile.text(at: folder.appending(path: file), for: text)))
  }
}

/// A repository and its map.
struct Drawn {
  var sources: SourceSet
  var map: GraphMap

  init(_ files: [String: [UInt8]]) async throws {
    var builder = GraphBuilder(sources: try await SourceSet.load(InMemoryTree(files: files)), fluxVersion: nil)
    let graph = await builder.build()
    sources = builder.sources
    map = GraphMap(graph, sources: builder.sources)
  }

  func place(_ range: SourceRange) -> String {
    "\(sources.path(of: range.file)):\(LineIndex(sources.bytes(of: range.file)).line(containing: Int(range.lowerBound)) + 1)"
  }

  var tree: String {
    map.clusters.map { GraphTree.lines(of: $0, place: place).map(shown).joined() }.joined(separator: "\n")
  }

  var inventory: String {
    Inventory(
      map: map, fileCount: sources.files.count, readFileCount: 0,
      objectCount: map.clusters.reduce(0) { $0 + $1.objectCount }, leftOutObjectCount: 0
    ).lines(place: place).map(shown).joined()
  }

  /// A line without what a terminal would obey: escaping is left to whoever prints it.
  private func shown(_ line: TextLine) -> String {
    let kept = line.text.unicodeScalars.map { scalar -> Unicode.Scalar in
      [.control, .format].contains(scalar.properties.generalCategory) ? "?" : scalar
    }
    return String(String.UnicodeScalarView(kept)) + "\n"
  }
}
