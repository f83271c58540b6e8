import YAMLSyntax

/// What kustomize's way of printing makes of a string before it is printed: the tree is written by one printer and read
/// back, turned into JSON, and the JSON is read as YAML once more.
enum ReadBackText {
  /// A folded scalar (`>`) that is written and read back gains line feeds, by a fault of go-yaml v3's emitter: one for
  /// each run of them between a line of text and one that begins with a blank, or at the end. If the first line of the
  /// text begins with a blank it loses some instead.
  ///
  /// Texts that the emitter would not write as a block come out as they are.
  static func folded(_ text: UnsafeBufferPointer<UInt8>) -> [UInt8]? {
    let characters = Characters(text)
    guard text.contains(0x0A), text.last != 0x20, isWrittenAsBlock(characters) else { return nil }
    var result: [UInt8] = []
    var lines = text.split(separator: 0x0A, omittingEmptySubsequences: false)[...]
    while let line = lines.first, line.isEmpty {
      result.append(0x0A)
      lines.removeFirst()
    }
    let beginsWithBlank = lines.first?.first?.isBlank == true
    while let line = lines.popFirst() {
      result.append(contentsOf: line)
      if lines.isEmpty { break }
      let empty = lines.prefix { $0.isEmpty }.count
      let isEnd = empty == lines.count
      // As many line feeds as there are empty lines between, and one more; the last empty piece is the end.
      let count = isEnd ? empty : empty + 1
      lines = lines.dropFirst(empty)
      let nextBeginsWithBlank = lines.first?.first?.isBlank == true
      if line.first?.isBlank == true {
        result.append(contentsOf: repeatElement(0x0A, count: count))
      } else if isEnd || nextBeginsWithBlank {
        let gains = !beginsWithBlank && (nextBeginsWithBlank || count >= 2)
        result.append(contentsOf: repeatElement(0x0A, count: count + (gains ? 1 : 0)))
      } else if beginsWithBlank {
        if count == 1 { result.append(0x20) } else { result.append(contentsOf: repeatElement(0x0A, count: count - 1)) }
      } else {
        result.append(contentsOf: repeatElement(0x0A, count: count))
      }
    }
    return result
  }

  private static func isWrittenAsBlock(_ characters: Characters) -> Bool {
    var wasSpace = false
    for character in characters {
      if character.value == 0x0A, wasSpace { return false }
      if !character.isPrintable, character.value != 0x09 { return false }
      wasSpace = character.value == 0x20
    }
    return true
  }

  /// In JSON a next-line character stands as it is, and as YAML that is a break in a quoted text: one becomes a space and
  /// takes the blanks around it along, of several one is lost and the others become line feeds.
  static func withoutNextLines(_ text: UnsafeBufferPointer<UInt8>) -> [UInt8]? {
    guard text.contains(0x85), Characters(text).contains(where: { $0.value == 0x85 }) else { return nil }
    var result: [UInt8] = []
    var rest = text[...]
    while !rest.isEmpty {
      guard rest.starts(with: nextLine) else {
        result.append(rest.removeFirst())
        continue
      }
      while let last = result.last, last.isBlank { result.removeLast() }
      var count = 0
      while true {
        if rest.starts(with: nextLine) {
          rest = rest.dropFirst(nextLine.count)
          count += 1
        } else if rest.first?.isBlank == true {
          rest = rest.dropFirst()
        } else {
          break
        }
      }
      if count == 1 { result.append(0x20) } else { result.append(contentsOf: repeatElement(0x0A, count: count - 1)) }
    }
    return result
  }

  private static let nextLine: [UInt8] = [0xC2, 0x85]
}

extension UInt8 {
  fileprivate var isBlank: Bool { self == 0x20 || self == 0x09 }
}
