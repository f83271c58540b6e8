import Foundation
import SourceText

@testable import YAMLSyntax

/// A text read with `BlockScanner` in front, and by libyaml alone.
enum TwoReaders {
  /// In what the trees differ, nil if they are the same.
  static func difference(_ text: [UInt8], limits: YAMLLimits = YAMLLimits()) -> String? {
    let file = FileID(3)
    return YAMLParser.parse(text, file: file, tree: 3, limits: limits).difference(
      from: YAMLParser.parse(text, file: file, tree: 3, limits: limits, scansFirst: false))
      ?? YAMLParser.parseFirst(text, file: file, tree: 3, limits: limits).difference(
        from: YAMLParser.parseFirst(text, file: file, tree: 3, limits: limits, scansFirst: false))
  }

  /// Whether libyaml is not needed for any part of the text.
  static func isScanned(_ source: [UInt8]) -> Bool {
    source.withUnsafeBufferPointer { text in
      var builder = TreeBuilder(
        source: source, text: text, file: FileID(0), tree: 0, limits: YAMLLimits(), looksBehind: true, scansFirst: true)
      return DocumentPiece.cut(text).allSatisfy { piece in
        let start = piece.range.lowerBound + (text.hasByteOrderMark(at: piece.range.lowerBound) ? 3 : 0)
        var scanner = BlockScanner(text, start..<piece.range.upperBound)
        do {
          _ = try scanner.scan(into: &builder)
          return true
        } catch {
          return false
        }
      }
    }
  }

  /// The YAML files below a directory with their bytes, but for what is built and what is very large.
  static func files(below directory: URL) -> [(path: String, text: [UInt8])] {
    guard let names = FileManager.default.enumerator(atPath: directory.path) else { return [] }
    return names.compactMap { $0 as? String }
      .filter { ($0.hasSuffix(".yaml") || $0.hasSuffix(".yml")) && !$0.hasPrefix(".") }.sorted()
      .compactMap { name in
        guard let data = try? Data(contentsOf: directory.appending(path: name)), data.count < 1 << 20 else {
          return nil
        }
        return (name, Array(data))
      }
  }

  /// A text changed at a few random places by what has a meaning in YAML.
  static func changed(_ original: [UInt8], _ random: inout PropertyTests.Random) -> [UInt8] {
    var text = original
    for _ in 0..<Int.random(in: 1...3, using: &random) {
      let place = Int.random(in: 0...text.count, using: &random)
      let end = min(text.count, place + Int.random(in: 1...12, using: &random))
      switch Int.random(in: 0..<8, using: &random) {
      case 0: text.removeSubrange(place..<end)
      case 1: text.insert(contentsOf: text[place..<end], at: Int.random(in: 0...text.count, using: &random))
      case 2: text.removeSubrange(end...)
      case 3:
        let line = text[..<place].lastIndex(of: 0x0A).map { $0 + 1 } ?? 0
        text.insert(contentsOf: "  ".utf8.prefix(Int.random(in: 1...2, using: &random)), at: line)
      case 4: text.insert(contentsOf: (PropertyTests.insertions.randomElement(using: &random) ?? "").utf8, at: place)
      default: text.insert(Self.marks.randomElement(using: &random) ?? 0x20, at: place)
      }
    }
    return text
  }

  private static let marks = Array(" :-#'\"|>[]{}&*!%@\n\t,?~\\`".utf8)
}
