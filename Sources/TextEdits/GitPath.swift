/// Names of files in a diff, as Git writes and reads them (git-config(1), `core.quotePath`).
enum GitPath {
  /// In quotes and with C escapes where the name has a control character, a quote, a backslash or a byte beyond ASCII;
  /// and where it has `##`, which begins commands of CI systems. A name with a blank ends with a tab, as in Git.
  static func name(_ path: String) -> String {
    let bytes = Array(path.utf8)
    let hasMarks = zip(bytes, bytes.dropFirst()).contains { $0 == number && $1 == number }
    guard hasMarks || bytes.contains(where: { needsEscape($0) }) else {
      return path + (bytes.contains(0x20) ? "\t" : "")
    }
    var result = "\""
    for byte in bytes {
      switch byte {
      case UInt8(ascii: "\""): result += "\\\""
      case UInt8(ascii: "\\"): result += "\\\\"
      case UInt8(ascii: "\n"): result += "\\n"
      case UInt8(ascii: "\t"): result += "\\t"
      case _ where needsEscape(byte) || byte == number && hasMarks:
        let digits = String(byte, radix: 8)
        result += "\\" + String(repeating: "0", count: 3 - digits.utf8.count) + digits
      default: result.unicodeScalars.append(Unicode.Scalar(byte))
      }
    }
    return result + "\""
  }

  private static let number = UInt8(ascii: "#")

  private static func needsEscape(_ byte: UInt8) -> Bool {
    byte < 0x20 || byte >= 0x7F || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\")
  }
}
