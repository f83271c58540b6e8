/// Numbers as Go writes them.
enum NumberText {
  /// `strconv.FormatFloat(value, 'g', -1, 64)`: the fewest digits, with an exponent below 1e-4 and from 1e6 on.
  ///
  /// - Parameter value: finite.
  static func general(_ value: Double) -> String {
    let (digits, point) = decimal(value.magnitude)
    let sign = value.sign == .minus ? "-" : ""
    let exponent = point - 1
    if exponent < -4 || exponent >= 6 {
      let fraction = digits.dropFirst().isEmpty ? "" : "." + digits.dropFirst()
      let size = String(abs(exponent))
      let padded = size.utf8.count < 2 ? "0" + size : size
      return "\(sign)\(digits.prefix(1))\(fraction)e\(exponent < 0 ? "-" : "+")\(padded)"
    }
    if point <= 0 { return "\(sign)0.\(String(repeating: "0", count: -point))\(digits)" }
    let count = digits.utf8.count
    if count <= point { return sign + digits + String(repeating: "0", count: point - count) }
    return "\(sign)\(digits.prefix(point)).\(digits.dropFirst(point))"
  }

  /// The shortest digits of a number, without zeros at either end, and where its point is among them.
  private static func decimal(_ value: Double) -> (digits: String, point: Int) {
    if value == 0 { return ("0", 1) }
    let parts = "\(value)".split(separator: "e")
    let mantissa = parts[0].split(separator: ".", omittingEmptySubsequences: false)
    var point = mantissa[0].utf8.count + (parts.count > 1 ? Int(parts[1]) ?? 0 : 0)
    var digits = mantissa.joined()[...]
    while digits.hasPrefix("0") {
      digits.removeFirst()
      point -= 1
    }
    while digits.hasSuffix("0") { digits.removeLast() }
    return (String(digits), point)
  }
}
