#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

extension [UInt8] {
  /// Where `needle` first begins at or behind an offset. O(bytes), at the speed of the system's search for one byte.
  package func firstOffset(of needle: [UInt8], from start: Int = 0) -> Int? {
    guard let first = needle.first else { return nil }
    return withUnsafeBytes { text in
      guard let base = text.baseAddress else { return nil }
      var offset = start
      while offset + needle.count <= text.count,
        let found = memchr(base + offset, CInt(first), text.count - needle.count + 1 - offset)
      {
        if memcmp(found, needle, needle.count) == 0 { return UnsafeRawPointer(found) - base }
        offset = UnsafeRawPointer(found) - base + 1
      }
      return nil
    }
  }
}
