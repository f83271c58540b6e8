/// What an expression can use: variables, functions, syntax, and how strictly it is checked.
package struct Environment: Sendable {
  /// What is refused before an expression runs.
  package enum Checking: Sendable {
    /// Types, and every name must be declared.
    case full
    /// Syntax only; a name that nothing declares is an error when it is looked at.
    case none
  }

  package var checking = Checking.full
  package var syntax = SyntaxOptions()
  /// Names are looked for in this namespace first, then in those around it.
  package var container = ""
  /// Lists and maps of mixed types are refused where they are joined (Kubernetes before 1.29).
  package var refusesMixedLiterals = false
  /// Literals of durations, timestamps, regular expressions, lists, maps and formats are checked too.
  package var checksLiterals = false
  package var checksFormats = false
  /// A constant that cannot be converted, and a constant pattern that is none, stop the program from being built.
  package var foldsConstants = false
  /// `%s` of a list or map writes strings in quotes, as strings version 2 does.
  package var quotesInFormats = false
  /// A name that nothing declares is a variable that the host may give a value (parse-only hosts).
  package var hasOpenVariables = false

  package private(set) var libraries: [Library] = [.standard]
  package private(set) var variables: [(name: String, type: CELType)] = []
  package private(set) var functions: [HostFunction] = []
  private var slots: [String: Int] = [:]
  private var hostOverloads: [String: [Overload]] = [:]

  package init() {}

  package mutating func add(_ library: Library) {
    guard !libraries.contains(library) else { return }
    libraries.append(library)
  }

  package mutating func add(_ libraries: [Library]) { for library in libraries { add(library) } }

  /// Declares a variable; its place among the bindings of a run is the number of those before it.
  @discardableResult
  package mutating func declare(_ name: String, _ type: CELType = .dyn) -> Int {
    if let slot = slots[name] {
      variables[slot].type = type
      return slot
    }
    slots[name] = variables.count
    variables.append((name, type))
    return variables.count - 1
  }

  /// Adds a function of the host.
  ///
  /// - Returns: Whether its signature could be read.
  @discardableResult
  package mutating func add(_ function: HostFunction) -> Bool {
    guard let overload = Overload(function.signature, host: functions.count) else { return false }
    functions.append(function)
    hostOverloads[overload.name, default: []].append(overload)
    return true
  }

  // MARK: Look-ups

  /// A name in the container, in those around it, and in the root.
  func candidates(_ name: String, isRooted: Bool) -> [String] {
    guard !isRooted, !container.isEmpty else { return [name] }
    var result: [String] = []
    var prefix = container[...]
    while !prefix.isEmpty {
      result.append(prefix + "." + name)
      guard let dot = prefix.lastIndex(of: ".") else { break }
      prefix = prefix[..<dot]
    }
    return result + [name]
  }

  func slot(_ name: String) -> Int? { slots[name] }

  func overloads(_ name: String) -> [Overload] {
    Library.overloads(of: name, in: libraries) + (hostOverloads[name] ?? [])
  }

  /// The type that a name stands for.
  func type(named name: String) -> CELType? {
    switch name {
    case "bool", "int", "uint", "double", "string", "bytes", "list", "map", "null_type", "type",
      "google.protobuf.Timestamp", "google.protobuf.Duration":
      return CELType(name)
    case "optional_type": return libraries.contains(.optionals) ? .optional(.dyn) : nil
    default: return libraries.contains { $0.typeNames.contains(name) } ? .opaque(name) : nil
    }
  }
}

/// A function of the host.
package struct HostFunction: Sendable {
  /// `name(string, list(A)) bool`; with a dot in front a member: `.name(string) int`.
  package var signature: String
  /// Gets no errors and nothing that is unknown, and values that fit the signature.
  package var body: @Sendable ([Value], inout Evaluator) -> Value

  package init(_ signature: String, _ body: @escaping @Sendable ([Value], inout Evaluator) -> Value) {
    (self.signature, self.body) = (signature, body)
  }
}
