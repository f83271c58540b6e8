import Synchronization

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

  /// The signatures of all libraries by function name, as text: only those that an expression calls are read.
  private static let index: [String: [(library: Library, line: Substring)]] = {
    var result: [String: [(library: Library, line: Substring)]] = [:]
    for library in allCases {
      for line in library.signatures.split(separator: "\n") {
        let name = line.prefix { $0 != "(" }
        result[String(name.first == "." ? name.dropFirst() : name), default: []].append((library, line))
      }
    }
    return result
  }()

  /// Those that were read: rules call the same few functions again and again.
  private static let known = Mutex<[String: [(library: Library, overload: Overload)]]>([:])

  /// The overloads that libraries have of a function, in the order of the libraries.
  static func overloads(of name: String, in libraries: [Library]) -> [Overload] {
    guard let lines = index[name] else { return [] }
    let all = known.withLock { known in
      if let all = known[name] { return all }
      let all = lines.compactMap { line in Overload(line.line).map { (library: line.library, overload: $0) } }
      known[name] = all
      return all
    }
    return libraries.flatMap { library in all.lazy.filter { $0.library == library }.map(\.overload) }
  }
}
