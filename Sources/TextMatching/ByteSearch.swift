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
    withContiguousStorageIfAvailable { bytes in
      let count = text.utf8CodeUnitCount
      guard count > 0, let start = bytes.baseAddress else { return count == 0 }
      var offset = 0
      while offset + count <= bytes.count,
        let found = memchr(start + offset, Int32(text.utf8Start[0]), bytes.count - count - offset + 1)
      {
        if memcmp(found, text.utf8Start, count) == 0 { return true }
        offset = UnsafeRawPointer(found) - UnsafeRawPointer(start) + 1
      }
      return false
    } ?? Array(self).contains(subsequence: text)
  }
}
