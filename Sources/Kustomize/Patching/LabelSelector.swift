/// A Kubernetes label selector: `a=b,c in (d,e),!f` (k8s.io/apimachinery/pkg/labels).
struct LabelSelector: Hashable, Sendable {
  private var requirements: [Requirement]

  struct Failure: Error, Hashable, Sendable {
    var reason: String
  }

  private struct Requirement: Hashable, Sendable {
    var key: String
    var test: Test
  }

  private enum Test: Hashable, Sendable {
    case exists, absent
    case isIn([String]), isNotIn([String])
    case greater(Int), less(Int)
  }

  init(_ text: String) throws(Failure) {
    var parser = Parser(text)
    requirements = try parser.parse()
  }

  /// Whether the labels (or annotations) of an object fit. `!=`, `notin` and `!key` fit when the key is absent.
  func matches(_ value: (String) -> String?) -> Bool {
    requirements.allSatisfy { requirement in
      let found = value(requirement.key)
      return switch requirement.test {
      case .exists: found != nil
      case .absent: found == nil
      case .isIn(let values): found.map { values.contains($0) } ?? false
      case .isNotIn(let values): found.map { !values.contains($0) } ?? true
      case .greater(let number): found.flatMap { Int($0) }.map { $0 > number } ?? false
      case .less(let number): found.flatMap { Int($0) }.map { $0 < number } ?? false
      }
    }
  }

  private struct Parser {
    private let text: [UInt8]
    private var position = 0

    init(_ text: String) { self.text = Array(text.utf8) }

    mutating func parse() throws(Failure) -> [Requirement] {
      skipBlanks()
      guard position < text.count else { return [] }
      var result = [try requirement()]
      while take(",") { result.append(try requirement()) }
      skipBlanks()
      if position < text.count { throw Failure(reason: "unexpected '\(rest)'") }
      return result
    }

    private var rest: String { String(decoding: text[position...], as: UTF8.self) }

    private mutating func skipBlanks() {
      while position < text.count, text[position] == 0x20 || text[position] == 0x09 { position += 1 }
    }

    private mutating func take(_ symbol: String) -> Bool {
      skipBlanks()
      guard text[position...].starts(with: symbol.utf8) else { return false }
      position += symbol.utf8.count
      return true
    }

    private mutating func word() -> String {
      skipBlanks()
      let start = position
      while position < text.count, !" \t,=!()<>".utf8.contains(text[position]) { position += 1 }
      return String(decoding: text[start..<position], as: UTF8.self)
    }

    private mutating func requirement() throws(Failure) -> Requirement {
      if take("!") { return Requirement(key: try key(), test: .absent) }
      let key = try key()
      if take("==") || take("=") { return Requirement(key: key, test: .isIn([try value(word())])) }
      if take("!=") { return Requirement(key: key, test: .isNotIn([try value(word())])) }
      if take(">") { return Requirement(key: key, test: .greater(try number())) }
      if take("<") { return Requirement(key: key, test: .less(try number())) }
      skipBlanks()
      guard position < text.count, text[position] != 0x2C else { return Requirement(key: key, test: .exists) }
      switch word() {
      case "in": return Requirement(key: key, test: .isIn(try values()))
      case "notin": return Requirement(key: key, test: .isNotIn(try values()))
      case let other:
        throw Failure(reason: "unknown operator '\(other)', expected '=', '!=', 'in', 'notin', '<' or '>'")
      }
    }

    private mutating func values() throws(Failure) -> [String] {
      guard take("(") else { throw Failure(reason: "missing '(' after the operator") }
      var result = [try value(word())]
      while take(",") { result.append(try value(word())) }
      guard take(")") else { throw Failure(reason: "missing ')' after the values") }
      return result
    }

    private mutating func number() throws(Failure) -> Int {
      let text = word()
      guard let number = Int(text) else { throw Failure(reason: "'\(text)' is no number") }
      return number
    }

    /// A label key: an optional prefix that is a DNS name, and a name of at most 63 characters.
    private mutating func key() throws(Failure) -> String {
      let key = word()
      let parts = key.split(separator: "/", omittingEmptySubsequences: false)
      let name = parts.last ?? ""
      guard (1...2).contains(parts.count), !name.isEmpty, Self.isName(name), parts.count == 1 || !parts[0].isEmpty
      else {
        throw Failure(reason: "'\(key)' is no label key")
      }
      return key
    }

    private func value(_ text: String) throws(Failure) -> String {
      guard text.isEmpty || Self.isName(text[...]) else { throw Failure(reason: "'\(text)' is no label value") }
      return text
    }

    private static func isName(_ text: Substring) -> Bool {
      guard text.utf8.count <= 63, let first = text.utf8.first, let last = text.utf8.last else { return false }
      return isLetterOrDigit(first) && isLetterOrDigit(last)
        && text.utf8.allSatisfy { isLetterOrDigit($0) || $0 == 0x2D || $0 == 0x5F || $0 == 0x2E }
    }

    private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
      (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
    }
  }
}
