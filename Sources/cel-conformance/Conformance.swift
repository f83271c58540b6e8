import CEL

/// Answers conformance cases, a line of JSON each.
enum Conformance {
  static func answer(_ line: String) -> String {
    guard let json = JSON(line) else { return error("case is no JSON") }
    if json["kind"]?.text == "crd" { return DefinitionCases.answer(json) }
    guard let text = json["expr"]?.text else { return error("case has no expression") }
    guard var environment = environment(json) else { return #"{"skip":"environment is not supported"}"# }
    let source = ArenaSource()
    var values: [String: Value] = [:]
    for member in json["type_env"]?.members ?? [] {
      let name = member.key
      guard let type = member.value.text.flatMap({ CELType($0) }) else { return error("type of '\(name)' is no type") }
      environment.declare(name, type)
    }
    let declared = Set((json["type_env"]?.members ?? []).map(\.key))
    for member in json["bindings"]?.members ?? [] {
      let name = member.key
      guard let value = TypedValue.decode(member.value, source) else {
        return error("value of '\(name)' is no typed value")
      }
      values[name] = value
      if !declared.contains(name) { environment.declare(name) }
    }
    do throws(CELError) {
      return try answer(text, environment, json, source, values)
    } catch {
      return self.error("\(error.phase.rawValue)/\(error.message) at \(error.range)")
    }
  }

  private static func answer(
    _ text: String, _ environment: Environment, _ json: JSON, _ source: ArenaSource, _ values: [String: Value]
  ) throws(CELError) -> String {
    if json["parse_only"]?.isTrue ?? false {
      try Program.parse(text, environment.syntax)
      return #"{"value":{"bool":true}}"#
    }
    let result = json["output_type"]?.text.flatMap { CELType($0) }
    if json["check_only"]?.isTrue ?? false {
      let type = try Program.check(text, in: environment, result: result)
      return #"{"type":\#(JSON.quoted(type.description))}"#
    }
    let program = try Program(text, in: environment, result: result)
    let bindings = program.variables.map { values[$0] ?? .fail("variable '\($0)' has no value") }
    switch program.run(source, bindings) {
    case .failed(let failure): return error("eval/\(failure.message)")
    case .unknown(let unknown): return error("unknown/\(unknown.reason)")
    case .value(let value):
      let encoded = TypedValue.encode(value, Evaluator(source: source, steps: 0))
      guard case .full = environment.checking else { return #"{"value":\#(encoded)}"# }
      return #"{"value":\#(encoded),"type":\#(JSON.quoted(program.type.description))}"#
    }
  }

  private static func error(_ message: String) -> String { #"{"error":\#(JSON.quoted(message))}"# }

  private static func environment(_ json: JSON) -> Environment? {
    var environment: Environment
    switch json["env"]?.text ?? "cel" {
    case "cel": environment = .newest
    case "flux-parse": environment = .fluxHealthCheck
    case "flux-compile": environment = .fluxCompiled
    case let name:
      guard name.hasPrefix("k8s-1."), let minor = Int(name.dropFirst(6)) else { return nil }
      environment = .kubernetes(minor: minor)
    }
    for library in json["libs"]?.elements ?? [] {
      switch library.text {
      case "strings": environment.addStrings()
      case "lists": environment.addLists()
      case "sets": environment.add(.sets)
      case "math": environment.addMath()
      case "encoders": environment.add(.encoders)
      case "regex": environment.add(.regex)
      case "bindings": environment.syntax.hasBindings = true
      case "two_var": environment.syntax.hasTwoVariables = true
      case "optionals": environment.addOptionals()
      case "network": environment.add([.ip, .cidr])
      default: return nil
      }
    }
    if json["disable_check"]?.isTrue ?? false { environment.checking = .none }
    if json["disable_macros"]?.isTrue ?? false { environment.syntax.hasMacros = false }
    environment.container = json["container"]?.text ?? ""
    return environment
  }
}
