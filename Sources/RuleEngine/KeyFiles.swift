package import Manifests
package import SourceText

/// A private key that lies in the repository.
package struct KeyFile: Hashable, Sendable {
  package var path: String
  /// The line that it begins with.
  package var range: SourceRange

  /// The private keys of a repository: in YAML, and in other files whose name says that they hold one. Files are read here,
  /// before rules run side by side.
  package static func all(in sources: SourceSet) -> [KeyFile] {
    var found: [KeyFile] = []
    for file in sources.files where sources.isOwn(file.id) {
      let bytes = sources.bytes(of: file.id)
      if let place = firstKey(in: bytes), !ApartPaths.contains(file.path) {
        found.append(KeyFile(path: file.path, range: SourceRange(file: file.id, line(at: place, in: bytes))))
      }
    }
    let known = Set(found.map(\.path))
    for path in sources.filesOfTree.lazy.map(\.path)
    where isNamedForAKey(path) && !ApartPaths.contains(path) && !known.contains(path) {
      guard let bytes = try? sources.contents(at: path), bytes.count < 1 << 16, let place = firstKey(in: bytes),
        let range = sources.place(ofLine: bytes[..<place].count { $0 == 0x0A }, in: path)
      else { continue }
      found.append(KeyFile(path: path, range: range))
    }
    return found
  }

  private static func firstKey(in bytes: [UInt8]) -> Int? {
    bytes.withUnsafeBufferPointer { buffer in
      var start = 0
      while let place = KeyMarks.firstPlace(in: buffer, from: start) {
        start = place + KeyMarks.length
        // The header of a key before it, a key behind it.
        let window = buffer[max(0, place - 40)..<min(buffer.count, place + 600)]
        if CredentialText.hasPrivateKey(String(decoding: window, as: UTF8.self)) { return place }
      }
      return nil
    }
  }

  private static func line(at place: Int, in bytes: [UInt8]) -> Range<Int> {
    let start = bytes[..<place].lastIndex(of: 0x0A).map { $0 + 1 } ?? 0
    let end = bytes[place...].firstIndex { $0 == 0x0A || $0 == 0x0D } ?? bytes.count
    let text = bytes[start..<end].firstIndex { $0 != 0x20 && $0 != 0x09 } ?? start
    return text..<end
  }

  private static func isNamedForAKey(_ path: String) -> Bool {
    // Most paths are out with their last letter.
    guard let last = path.utf8.last, lastLetters.contains(last | 0x20) else { return false }
    let name = RelativePath.name(of: path).lowercased()
    return extensions.contains(where: name.hasSuffix) || names.contains(name)
  }

  private static let extensions = [".key", ".pem", ".agekey", ".asc", ".ppk", ".gpg"]
  private static let names = ["id_rsa", "id_ed25519", "id_ecdsa", "identity", "keys.txt", "key.txt", "age.txt"]
  private static let lastLetters = Set((extensions + names).compactMap { $0.utf8.last.map { $0 | 0x20 } })
}

/// What every private key that we know has in its text, found in one pass that looks at one byte of several (Horspool).
private enum KeyMarks {
  private static let marks = [Array("PRIVATE KEY-----".utf8), Array("AGE-SECRET-KEY-1".utf8)]
  /// All marks have this length.
  static let length = 16

  /// How far a mark may be moved on when this byte stands under its last one.
  private static let shifts: [UInt8] = {
    var shifts = [UInt8](repeating: UInt8(length), count: 256)
    for mark in marks {
      for (index, byte) in mark.dropLast().enumerated() {
        shifts[Int(byte)] = min(shifts[Int(byte)], UInt8(length - 1 - index))
      }
    }
    return shifts
  }()

  static func firstPlace(in text: UnsafeBufferPointer<UInt8>, from start: Int) -> Int? {
    shifts.withUnsafeBufferPointer { shifts in
      var place = start
      while place + length <= text.count {
        let last = text[place + length - 1]
        if last == marks[0][length - 1] || last == marks[1][length - 1],
          marks.contains(where: { text[place..<place + length].elementsEqual($0) })
        {
          return place
        }
        place += Int(shifts[Int(last)])
      }
      return nil
    }
  }
}
