/// Values as text, as sigs.k8s.io/yaml writes them where JSON has a string (`convertToJSONableObject`).
extension ScalarValue {
  /// The text that takes the place of a key: go-yaml has names of its own for what is no number.
  package var textForKey: String {
    guard case .float(let number) = self, !number.isFinite else { return textForString }
    return number.isNaN ? ".nan" : number < 0 ? "-.inf" : ".inf"
  }

  /// The text that takes the place of a value in a field of strings.
  package var textForString: String {
    switch self {
    case .null: ""
    case .boolean(let value): value ? "true" : "false"
    case .integer(let value): String(value)
    case .unsigned(let value): String(value)
    case .float(let value): Self.shortText(Float(value))
    case .string(let text): text
    }
  }

  /// Go's `strconv.FormatFloat(value, 'g', -1, 32)`: the fewest digits that tell a float of 32 bits from its neighbours,
  /// with an exponent below 0.0001 and from a million on.
  private static func shortText(_ value: Float) -> String {
    guard value.isFinite else { return value.isNaN ? "NaN" : value < 0 ? "-Inf" : "+Inf" }
    let sign = value.sign == .minus ? "-" : ""
    guard value != 0 else { return sign + "0" }
    let (digits, exponent) = decimal(value.magnitude.description)
    if exponent < -4 || exponent >= 6 {
      let fraction = digits.dropFirst()
      let power = exponent.magnitude < 10 ? "0\(exponent.magnitude)" : "\(exponent.magnitude)"
      return sign + digits.prefix(1) + (fraction.isEmpty ? "" : "." + fraction) + (exponent < 0 ? "e-" : "e+") + power
    }
    if exponent < 0 { return sign + "0." + String(repeating: "0", count: -exponent - 1) + digits }
    guard digits.count > exponent + 1 else {
      return sign + digits + String(repeating: "0", count: exponent + 1 - digits.count)
    }
    return sign + digits.prefix(exponent + 1) + "." + digits.dropFirst(exponent + 1)
  }

  /// The significant digits of a number as Swift writes it, and the power of ten of the first.
  private static func decimal(_ text: String) -> (digits: String, exponent: Int) {
    let parts = text.split(separator: "e")
    let number = parts[0].split(separator: ".", omittingEmptySubsequences: false)
    let whole = String(number[0])
    let digits = whole + (number.count > 1 ? String(number[1]) : "")
    let leading = digits.prefix { $0 == "0" }.count
    var significant = String(digits.dropFirst(leading))
    while significant.last == "0" { significant.removeLast() }
    let power = parts.count > 1 ? Int(parts[1]) ?? 0 : 0
    return (significant, whole.count - 1 - leading + power)
  }
}
