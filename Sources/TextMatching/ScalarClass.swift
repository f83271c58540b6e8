/// A set of code points.
struct ScalarClass: Sendable {
  /// Sorted, without overlaps, when made by `init(_:folding:negated:)`.
  private(set) var ranges: [ClosedRange<UInt32>]
  /// The code points below 128, as bits.
  private var low: (UInt64, UInt64) = (0, 0)

  /// The union of ranges; with `folding` also what differs from a member by case only. `others` are taken as they are.
  init(
    _ ranges: [ClosedRange<UInt32>], folding: Bool = false, negated: Bool = false, others: [ClosedRange<UInt32>] = []
  ) {
    var merged = Self.merged((folding ? ranges + Self.otherCases(ranges) : ranges) + others)
    if negated { merged = Self.complement(merged) }
    self.ranges = merged
    for value in UInt32(0)..<64 where Self.holds(merged, value) { low.0 |= 1 << UInt64(value) }
    for value in UInt32(64)..<128 where Self.holds(merged, value) { low.1 |= 1 << UInt64(value - 64) }
  }

  func contains(_ value: UInt32) -> Bool {
    if value < 64 { return low.0 & (1 << UInt64(value)) != 0 }
    if value < 128 { return low.1 & (1 << UInt64(value - 64)) != 0 }
    return Self.holds(ranges, value)
  }

  private static func holds(_ ranges: [ClosedRange<UInt32>], _ value: UInt32) -> Bool {
    var (lower, upper) = (0, ranges.count)
    while lower < upper {
      let middle = (lower + upper) / 2
      if ranges[middle].upperBound < value { lower = middle + 1 } else { upper = middle }
    }
    return lower < ranges.count && ranges[lower].contains(value)
  }

  private static func merged(_ ranges: [ClosedRange<UInt32>]) -> [ClosedRange<UInt32>] {
    var result: [ClosedRange<UInt32>] = []
    for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) {
      if let last = result.last, range.lowerBound <= last.upperBound &+ 1 {
        result[result.count - 1] = last.lowerBound...max(last.upperBound, range.upperBound)
      } else {
        result.append(range)
      }
    }
    return result
  }

  /// What is not in sorted ranges.
  static func complement(_ ranges: [ClosedRange<UInt32>]) -> [ClosedRange<UInt32>] {
    var result: [ClosedRange<UInt32>] = []
    var lower: UInt32 = 0
    for range in merged(ranges) {
      if lower < range.lowerBound { result.append(lower...(range.lowerBound - 1)) }
      lower = range.upperBound + 1
    }
    if lower <= 0x10FFFF { result.append(lower...0x10FFFF) }
    return result
  }

  /// The other case of the members; of a range of more than 300 code points only as far as the Latin letters go.
  private static func otherCases(_ ranges: [ClosedRange<UInt32>]) -> [ClosedRange<UInt32>] {
    var result: [ClosedRange<UInt32>] = []
    for range in ranges {
      let scanned = range.count > 300 ? range.clamped(to: 0...0x24F) : range
      guard scanned.overlaps(range) else { continue }
      for value in scanned {
        guard let scalar = Unicode.Scalar(value) else { continue }
        for other in Self.cases(of: scalar) where !range.contains(other) { result.append(other...other) }
      }
    }
    return result
  }

  /// The simple case mappings of a code point, as far as they are one code point each.
  static func cases(of scalar: Unicode.Scalar) -> [UInt32] {
    if scalar.isASCII {
      switch scalar.value {
      case 0x4B, 0x6B: return [scalar.value ^ 0x20, 0x212A]
      case 0x53, 0x73: return [scalar.value ^ 0x20, 0x17F]
      case 0x41...0x5A, 0x61...0x7A: return [scalar.value ^ 0x20]
      default: return []
      }
    }
    var result: [UInt32] = []
    for mapping in [
      scalar.properties.lowercaseMapping, scalar.properties.uppercaseMapping, scalar.properties.titlecaseMapping,
    ] {
      let scalars = mapping.unicodeScalars
      guard scalars.count == 1, let other = scalars.first, other != scalar else { continue }
      result.append(other.value)
      let back = other.properties.lowercaseMapping.unicodeScalars
      if back.count == 1, let lower = back.first, lower != scalar { result.append(lower.value) }
    }
    return result
  }

  static let digits: [ClosedRange<UInt32>] = [0x30...0x39]
  static let word: [ClosedRange<UInt32>] = [0x30...0x39, 0x41...0x5A, 0x5F...0x5F, 0x61...0x7A]
  static let space: [ClosedRange<UInt32>] = [0x09...0x0A, 0x0C...0x0D, 0x20...0x20]
}
