/// Shell patterns on bytes: `*` is any run of bytes, `?` any one byte, everything else itself.
package enum Glob {
  /// Whether `pattern` fits the whole of `text`. At worst the product of their lengths: only the last `*` is tried again.
  package static func matches(_ pattern: ArraySlice<UInt8>, _ text: ArraySlice<UInt8>) -> Bool {
    var pattern = pattern
    var text = text
    // Where to go on when a later part does not fit: just after the last `*`, one byte further in the text.
    var retry: (pattern: ArraySlice<UInt8>, text: ArraySlice<UInt8>)?
    while true {
      if let head = pattern.first {
        if head == UInt8(ascii: "*") {
          pattern = pattern.dropFirst()
          retry = (pattern, text)
          continue
        }
        if let byte = text.first, head == UInt8(ascii: "?") || head == byte {
          pattern = pattern.dropFirst()
          text = text.dropFirst()
          continue
        }
      } else if text.isEmpty {
        return true
      }
      guard let last = retry, !last.text.isEmpty else { return false }
      pattern = last.pattern
      text = last.text.dropFirst()
      retry = (pattern, text)
    }
  }
}
