/// The functions of the libraries; one for all overloads of a name, which the values tell apart.
enum Builtin: String, Sendable, CaseIterable {
  // Standard
  case size, contains, endsWith, startsWith, matches
  case bool, bytes, double, duration, dyn, int, string, timestamp, type, uint
  case getDate, getDayOfMonth, getDayOfWeek, getDayOfYear, getFullYear, getHours, getMilliseconds, getMinutes
  case getMonth, getSeconds
  // Optionals
  case optionalOf = "optional.of"
  case optionalOfNonZero = "optional.ofNonZeroValue"
  case optionalNone = "optional.none"
  case optionalUnwrap = "optional.unwrap"
  case unwrapOpt, value, hasValue, or, orValue, first, last
  // Strings
  case charAt, indexOf, lastIndexOf, join, lowerAscii, upperAscii, replace, split, substring, trim, format, reverse
  case quote = "strings.quote"
  // Lists and sets
  case slice, flatten, distinct, sort
  case range = "lists.range"
  case setsContains = "sets.contains"
  case setsEquivalent = "sets.equivalent"
  case setsIntersects = "sets.intersects"
  case sum, min, max, isSorted
  /// The sum of an empty list is a zero of the type of its elements.
  case sumOfUints = "sum@uint"
  case sumOfDoubles = "sum@double"
  case sumOfDurations = "sum@duration"
  // Numbers
  case mathMin = "math.@min"
  case mathMax = "math.@max"
  case ceil = "math.ceil"
  case floor = "math.floor"
  case round = "math.round"
  case trunc = "math.trunc"
  case isInf = "math.isInf"
  case isNaN = "math.isNaN"
  case isFinite = "math.isFinite"
  case abs = "math.abs"
  case mathSign = "math.sign"
  case sqrt = "math.sqrt"
  case bitAnd = "math.bitAnd"
  case bitOr = "math.bitOr"
  case bitXor = "math.bitXor"
  case bitNot = "math.bitNot"
  case bitShiftLeft = "math.bitShiftLeft"
  case bitShiftRight = "math.bitShiftRight"
  // Encodings and patterns
  case base64Decode = "base64.decode"
  case base64Encode = "base64.encode"
  case regexExtract = "regex.extract"
  case regexExtractAll = "regex.extractAll"
  case regexReplace = "regex.replace"
  case find, findAll
  // Kubernetes
  case url, isURL, getScheme, getHost, getHostname, getPort, getEscapedPath, getQuery
  case quantity, isQuantity, sign, isInteger, asInteger, asApproximateFloat, compareTo, isLessThan, isGreaterThan, add,
    sub
  case ip, isIP, family, isUnspecified, isLoopback, isLinkLocalMulticast, isLinkLocalUnicast, isGlobalUnicast
  case isCanonical = "ip.isCanonical"
  case cidr, isCIDR, containsIP, containsCIDR, masked, prefixLength
  case namedFormat = "format.named"
  case validate
  case formatLabel = "format.dns1123Label"
  case formatSubdomain = "format.dns1123Subdomain"
  case formatLabel1035 = "format.dns1035Label"
  case formatQualifiedName = "format.qualifiedName"
  case formatLabelPrefix = "format.dns1123LabelPrefix"
  case formatSubdomainPrefix = "format.dns1123SubdomainPrefix"
  case formatLabel1035Prefix = "format.dns1035LabelPrefix"
  case formatLabelValue = "format.labelValue"
  case formatURI = "format.uri"
  case formatUUID = "format.uuid"
  case formatByte = "format.byte"
  case formatDate = "format.date"
  case formatDatetime = "format.datetime"
  case semver, isSemver, major, minor, patch

  private static let index = Dictionary(uniqueKeysWithValues: allCases.map { ($0.rawValue, $0) })

  static func named(_ name: String) -> Builtin? { index[name] }

  /// The conversions whose constants are folded when a program is built (cel-go, common/overloads).
  var isConversion: Bool {
    switch self {
    case .bool, .bytes, .double, .duration, .dyn, .int, .string, .timestamp, .uint: true
    default: false
    }
  }

  /// Where its second argument is a regular expression.
  var takesPattern: Bool { self == .matches || self == .find || self == .findAll }
}

/// Up to four arguments, without an array.
struct Arguments {
  var count: Int
  var first = Value.null
  var second = Value.null
  var third = Value.null
  var fourth = Value.null

  subscript(index: Int) -> Value {
    get {
      switch index {
      case 0: first
      case 1: second
      case 2: third
      default: fourth
      }
    }
    set {
      switch index {
      case 0: first = newValue
      case 1: second = newValue
      case 2: third = newValue
      default: fourth = newValue
      }
    }
  }

  var values: [Value] { (0..<count).map { self[$0] } }
}

extension Evaluator {
  /// Calls a function with arguments that are known and no errors.
  mutating func call(_ function: Builtin, _ arguments: Arguments) -> Value {
    let first = arguments.first
    switch function {
    case .size: return size(first)
    case .contains, .endsWith, .startsWith: return textTest(function, first, arguments.second)
    case .matches: return matches(first, arguments.second)
    case .dyn: return first
    case .type: return .type(type(of: first))
    case .bool, .bytes, .double, .duration, .int, .string, .timestamp, .uint: return converted(first, to: function)
    case .getDate, .getDayOfMonth, .getDayOfWeek, .getDayOfYear, .getFullYear, .getHours, .getMilliseconds, .getMinutes,
      .getMonth, .getSeconds:
      return timeField(function, arguments)
    case .optionalOf, .optionalOfNonZero, .optionalNone, .optionalUnwrap, .unwrapOpt, .value, .hasValue, .or, .orValue,
      .first, .last:
      return optional(function, arguments)
    case .indexOf, .lastIndexOf:
      return listCount(first) == nil ? text(function, arguments) : place(function, first, arguments.second)
    case .reverse where listCount(first) != nil: return list(function, arguments)
    case .charAt, .join, .lowerAscii, .upperAscii, .replace, .split, .substring, .trim, .format, .reverse, .quote:
      return text(function, arguments)
    case .slice, .flatten, .distinct, .sort, .range: return list(function, arguments)
    case .setsContains, .setsEquivalent, .setsIntersects: return sets(function, first, arguments.second)
    case .sum, .sumOfUints, .sumOfDoubles, .sumOfDurations: return sum(function, first)
    case .min, .max, .isSorted: return extremum(function, first)
    case .mathMin, .mathMax: return mathExtremum(function, arguments)
    case .ceil, .floor, .round, .trunc, .isInf, .isNaN, .isFinite, .abs, .mathSign, .sqrt:
      return math(function, first)
    case .bitAnd, .bitOr, .bitXor, .bitNot, .bitShiftLeft, .bitShiftRight:
      return bits(function, first, arguments.second)
    case .base64Decode, .base64Encode: return base64(function, first)
    case .regexExtract, .regexExtractAll, .regexReplace, .find, .findAll: return pattern(function, arguments)
    case .url, .isURL, .getScheme, .getHost, .getHostname, .getPort, .getEscapedPath, .getQuery:
      return url(function, first)
    case .quantity, .isQuantity, .sign, .isInteger, .asInteger, .asApproximateFloat, .add, .sub:
      return quantity(function, first, arguments.second)
    case .compareTo, .isLessThan, .isGreaterThan: return opaqueOrder(function, first, arguments.second)
    case .ip, .isIP, .family, .isUnspecified, .isLoopback, .isLinkLocalMulticast, .isLinkLocalUnicast, .isGlobalUnicast,
      .isCanonical, .cidr, .isCIDR, .containsIP, .containsCIDR, .masked, .prefixLength:
      return network(function, first, arguments.second)
    case .namedFormat, .validate: return namedFormat(function, first, arguments.second)
    case .formatLabel, .formatSubdomain, .formatLabel1035, .formatQualifiedName, .formatLabelPrefix,
      .formatSubdomainPrefix, .formatLabel1035Prefix, .formatLabelValue, .formatURI, .formatUUID, .formatByte,
      .formatDate,
      .formatDatetime:
      return namedFormat(function.rawValue)
    case .semver, .isSemver, .major, .minor, .patch: return version(function, arguments)
    }
  }

  private mutating func size(_ value: Value) -> Value {
    if let count = listCount(value) ?? mapCount(value) { return .int(Int64(count)) }
    switch value {
    case .bytes(let bytes): return .int(Int64(bytes.count))
    case .string, .text:
      var (count, length) = (0, 0)
      withText(value) { bytes in
        length = bytes.count
        for byte in bytes where byte & 0xC0 != 0x80 { count += 1 }
      }
      return charge(length / 64) ?? .int(Int64(count))
    default: return noOverload("size", [value])
    }
  }
}
