/// The words for a syntax problem. libyaml's own are known to everybody who has met a YAML error, so they stay.
struct SyntaxMessage {
  let text: String

  /// - Parameters:
  ///   - words: libyaml's problem.
  ///   - context: what it was doing, such as `while parsing a block mapping`.
  ///   - byte: the byte at the place of the problem, nil at the end of the text.
  init(words: String, context: String?, at byte: UInt8?) {
    var text = words.replacing("hexdecimal", with: "hexadecimal")
    if words == "found character that cannot start any token" {
      switch byte {
      case UInt8(ascii: "\t"): text = "found a tab character that cannot start any token, indent with spaces"
      case UInt8(ascii: "@"), UInt8(ascii: "`"), UInt8(ascii: "%"):
        text = "found character '\(UnicodeScalar(byte ?? 0))' that cannot start any token, quote the value"
      default: break
      }
    } else if let context, context.hasPrefix("while ") {
      text += " \(context)"
    }
    self.text = text
  }
}
