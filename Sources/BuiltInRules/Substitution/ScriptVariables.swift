import RuleEngine

/// Variables of a shell script, or of a file of settings, that substitution takes for its own: they are assigned in the
/// text that uses them, and nothing else defines them.
struct ScriptVariables {
  struct Place: Hashable {
    var name: String
    var range: SourceRange
  }

  /// The uses in one text, in order.
  struct Uses {
    var text: DollarText
    var expressions: [Envsubst.Expression]
  }

  /// The texts with such uses among what a Kustomization applies.
  static func uses(in substitution: Substitution, _ forest: Forest) -> [Uses] {
    let scope = substitution.scope
    guard scope.isActive, scope.openSources.isEmpty else { return [] }
    return substitution.texts.compactMap { text in
      let unknown = text.expressions.filter { scope.values[$0.name] == nil }
      guard !unknown.isEmpty else { return nil }
      let assigned = forest.withText(text.scalar) { assignedNames(in: $0) }
      let uses = unknown.filter { assigned.contains($0.name) }
      return uses.isEmpty ? nil : Uses(text: text, expressions: uses)
    }
  }

  /// Where they stand; empty for a Kustomization that is suspended, of whose scripts nothing is said.
  static func places(in substitution: Substitution, _ forest: Forest) -> Set<Place> {
    guard !substitution.kustomization.isSuspended(in: forest) else { return [] }
    return Set(
      uses(in: substitution, forest).flatMap { uses in
        uses.expressions.map { Place(name: $0.name, range: uses.text.range(of: $0.range, in: forest)) }
      })
  }

  /// The names that a text gives values to: `NAME=...`, `for NAME in`, `read NAME`; not `NAME=${NAME}`, which hands on what
  /// comes from elsewhere.
  static func assignedNames(in text: UnsafeBufferPointer<UInt8>) -> Set<String> {
    var names: Set<String> = []
    for line in text.split(separator: 0x0A) {
      var words = line.split(whereSeparator: { isSeparator($0) }).makeIterator()
      var previous: Slice<UnsafeBufferPointer<UInt8>>.SubSequence?
      while let word = words.next() {
        let length = nameLength(word)
        if length > 0 {
          let name = String(decoding: word.prefix(length), as: UTF8.self)
          let rest = word.dropFirst(length)
          let isAssigned = rest.first == UInt8(ascii: "=") || rest.starts(with: "+=".utf8)
          if isAssigned, rest.dropFirst().first != UInt8(ascii: "="), !uses(name, line) { names.insert(name) }
          if rest.isEmpty, let previous, previous.elementsEqual("for".utf8) || previous.elementsEqual("read".utf8) {
            names.insert(name)
          }
        }
        // `read -r NAME`
        if word.first != UInt8(ascii: "-") { previous = word }
      }
    }
    return names
  }

  private static func uses(_ name: String, _ line: Slice<UnsafeBufferPointer<UInt8>>) -> Bool {
    let pattern = Array("${\(name)".utf8)
    return line.indices.contains { line[$0] == pattern[0] && line[$0...].starts(with: pattern) }
  }

  private static func isSeparator(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x20, 0x09, 0x0D, UInt8(ascii: ";"), UInt8(ascii: "&"), UInt8(ascii: "|"), UInt8(ascii: "("),
      UInt8(ascii: ")"), UInt8(ascii: "`"):
      true
    default: false
    }
  }

  private static func nameLength(_ word: Slice<UnsafeBufferPointer<UInt8>>) -> Int {
    guard let first = word.first, !(0x30...0x39).contains(first) else { return 0 }
    return word.prefix { byte in
      byte == UInt8(ascii: "_") || (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte)
        || (0x61...0x7A).contains(byte)
    }.count
  }
}
