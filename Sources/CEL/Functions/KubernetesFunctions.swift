package import ScalarFormats

package struct AddressValue: OpaqueValue {
  package let address: NetworkAddress
  package var typeName: String { "net.IP" }
  package func isEqual(_ other: any OpaqueValue) -> Bool { (other as? AddressValue)?.address == address }
}

package struct PrefixValue: OpaqueValue {
  package let prefix: NetworkPrefix
  package var typeName: String { "net.CIDR" }
  package func isEqual(_ other: any OpaqueValue) -> Bool { (other as? PrefixValue)?.prefix == prefix }
}

package struct URLValue: OpaqueValue {
  package let url: GoURL
  package var typeName: String { "kubernetes.URL" }
  package func isEqual(_ other: any OpaqueValue) -> Bool { (other as? URLValue)?.url == url }
}

package struct QuantityValue: OpaqueValue {
  package let quantity: Quantity
  package var typeName: String { "kubernetes.Quantity" }
  package func isEqual(_ other: any OpaqueValue) -> Bool { (other as? QuantityValue)?.quantity.compare(quantity) == 0 }
}

package struct VersionValue: OpaqueValue {
  package let version: SemanticVersion
  package var typeName: String { "kubernetes.Semver" }
  package func isEqual(_ other: any OpaqueValue) -> Bool { (other as? VersionValue)?.version.compare(version) == 0 }
}

package struct NamedFormatValue: OpaqueValue {
  package let format: NameFormat
  package var typeName: String { "kubernetes.NamedFormat" }
  package func isEqual(_ other: any OpaqueValue) -> Bool { (other as? NamedFormatValue)?.format == format }
}

/// k8s.io/apiserver/pkg/cel/library
extension Evaluator {
  private func of<T>(_ value: Value, _ type: T.Type) -> T? {
    if case .opaque(let box) = value { box.value as? T } else { nil }
  }

  func url(_ function: Builtin, _ value: Value) -> Value {
    if function == .url || function == .isURL {
      guard let text = string(value) else { return noOverload(function.rawValue, [value]) }
      let url = GoURL(text)
      if function == .isURL { return .bool(url != nil) }
      return url.map { .opaque(URLValue(url: $0)) } ?? .fail("'\(text)' is no URL")
    }
    guard let url = of(value, URLValue.self)?.url else { return noOverload(function.rawValue, [value]) }
    switch function {
    case .getScheme: return .string(url.scheme)
    case .getHost: return .string(url.host)
    case .getHostname: return .string(url.hostname)
    case .getPort: return .string(url.port)
    case .getEscapedPath: return .string(url.escapedPath)
    default: return .map(MapValue(url.query.map { (.string($0.name), .list($0.values.map { .string($0) })) }))
    }
  }

  func quantity(_ function: Builtin, _ first: Value, _ second: Value) -> Value {
    if function == .quantity || function == .isQuantity {
      guard let text = string(first) else { return noOverload(function.rawValue, [first]) }
      let quantity = Quantity(text)
      if function == .isQuantity { return .bool(quantity != nil) }
      return quantity.map { .opaque(QuantityValue(quantity: $0)) } ?? .fail("'\(text)' is no quantity")
    }
    guard let quantity = of(first, QuantityValue.self)?.quantity else { return noOverload(function.rawValue, [first]) }
    switch function {
    case .sign: return .int(Int64(quantity.sign))
    case .isInteger: return .bool(quantity.integer != nil)
    case .asInteger: return quantity.integer.map { .int($0) } ?? .fail("quantity is no integer of 64 bits")
    case .asApproximateFloat: return .double(quantity.approximate)
    default:
      let other: Quantity
      if case .int(let number) = second {
        other = Quantity(number)
      } else if let given = of(second, QuantityValue.self)?.quantity {
        other = given
      } else {
        return noOverload(function.rawValue, [first, second])
      }
      return .opaque(QuantityValue(quantity: quantity.adding(function == .add ? other : other.negated)))
    }
  }

  func opaqueOrder(_ function: Builtin, _ first: Value, _ second: Value) -> Value {
    let order: Int
    if let left = of(first, QuantityValue.self), let right = of(second, QuantityValue.self) {
      order = left.quantity.compare(right.quantity)
    } else if let left = of(first, VersionValue.self), let right = of(second, VersionValue.self) {
      order = left.version.compare(right.version)
    } else {
      return noOverload(function.rawValue, [first, second])
    }
    switch function {
    case .compareTo: return .int(Int64(order))
    case .isLessThan: return .bool(order < 0)
    default: return .bool(order > 0)
    }
  }

  func version(_ function: Builtin, _ arguments: Arguments) -> Value {
    if function == .semver || function == .isSemver {
      guard let text = string(arguments.first) else { return noOverload(function.rawValue, arguments.values) }
      let version = SemanticVersion(text, isLenient: arguments.count == 2 && arguments.second.isTrue)
      if function == .isSemver { return .bool(version != nil) }
      return version.map { .opaque(VersionValue(version: $0)) } ?? .fail("'\(text)' is no semantic version")
    }
    guard let version = of(arguments.first, VersionValue.self)?.version else {
      return noOverload(function.rawValue, arguments.values)
    }
    let number =
      switch function {
      case .major: version.major
      case .minor: version.minor
      default: version.patch
      }
    return Int64(exactly: number).map { .int($0) } ?? .fail("number does not fit an integer of 64 bits")
  }

  // MARK: Formats

  func namedFormat(_ name: String) -> Value {
    guard let format = NameFormat(rawValue: String(name.dropFirst("format.".count))) else {
      return .fail("'\(name)' is not declared")
    }
    return .opaque(NamedFormatValue(format: format))
  }

  func namedFormat(_ function: Builtin, _ first: Value, _ second: Value) -> Value {
    if function == .namedFormat {
      guard let name = string(first) else { return noOverload(function.rawValue, [first]) }
      guard let format = NameFormat(rawValue: name) else { return .optional(.none) }
      return .optional(OptionalValue(.opaque(NamedFormatValue(format: format))))
    }
    guard let format = of(first, NamedFormatValue.self)?.format, let text = string(second) else {
      return noOverload(function.rawValue, [first, second])
    }
    let problems = format.problems(text)
    return .optional(problems.isEmpty ? .none : OptionalValue(.list(problems.map { .string($0) })))
  }

  // MARK: Networks

  func network(_ function: Builtin, _ first: Value, _ second: Value) -> Value {
    if let prefix = of(first, PrefixValue.self)?.prefix { return network(function, prefix, first, second) }
    if let address = of(first, AddressValue.self)?.address {
      switch function {
      case .family: return .int(address.isVersion4 ? 4 : 6)
      case .isUnspecified: return .bool(address.isUnspecified)
      case .isLoopback: return .bool(address.isLoopback)
      case .isLinkLocalMulticast: return .bool(address.isLinkLocalMulticast)
      case .isLinkLocalUnicast: return .bool(address.isLinkLocalUnicast)
      case .isGlobalUnicast: return .bool(address.isGlobalUnicast)
      default: return noOverload(function.rawValue, [first])
      }
    }
    guard let text = string(first) else { return noOverload(function.rawValue, [first]) }
    switch function {
    case .isIP: return .bool(NetworkAddress(text) != nil)
    case .isCIDR: return .bool(NetworkPrefix(text) != nil)
    case .ip:
      return NetworkAddress(text).map { .opaque(AddressValue(address: $0)) } ?? .fail("'\(text)' is no IP address")
    case .isCanonical:
      return NetworkAddress(text).map { .bool($0.text == text) } ?? .fail("'\(text)' is no IP address")
    case .cidr: return NetworkPrefix(text).map { .opaque(PrefixValue(prefix: $0)) } ?? .fail("'\(text)' is no CIDR")
    default: return noOverload(function.rawValue, [first])
    }
  }

  private func network(_ function: Builtin, _ prefix: NetworkPrefix, _ first: Value, _ second: Value) -> Value {
    switch function {
    case .ip: return .opaque(AddressValue(address: prefix.address))
    case .masked: return .opaque(PrefixValue(prefix: prefix.masked))
    case .prefixLength: return .int(Int64(prefix.length))
    case .containsIP:
      if let address = of(second, AddressValue.self)?.address { return .bool(prefix.contains(address)) }
      guard let text = string(second) else { return noOverload(function.rawValue, [first, second]) }
      return NetworkAddress(text).map { .bool(prefix.contains($0)) } ?? .fail("'\(text)' is no IP address")
    case .containsCIDR:
      if let other = of(second, PrefixValue.self)?.prefix { return .bool(prefix.contains(other)) }
      guard let text = string(second) else { return noOverload(function.rawValue, [first, second]) }
      return NetworkPrefix(text).map { .bool(prefix.contains($0)) } ?? .fail("'\(text)' is no CIDR")
    default: return noOverload(function.rawValue, [first, second])
    }
  }
}
