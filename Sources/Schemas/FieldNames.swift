/// The names of the fields of one schema, looked up by their bytes: every key of every object is.
struct FieldNames: Sendable {
  /// All names, one behind the other.
  private var bytes: [UInt8] = []
  /// Where each ends.
  private var ends: [Int32] = []
  /// Open addressing: the number of a field, or -1. Its size is a power of two, at least twice the number of fields.
  private var slots: [Int32] = []

  init(_ names: some Collection<String>) {
    guard !names.isEmpty else { return }
    var size = 4
    while size < names.count * 2 { size *= 2 }
    slots = Array(repeating: -1, count: size)
    for name in names {
      let number = ends.count
      let start = bytes.count
      bytes.append(contentsOf: name.utf8)
      ends.append(Int32(bytes.count))
      let slot = bytes.withUnsafeBufferPointer { (bytes: UnsafeBufferPointer<UInt8>) -> Int in
        self.slot(of: UnsafeBufferPointer(rebasing: bytes[start...]))
      }
      // Of two fields with one name the first is meant.
      if slots[slot] < 0 { slots[slot] = Int32(number) }
    }
  }

  func number(of name: UnsafeBufferPointer<UInt8>) -> Int? {
    guard !slots.isEmpty else { return nil }
    let number = slots[slot(of: name)]
    return number < 0 ? nil : Int(number)
  }

  /// The slot that has the name, else the free one where it would be.
  private func slot(of name: UnsafeBufferPointer<UInt8>) -> Int {
    let mask = slots.count - 1
    var slot = Self.hash(name) & mask
    while slots[slot] >= 0, !hasName(Int(slots[slot]), name) { slot = (slot + 1) & mask }
    return slot
  }

  private func hasName(_ number: Int, _ name: UnsafeBufferPointer<UInt8>) -> Bool {
    let start = number == 0 ? 0 : Int(ends[number - 1])
    guard Int(ends[number]) - start == name.count else { return false }
    return bytes.withUnsafeBufferPointer { bytes in name.indices.allSatisfy { bytes[start + $0] == name[$0] } }
  }

  /// FNV-1a.
  private static func hash(_ name: UnsafeBufferPointer<UInt8>) -> Int {
    var hash: UInt32 = 2_166_136_261
    for byte in name { hash = (hash ^ UInt32(byte)) &* 16_777_619 }
    return Int(hash ^ hash >> 15)
  }
}
