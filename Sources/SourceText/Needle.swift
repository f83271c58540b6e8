/// Bytes to look for in others, in time that grows with the text alone (Knuth, Morris, Pratt).
package struct Needle: Sendable {
  package let bytes: [UInt8]
  /// For each prefix of the bytes, how long the longest shorter prefix is that it ends with.
  private let borders: [Int]

  package init(_ bytes: [UInt8]) {
    self.bytes = bytes
    var borders = [Int](repeating: 0, count: bytes.count)
    var length = 0
    for index in bytes.indices.dropFirst() {
      while length > 0, bytes[index] != bytes[length] { length = borders[length - 1] }
      if bytes[index] == bytes[length] { length += 1 }
      borders[index] = length
    }
    self.borders = borders
  }

  /// Where the bytes stand first at `start` or behind it; nil when nowhere.
  package func firstPlace(in text: [UInt8], from start: Int) -> Int? {
    if bytes.isEmpty { return start }
    var length = 0
    for index in start..<max(start, text.count) {
      while length > 0, text[index] != bytes[length] { length = borders[length - 1] }
      if text[index] == bytes[length] { length += 1 }
      if length == bytes.count { return index + 1 - length }
    }
    return nil
  }
}
