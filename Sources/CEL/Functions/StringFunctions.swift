import ScalarFormats

/// cel-go, ext/strings.go; places are those of code points.
extension Evaluator {
  mutating func textTest(_ function: Builtin, _ value: Value, _ part: Value) -> Value {
    var (result, length) = (false, 0)
    withText(value) { text in
      withText(part) { part in
        length = text.count
        switch function {
        case .startsWith: result = text.starts(with: part)
        case .endsWith: result = text.count >= part.count && text.suffix(part.count).elementsEqual(part)
        default: result = Self.firstPlace(of: part, in: text) != nil
        }
      }
    }
    return charge(length / 64) ?? .bool(result)
  }

  /// The first byte where a part stands.
  private static func firstPlace(of part: UnsafeBufferPointer<UInt8>, in text: UnsafeBufferPointer<UInt8>) -> Int? {
    guard let first = part.first else { return 0 }
    guard text.count >= part.count else { return nil }
    for start in 0...(text.count - part.count) where text[start] == first {
      if text[start..<start + part.count].elementsEqual(part) { return start }
    }
    return nil
  }

  mutating func text(_ function: Builtin, _ arguments: Arguments) -> Value {
    func mismatch() -> Value { noOverload(function.rawValue, arguments.values) }
    if function == .join { return joined(arguments) }
    guard let text = string(arguments.first) else { return mismatch() }
    if let spent = charge(text.utf8.count / 16) { return spent }
    switch function {
    case .charAt:
      guard case .int(let index) = arguments.second else { return mismatch() }
      let scalars = Array(text.unicodeScalars)
      guard index >= 0, index <= scalars.count else { return .fail("index \(index) is out of range") }
      return .string(index == scalars.count ? "" : String(scalars[Int(index)]))
    case .indexOf, .lastIndexOf: return place(of: arguments, in: text, isLast: function == .lastIndexOf)
    case .lowerAscii, .upperAscii:
      let (letters, offset): (ClosedRange<UInt8>, UInt8) =
        function == .lowerAscii ? (0x41...0x5A, 0x20) : (0x61...0x7A, 0x20)
      return .string(String(decoding: text.utf8.map { letters.contains($0) ? $0 ^ offset : $0 }, as: UTF8.self))
    case .quote: return .string(Self.quoted(text))
    case .replace: return replaced(text, arguments)
    case .split: return split(text, arguments)
    case .substring: return substring(text, arguments)
    case .trim:
      let scalars = text.unicodeScalars
      let start = scalars.firstIndex { !Self.isSpace($0) } ?? scalars.endIndex
      guard let end = scalars.lastIndex(where: { !Self.isSpace($0) }) else { return .string("") }
      return .string(String(scalars[start...end]))
    case .format: return formatted(text, arguments.second)
    default: return .string(Self.string(text.unicodeScalars.reversed()))
    }
  }

  private static func string(_ scalars: some Sequence<Unicode.Scalar>) -> String {
    var view = String.UnicodeScalarView()
    view.append(contentsOf: scalars)
    return String(view)
  }

  private static func isSpace(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x09...0x0D, 0x20, 0x85, 0xA0, 0x1680, 0x2000...0x200A, 0x2028, 0x2029, 0x202F, 0x205F, 0x3000: true
    default: false
    }
  }

  private mutating func place(of arguments: Arguments, in text: String, isLast: Bool) -> Value {
    guard let part = string(arguments.second) else { return noOverload("indexOf", arguments.values) }
    let (scalars, wanted) = (Array(text.unicodeScalars), Array(part.unicodeScalars))
    var offset = isLast ? scalars.count - (wanted.isEmpty ? 0 : 1) : 0
    if arguments.count == 3 {
      guard case .int(let given) = arguments.third else { return noOverload("indexOf", arguments.values) }
      guard given >= 0 else { return .fail("index \(given) is out of range") }
      guard !wanted.isEmpty else { return .int(given) }
      guard given < scalars.count else { return .int(-1) }
      offset = Int(given)
    }
    if wanted.isEmpty { return .int(Int64(offset)) }
    guard wanted.count <= scalars.count else { return .int(-1) }
    if let spent = charge(scalars.count * wanted.count / 64) { return spent }
    let end = scalars.count - wanted.count
    func fits(_ start: Int) -> Bool { scalars[start..<start + wanted.count].elementsEqual(wanted) }
    let found =
      isLast
      ? (0...min(offset, end)).reversed().first(where: fits) : offset <= end ? (offset...end).first(where: fits) : nil
    return .int(Int64(found ?? -1))
  }

  private mutating func joined(_ arguments: Arguments) -> Value {
    guard let elements = elements(arguments.first) else { return noOverload("join", arguments.values) }
    let separator = arguments.count == 2 ? string(arguments.second) : ""
    guard let separator else { return noOverload("join", arguments.values) }
    var result = ""
    for (index, element) in elements.enumerated() {
      if element.isAbnormal { return element }
      guard let text = string(element) else { return noOverload("join", [element]) }
      if index > 0 { result += separator }
      result += text
      if let spent = charge(1 + (text.utf8.count + separator.utf8.count) / 16) { return spent }
    }
    return .string(result)
  }

  /// The places of a part, in bytes; an empty one stands before each code point and at the end.
  private static func places(of part: [UInt8], in text: [UInt8], limit: Int) -> [Range<Int>] {
    var result: [Range<Int>] = []
    var position = 0
    while position <= text.count, result.count < limit {
      if part.isEmpty {
        result.append(position..<position)
        position += 1
        while position < text.count, text[position] & 0xC0 == 0x80 { position += 1 }
      } else if text[position...].starts(with: part) {
        result.append(position..<position + part.count)
        position += part.count
      } else {
        position += 1
      }
    }
    return result
  }

  private mutating func replaced(_ text: String, _ arguments: Arguments) -> Value {
    guard let old = string(arguments.second), let new = string(arguments.third) else {
      return noOverload("replace", arguments.values)
    }
    var limit = Int.max
    if arguments.count == 4 {
      guard case .int(let given) = arguments.fourth else { return noOverload("replace", arguments.values) }
      if given >= 0 { limit = Int(given) }
    }
    let bytes = Array(text.utf8)
    let places = Self.places(of: Array(old.utf8), in: bytes, limit: limit)
    if let spent = charge((bytes.count + places.count * (new.utf8.count + 1)) / 16) { return spent }
    var (result, position): ([UInt8], Int) = ([], 0)
    for place in places {
      result += bytes[position..<place.lowerBound]
      result += new.utf8
      position = place.upperBound
    }
    return .string(String(decoding: result + bytes[position...], as: UTF8.self))
  }

  private mutating func split(_ text: String, _ arguments: Arguments) -> Value {
    guard let separator = string(arguments.second) else { return noOverload("split", arguments.values) }
    var limit = Int.max
    if arguments.count == 3 {
      guard case .int(let given) = arguments.third else { return noOverload("split", arguments.values) }
      if given == 0 { return .list([]) }
      if given > 0 { limit = Int(given) }
    }
    let (bytes, part) = (Array(text.utf8), Array(separator.utf8))
    var places = Self.places(of: part, in: bytes, limit: part.isEmpty ? .max : limit - 1)
    if part.isEmpty {
      // Between the code points only.
      guard !bytes.isEmpty else { return .list([]) }
      places = Array(places.dropFirst().dropLast().prefix(limit - 1))
    }
    if let spent = charge(places.count) { return spent }
    var (result, position): ([Value], Int) = ([], 0)
    for place in places {
      result.append(.string(String(decoding: bytes[position..<place.lowerBound], as: UTF8.self)))
      position = place.upperBound
    }
    return .list(result + [.string(String(decoding: bytes[position...], as: UTF8.self))])
  }

  private func substring(_ text: String, _ arguments: Arguments) -> Value {
    let scalars = Array(text.unicodeScalars)
    guard case .int(let start) = arguments.second else { return noOverload("substring", arguments.values) }
    var end = Int64(scalars.count)
    if arguments.count == 3 {
      guard case .int(let given) = arguments.third else { return noOverload("substring", arguments.values) }
      end = given
    }
    guard start >= 0, start <= scalars.count else { return .fail("index \(start) is out of range") }
    guard end >= 0, end <= scalars.count else { return .fail("index \(end) is out of range") }
    guard start <= end else { return .fail("the end \(end) of a substring is before its start \(start)") }
    return .string(Self.string(scalars[Int(start)..<Int(end)]))
  }

  static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\u{07}": result += "\\a"
      case "\u{08}": result += "\\b"
      case "\u{0C}": result += "\\f"
      case "\n": result += "\\n"
      case "\r": result += "\\r"
      case "\t": result += "\\t"
      case "\u{0B}": result += "\\v"
      case "\\": result += "\\\\"
      case "\"": result += "\\\""
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }
}
