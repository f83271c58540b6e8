/// A natural number of any size, as decimal limbs: what quantities need, and no more.
struct BigNatural: Sendable, Hashable {
  /// Nine digits each, the lowest first, none behind the highest that is not zero.
  private(set) var limbs: [UInt32] = []
  private static let base: UInt64 = 1_000_000_000

  init(_ value: UInt64 = 0) {
    var rest = value
    while rest > 0 {
      limbs.append(UInt32(rest % Self.base))
      rest /= Self.base
    }
  }

  /// A text of digits only.
  init(digits: ArraySlice<UInt8>) {
    var end = digits.endIndex
    while end > digits.startIndex {
      let start = max(digits.startIndex, end - 9)
      limbs.append(digits[start..<end].reduce(0) { $0 * 10 + UInt32($1 - 0x30) })
      end = start
    }
    trim()
  }

  var isZero: Bool { limbs.isEmpty }

  private mutating func trim() { while limbs.last == 0 { limbs.removeLast() } }

  mutating func multiply(by factor: UInt32) {
    var carry: UInt64 = 0
    for index in limbs.indices {
      let product = UInt64(limbs[index]) * UInt64(factor) + carry
      limbs[index] = UInt32(product % Self.base)
      carry = product / Self.base
    }
    if carry > 0 { limbs.append(UInt32(carry)) }
    trim()
  }

  /// Times ten to the power of `exponent`.
  func scaled(_ exponent: Int) -> BigNatural {
    var result = self
    guard !isZero else { return result }
    result.limbs.insert(contentsOf: Array(repeating: 0, count: exponent / 9), at: 0)
    for _ in 0..<exponent % 9 { result.multiply(by: 10) }
    return result
  }

  /// A tenth, and what is left.
  mutating func divideByTen() -> UInt32 {
    var rest: UInt64 = 0
    for index in limbs.indices.reversed() {
      let value = rest * Self.base + UInt64(limbs[index])
      limbs[index] = UInt32(value / 10)
      rest = value % 10
    }
    trim()
    return UInt32(rest)
  }

  static func + (lhs: BigNatural, rhs: BigNatural) -> BigNatural {
    var result = BigNatural()
    var carry: UInt64 = 0
    for index in 0..<max(lhs.limbs.count, rhs.limbs.count) {
      let left = index < lhs.limbs.count ? UInt64(lhs.limbs[index]) : 0
      let right = index < rhs.limbs.count ? UInt64(rhs.limbs[index]) : 0
      let sum = left + right + carry
      result.limbs.append(UInt32(sum % base))
      carry = sum / base
    }
    if carry > 0 { result.limbs.append(UInt32(carry)) }
    return result
  }

  /// The difference; `rhs` must not be larger.
  static func - (lhs: BigNatural, rhs: BigNatural) -> BigNatural {
    var result = lhs
    var borrow: Int64 = 0
    for index in lhs.limbs.indices {
      var value = Int64(lhs.limbs[index]) - borrow - (index < rhs.limbs.count ? Int64(rhs.limbs[index]) : 0)
      borrow = value < 0 ? 1 : 0
      if value < 0 { value += Int64(base) }
      result.limbs[index] = UInt32(value)
    }
    result.trim()
    return result
  }

  /// -1, 0 or 1.
  func compare(_ other: BigNatural) -> Int {
    if limbs.count != other.limbs.count { return limbs.count < other.limbs.count ? -1 : 1 }
    for (left, right) in zip(limbs.reversed(), other.limbs.reversed()) where left != right {
      return left < right ? -1 : 1
    }
    return 0
  }

  var approximate: Double { limbs.reversed().reduce(0) { $0 * Double(Self.base) + Double($1) } }
}
