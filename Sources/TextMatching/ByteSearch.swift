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

  /// The same for a text that is not known before.
  package func contains(subsequence bytes: [UInt8]) -> Bool {
    withUnsafeBufferPointer { all in bytes.withUnsafeBufferPointer { all.contains($0) } }
  }
}

extension UnsafeBufferPointer<UInt8> {
  fileprivate func containsText(_ text: StaticString) -> Bool {
    contains(UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
  }

  fileprivate func contains(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
    let length = text.count
    guard let first = text.baseAddress, length > 0, let start = baseAddress else { return length == 0 }
    var offset = 0
    while offset + length <= count,
      let found = memchr(start + offset, Int32(first[0]), count - length - offset + 1)
    {
      if memcmp(found, first, length) == 0 { return true }
      offset = UnsafeRawPointer(found) - UnsafeRawPointer(start) + 1
    }
    return false
  }
}
