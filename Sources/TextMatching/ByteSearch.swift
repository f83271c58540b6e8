#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

extension Sequence<UInt8> {
  /// Whether `text` stands somewhere in the bytes.
  package func contains(subsequence text: StaticString) -> Bool {
    withContiguousStorageIfAvailable { $0.containsText(text) } ?? Array(self).contains(subsequence: text)
  }
}

extension [UInt8] {
  /// The same: whole files are searched, which must not go through what is generic.
  package func contains(subsequence text: StaticString) -> Bool { withUnsafeBufferPointer { $0.containsText(text) } }
}

extension UnsafeBufferPointer<UInt8> {
  fileprivate func containsText(_ text: StaticString) -> Bool {
    let length = text.utf8CodeUnitCount
    guard length > 0, let start = baseAddress else { return length == 0 }
    var offset = 0
    while offset + length <= count,
      let found = memchr(start + offset, Int32(text.utf8Start[0]), count - length - offset + 1)
    {
      if memcmp(found, text.utf8Start, length) == 0 { return true }
      offset = UnsafeRawPointer(found) - UnsafeRawPointer(start) + 1
    }
    return false
  }
}
