/// A set of functions that an environment has.
package enum Library: String, Sendable, CaseIterable {
  case standard, crossTypeOrdering, optionals
  /// cel-go's extensions.
  case strings, stringReverse, stringFormat, lists, sets, math, encoders, regex
  /// Those of Kubernetes.
  case url, search, listSums, quantity, ip, cidr, namedFormats, semver

  /// Its signatures, a line each; a dot in front makes a member.
  var signatures: String {
    switch self {
    case .standard: Signatures.operators + Signatures.standard + Signatures.times
    case .crossTypeOrdering: Signatures.crossTypeOrdering
    case .optionals: Signatures.optionals
    case .strings: Signatures.strings
    case .stringReverse: ".reverse(string) string\n"
    case .stringFormat: "strings.quote(string) string\n.format(string, list(dyn)) string\n"
    case .lists: Signatures.lists
    case .sets: Signatures.sets
    case .math: Signatures.math
    case .encoders: "base64.decode(string) bytes\nbase64.encode(bytes) string\n"
    case .regex: Signatures.regex
    case .url: Signatures.url
    case .search: Signatures.search
    case .listSums: Signatures.listSums
    case .quantity: Signatures.quantity
    case .ip: Signatures.ip
    case .cidr: Signatures.cidr
    case .namedFormats: Signatures.namedFormats
    case .semver: Signatures.semver
    }
  }

  /// The names of its types.
  var typeNames: [String] {
    switch self {
    case .url: ["kubernetes.URL"]
    case .quantity: ["kubernetes.Quantity"]
    case .ip: ["net.IP"]
    case .cidr: ["net.CIDR"]
    case .namedFormats: ["kubernetes.NamedFormat"]
    case .semver: ["kubernetes.Semver"]
    default: []
    }
  }

  /// The signatures by function name, as text: only those that an expression calls are read.
  private static let index: [Library: [String: [Substring]]] = {
    var result: [Library: [String: [Substring]]] = [:]
    for library in allCases {
      var names: [String: [Substring]] = [:]
      for line in library.signatures.split(separator: "\n") {
        let name = line.prefix { $0 != "(" }
        names[String(name.first == "." ? name.dropFirst() : name), default: []].append(line)
      }
      result[library] = names
    }
    return result
  }()

  func overloads(of name: String) -> [Overload] {
    (Self.index[self]?[name] ?? []).compactMap { Overload($0) }
  }
}
