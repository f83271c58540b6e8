/// A quantity of Kubernetes (k8s.io/apimachinery/pkg/api/resource): `500m`, `1.5Gi`, `1e3`.
package struct Quantity: Sendable {
  /// Kept as upstream keeps it, for `asInteger` tells the two apart: 64 bits with a decimal scale, or of any size.
  private enum Amount: Sendable {
    case small(Int64, scale: Int)
    case large(isNegative: Bool, BigNatural, scale: Int)
  }

  private let amount: Amount

  private init(_ amount: Amount) { self.amount = amount }

  package init(_ value: Int64) { amount = .small(value, scale: 0) }

  /// Nil when the text is no quantity.
  package init?(_ text: String) {
    var bytes = Array(text.utf8)[...]
    var isNegative = false
    if let first = bytes.first, first == UInt8(ascii: "-") || first == UInt8(ascii: "+") {
      isNegative = first == UInt8(ascii: "-")
      bytes.removeFirst()
    }
    let isDigit = { (byte: UInt8) in (0x30...0x39).contains(byte) }
    let whole = bytes.prefix(while: isDigit)
    bytes = bytes.dropFirst(whole.count)
    var fraction = bytes[bytes.startIndex..<bytes.startIndex]
    if bytes.first == UInt8(ascii: ".") {
      fraction = bytes.dropFirst().prefix(while: isDigit)
      bytes = bytes.dropFirst(1 + fraction.count)
    }
    guard !(whole.isEmpty && fraction.isEmpty), whole.count + fraction.count <= 1_000,
      let suffix = Self.suffix(String(decoding: bytes, as: UTF8.self))
    else { return nil }
    // Zeros before the first digit count as no digits (parseQuantityString).
    let number = whole.drop { $0 == 0x30 }
    let digits = Array(number) + Array(fraction)
    if let small = Self.small(digits, number.count, fraction.count, suffix, isNegative) {
      amount = small
      return
    }
    var value = BigNatural(digits: digits[...])
    var scale = -fraction.count
    if suffix.isBinary {
      for _ in 0..<suffix.exponent { value.multiply(by: 2) }
    } else {
      scale += suffix.exponent
    }
    (value, scale) = Self.roundedToNano(value, scale)
    if suffix.isBinary, Self.compare(value, scale, BigNatural(UInt64(Int64.max)), 0) > 0 {
      (value, scale) = (BigNatural(UInt64(Int64.max)), 0)
    }
    amount = .large(isNegative: isNegative && !value.isZero, value, scale: scale)
  }

  /// The fast path of `ParseQuantity`.
  private static func small(
    _ digits: [UInt8], _ wholeCount: Int, _ fractionCount: Int, _ suffix: (isBinary: Bool, exponent: Int),
    _ isNegative: Bool
  ) -> Amount? {
    var (scale, factor) = (0, Int64(1))
    let precision: Int
    if suffix.isBinary {
      guard fractionCount == 0 else { return nil }
      factor = 1 << Int64(suffix.exponent)
      precision = 15 - wholeCount - suffix.exponent * 3 / 10 - 1
    } else {
      scale = suffix.exponent - fractionCount
      precision = 18 - wholeCount - fractionCount
    }
    guard precision >= 0, scale >= -9 else { return nil }
    let value = digits.reduce(Int64(0)) { $0 * 10 + Int64($1 - 0x30) }
    let (product, overflow) = value.multipliedReportingOverflow(by: factor)
    return overflow ? nil : .small(isNegative ? -product : product, scale: scale)
  }

  private static func suffix(_ text: String) -> (isBinary: Bool, exponent: Int)? {
    switch text {
    case "n": return (false, -9)
    case "u": return (false, -6)
    case "m": return (false, -3)
    case "": return (false, 0)
    case "k": return (false, 3)
    case "M": return (false, 6)
    case "G": return (false, 9)
    case "T": return (false, 12)
    case "P": return (false, 15)
    case "E": return (false, 18)
    case "Ki": return (true, 10)
    case "Mi": return (true, 20)
    case "Gi": return (true, 30)
    case "Ti": return (true, 40)
    case "Pi": return (true, 50)
    case "Ei": return (true, 60)
    default:
      guard text.first == "e" || text.first == "E", let exponent = DecimalText.int(String(text.dropFirst())),
        abs(exponent) <= 1_000
      else { return nil }
      return (false, Int(exponent))
    }
  }

  /// Rounded up to the smallest unit there is, a billionth.
  private static func roundedToNano(_ value: BigNatural, _ scale: Int) -> (BigNatural, Int) {
    var (value, scale, isInexact) = (value, scale, false)
    while scale < -9 {
      if value.divideByTen() != 0 { isInexact = true }
      scale += 1
    }
    return (isInexact ? value + BigNatural(1) : value, scale)
  }

  private static func compare(_ left: BigNatural, _ leftScale: Int, _ right: BigNatural, _ rightScale: Int) -> Int {
    let scale = min(leftScale, rightScale)
    return left.scaled(leftScale - scale).compare(right.scaled(rightScale - scale))
  }

  private var large: (isNegative: Bool, value: BigNatural, scale: Int) {
    switch amount {
    case .small(let value, let scale): (value < 0, BigNatural(value.magnitude), scale)
    case .large(let isNegative, let value, let scale): (isNegative, value, scale)
    }
  }

  /// -1, 0 or 1.
  package func compare(_ other: Quantity) -> Int {
    let (left, right) = (large, other.large)
    if left.value.isZero || right.value.isZero || left.isNegative != right.isNegative {
      return sign - other.sign < 0 ? -1 : sign == other.sign ? 0 : 1
    }
    let result = Self.compare(left.value, left.scale, right.value, right.scale)
    return left.isNegative ? -result : result
  }

  /// -1, 0 or 1.
  package var sign: Int {
    let large = large
    return large.value.isZero ? 0 : large.isNegative ? -1 : 1
  }

  package func adding(_ other: Quantity) -> Quantity {
    if case .small(let left, let leftScale) = amount, case .small(let right, let rightScale) = other.amount {
      if left == 0 { return other }
      if right == 0 { return self }
      let scale = min(leftScale, rightScale)
      if let left = Self.scaled(left, leftScale - scale), let right = Self.scaled(right, rightScale - scale) {
        let (sum, overflow) = left.addingReportingOverflow(right)
        if !overflow { return Quantity(.small(sum, scale: scale)) }
      }
    }
    let (left, right) = (large, other.large)
    let scale = min(left.scale, right.scale)
    let (first, second) = (left.value.scaled(left.scale - scale), right.value.scaled(right.scale - scale))
    if left.isNegative == right.isNegative {
      return Quantity(.large(isNegative: left.isNegative, first + second, scale: scale))
    }
    return first.compare(second) >= 0
      ? Quantity(.large(isNegative: left.isNegative, first - second, scale: scale))
      : Quantity(.large(isNegative: right.isNegative, second - first, scale: scale))
  }

  package var negated: Quantity {
    switch amount {
    case .small(.min, let scale): Quantity(.large(isNegative: false, BigNatural(Int64.min.magnitude), scale: scale))
    case .small(let value, let scale): Quantity(.small(-value, scale: scale))
    case .large(let isNegative, let value, let scale): Quantity(.large(isNegative: !isNegative, value, scale: scale))
    }
  }

  private static func scaled(_ value: Int64, _ exponent: Int) -> Int64? {
    guard value != 0 else { return 0 }
    guard exponent <= 18 else { return nil }
    var result = value
    for _ in 0..<exponent {
      let (product, overflow) = result.multipliedReportingOverflow(by: 10)
      if overflow { return nil }
      result = product
    }
    return result
  }

  /// The value where it is kept as an integer (`AsInt64`): nil for `1000m` too.
  package var integer: Int64? {
    guard case .small(let value, let scale) = amount, scale >= 0 else { return nil }
    return Self.scaled(value, scale)
  }

  /// The nearest number of binary digits, about.
  package var approximate: Double {
    let (base, scale): (Double, Int)
    switch amount {
    case .small(let value, let exponent): (base, scale) = (Double(value), exponent)
    case .large(let isNegative, let value, let exponent):
      (base, scale) = (isNegative ? -value.approximate : value.approximate, exponent)
    }
    guard scale != 0 else { return base }
    return DecimalText.double("1e\(scale)").map { base * $0 } ?? (scale > 0 ? base * .infinity : 0)
  }
}
