/// Writes paths as relative references (RFC 3986).
package enum RelativeURI {
  /// `path` with everything percent-encoded that could be read as other than a part of a path, colons included, since
  /// one in the first segment would make it a scheme.
  package static func encode(_ path: String) -> String {
    var result: [UInt8] = []
    for byte in path.utf8 {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"):
        result.append(byte)
      case _ where "-._~/!$&'()*+,;=@".utf8.contains(byte):
        result.append(byte)
      default:
        let digits = String(byte, radix: 16, uppercase: true)
        result.append(contentsOf: (byte < 16 ? "%0" : "%").utf8)
        result.append(contentsOf: digits.utf8)
      }
    }
    return String(decoding: result, as: UTF8.self)
  }
}
