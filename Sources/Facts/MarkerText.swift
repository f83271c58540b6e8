/// What a comment says that is to be a marker of image-automation-controller: a JSON object of texts with the key
/// `$imagepolicy`, and nothing else (kyaml `fieldmeta/fieldmeta.go`, `processShortHand`).
struct MarkerText {
  enum Failure: Error, Hashable {
    /// It is no JSON object whose values are all texts, or has no such key.
    case notAnObject
    /// Something stands behind the object.
    case textBehind
  }

  /// The value of the key, and where it is in the comment, without its quotes.
  private(set) var reference = ""
  private(set) var bounds = 0..<0

  static let key = "$imagepolicy"

  /// - Parameter comment: from the `#` on.
  init(_ comment: ArraySlice<UInt8>) throws(Failure) {
    var scanner = Scanner(rest: comment.drop { $0 == UInt8(ascii: "#") })
    scanner.skipBlanks()
    guard scanner.take("{") else { throw .notAnObject }
    var isFound = false
    repeat {
      guard let key = scanner.string(), scanner.take(":"), let value = scanner.string() else { throw .notAnObject }
      guard key.text == Self.key else { continue }
      reference = value.text
      bounds = value.bounds.lowerBound - comment.startIndex..<value.bounds.upperBound - comment.startIndex
      isFound = true
    } while scanner.take(",")
    guard scanner.take("}"), isFound else { throw .notAnObject }
    scanner.skipBlanks()
    guard scanner.rest.isEmpty else { throw .textBehind }
  }

  private struct Scanner {
    var rest: ArraySlice<UInt8>

    mutating func skipBlanks() { rest = rest.drop { $0 == 0x20 || $0 == 0x09 || $0 == 0x0D || $0 == 0x0A } }

    mutating func take(_ mark: Unicode.Scalar) -> Bool {
      skipBlanks()
      guard rest.first == UInt8(ascii: mark) else { return false }
      rest = rest.dropFirst()
      return true
    }

    /// A text in double quotes. Escapes other than those of marks do not occur in names.
    mutating func string() -> (text: String, bounds: Range<Int>)? {
      guard take("\"") else { return nil }
      let start = rest.startIndex
      var bytes: [UInt8] = []
      while let byte = rest.first, byte != UInt8(ascii: "\"") {
        rest = rest.dropFirst()
        guard byte == UInt8(ascii: "\\") else {
          bytes.append(byte)
          continue
        }
        guard let escaped = rest.first, "\"\\/".utf8.contains(escaped) else { return nil }
        bytes.append(escaped)
        rest = rest.dropFirst()
      }
      let end = rest.startIndex
      return take("\"") ? (String(decoding: bytes, as: UTF8.self), start..<end) : nil
    }
  }
}
