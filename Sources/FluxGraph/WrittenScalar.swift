import Printing
import YAMLSyntax

/// A string as it stands in the text that post-build substitution works on.
///
/// The controller writes each object with sigs.k8s.io/yaml (go-yaml v2), substitutes in that text and reads it again. So
/// the quotes of the source are gone, and what a value becomes depends on the style that go-yaml takes for the string
/// (`encode.go`, `emitterc.go`).
struct WrittenScalar {
  enum Style { case plain, singleQuoted, doubleQuoted, literal }

  /// Where it stands. A key has no block style, and what is a mapping behind a dash is none behind a colon.
  enum Place { case key, value, item }

  let style: Style
  let place: Place

  init(_ text: UnsafeBufferPointer<UInt8>, at place: Place) {
    self.place = place
    let isKey = place == .key
    let facts = ScalarFacts(text)
    // A text with an expression in it is never a number, a date or a word with a meaning: it needs no quotes for that.
    if facts.hasLineFeed {
      style = facts.allowsBlock && !isKey ? .literal : .doubleQuoted
    } else if facts.allowsPlain {
      style = .plain
    } else {
      style = facts.allowsSingleQuotes && !(isKey && facts.hasBreak) ? .singleQuoted : .doubleQuoted
    }
  }

  /// Whether a text that came out of a plain scalar is one plain scalar again, whatever it resolves to.
  static func isPlain(_ text: UnsafeBufferPointer<UInt8>) -> Bool { !text.isEmpty && ScalarFacts(text).allowsPlain }

  /// The text between the quotes; the text itself where there are none.
  func escaped(_ text: UnsafeBufferPointer<UInt8>) -> [UInt8] {
    switch style {
    case .plain, .literal: return Array(text)
    case .singleQuoted:
      return text.flatMap { $0 == UInt8(ascii: "'") ? [$0, $0] : [$0] }
    case .doubleQuoted:
      var result: [UInt8] = []
      for byte in text {
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"): result += [UInt8(ascii: "\\"), byte]
        case 0x0A: result += Array("\\n".utf8)
        case 0..<0x20, 0x7F:
          let digits = Array("0123456789ABCDEF".utf8)
          result += Array("\\x".utf8) + [digits[Int(byte >> 4)], digits[Int(byte & 15)]]
        default: result.append(byte)
        }
      }
      return result
    }
  }

  /// A document with `content`, which is what became of the escaped `original`: as the value of a key, as a key, or as
  /// the item of a list, of which there is one.
  func document(_ content: [UInt8], original: UnsafeBufferPointer<UInt8>) -> [UInt8] {
    var text: [UInt8]
    var end: [UInt8] = [0x0A]
    switch style {
    case .plain: text = content
    case .singleQuoted: text = [UInt8(ascii: "'")] + content + [UInt8(ascii: "'")]
    case .doubleQuoted: text = [UInt8(ascii: "\"")] + content + [UInt8(ascii: "\"")]
    case .literal:
      let hints = Self.hints(for: original)
      text = [UInt8(ascii: "|")] + hints + [0x0A]
      for line in content.split(separator: 0x0A, omittingEmptySubsequences: false) {
        if !line.isEmpty { text += [0x20, 0x20] + line }
        text.append(0x0A)
      }
      // The split made one line more than there are line breaks.
      if content.last == 0x0A { text.removeLast() }
      // Where all line feeds at the end are kept, one more would be one of them.
      if hints.contains(UInt8(ascii: "+")) { end = [] }
    }
    switch place {
    case .key: return text + Array(": v\n".utf8)
    case .value: return Array("k: ".utf8) + text + end
    case .item: return Array("- ".utf8) + text + end
    }
  }

  /// What such a document says in place of the scalar; nil when it is no such document any more.
  func result(in forest: Forest, root: NodeRef) -> NodeRef? {
    guard forest.count(root) == 1 else { return nil }
    switch place {
    case .item: return forest.kind(root) == .sequence ? forest.items(root).first : nil
    case .key: return forest.kind(root) == .mapping ? forest.pairs(root).first?.key : nil
    case .value: return forest.kind(root) == .mapping ? forest.pairs(root).first?.value : nil
    }
  }

  private static func hints(for text: UnsafeBufferPointer<UInt8>) -> [UInt8] {
    var hints: [UInt8] = []
    if text.first == 0x20 || text.first == 0x0A { hints.append(UInt8(ascii: "2")) }
    if text.last != 0x0A {
      hints.append(UInt8(ascii: "-"))
    } else if text.count == 1 || text[text.count - 2] == 0x0A {
      hints.append(UInt8(ascii: "+"))
    }
    return hints
  }
}
