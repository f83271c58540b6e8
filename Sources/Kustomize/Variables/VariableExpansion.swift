/// Replaces `$(NAME)` in a text by the values of variables (api/filters/refvar/expand.go). Values are not looked into.
struct VariableExpansion {
  let values: [String: VariableValue]
  /// How many bytes the results of one build may still have, so that no tree can make them endless.
  private(set) var bytesLeft = 64 << 20

  init(values: [String: VariableValue]) { self.values = values }

  enum Result: Hashable {
    case unchanged
    case text(String)
    /// The text is nothing but one reference: the result is of the value's type. The name is that of the variable.
    case value(VariableValue)
    case tooLong
  }

  /// The text with its references replaced. `used` gets the names of the variables in it.
  mutating func expand(_ text: [UInt8], used: inout Set<String>) -> Result {
    guard text.contains(Self.dollar) else { return .unchanged }
    var result: [UInt8] = []
    var index = 0
    // Behind it there is no closing bracket, so nobody needs to look for one again.
    var lastClose = text.lastIndex(of: UInt8(ascii: ")")) ?? -1
    while index < text.count {
      guard text[index] == Self.dollar, index + 1 < text.count else {
        result.append(text[index])
        index += 1
        continue
      }
      switch text[index + 1] {
      case Self.dollar:
        result.append(Self.dollar)
        index += 2
      case UInt8(ascii: "(") where index + 2 <= lastClose:
        guard let close = text[(index + 2)...].firstIndex(of: UInt8(ascii: ")")) else {
          lastClose = -1
          continue
        }
        let name = String(decoding: text[(index + 2)..<close], as: UTF8.self)
        if let value = values[name], let formatted = value.formatted {
          used.insert(name)
          if index == 0, close == text.count - 1 {
            return take(value.formatted?.utf8.count ?? 0) ? .value(value) : .tooLong
          }
          guard take(formatted.utf8.count) else { return .tooLong }
          result += formatted.utf8
        } else {
          result += text[index...close]
        }
        index = close + 1
      default:
        result += text[index...(index + 1)]
        index += 2
      }
    }
    if result == text { return .unchanged }
    return .text(String(decoding: result, as: UTF8.self))
  }

  private mutating func take(_ count: Int) -> Bool {
    bytesLeft -= count
    return bytesLeft >= 0
  }

  private static let dollar = UInt8(ascii: "$")
}

/// The value of a variable.
enum VariableValue: Hashable, Sendable {
  case string(String)
  case integer(Int)
  case float(Double)
  case boolean(Bool)
  /// A mapping or a list, which nothing is replaced by.
  case collection

  /// The value inside a longer text, as Go prints it; nil for a collection.
  var formatted: String? {
    switch self {
    case .string(let text): text
    case .integer(let number): String(number)
    case .boolean(let truth): truth ? "true" : "false"
    case .float(let number): Self.format(number)
    case .collection: nil
    }
  }

  /// The shortest decimal form; with an exponent from 21 digits on.
  private static func format(_ number: Double) -> String {
    var text = number.description
    if text.hasSuffix(".0") { text.removeLast(2) }
    // Swift begins to write exponents earlier than Go.
    guard let exponent = text.firstRange(of: "e+"), let power = Int(text[exponent.upperBound...]), power < 21 else {
      return text
    }
    let isNegative = text.hasPrefix("-")
    let digits = text[..<exponent.lowerBound].filter(\.isNumber)
    return (isNegative ? "-" : "") + digits + String(repeating: "0", count: max(0, power + 1 - digits.count))
  }
}
