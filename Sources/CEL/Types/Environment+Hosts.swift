/// The environments of the hosts that publish expressions.
extension Environment {
  /// The language with its newest extensions.
  package static var newest: Environment {
    var environment = Environment()
    environment.add(.crossTypeOrdering)
    environment.syntax.hasQuotedFields = true
    environment.checksFormats = true
    return environment
  }

  package mutating func addOptionals() {
    add(.optionals)
    syntax.hasOptionals = true
  }

  package mutating func addStrings() { add([.strings, .stringFormat, .stringReverse]) }

  package mutating func addLists() {
    add(.lists)
    syntax.hasSortBy = true
  }

  package mutating func addMath() {
    add(.math)
    syntax.hasMath = true
  }

  /// What the API server of Kubernetes 1.`minor` evaluates (k8s.io/apiserver/pkg/cel/environment/base.go).
  package static func kubernetes(minor: Int) -> Environment {
    var environment = Environment()
    environment.foldsConstants = true
    environment.quotesInFormats = true
    environment.refusesMixedLiterals = minor < 29
    environment.add([.url, .search, .listSums, .strings])
    if minor >= 28 {
      environment.addOptionals()
      environment.add([.crossTypeOrdering, .quantity])
    }
    if minor >= 29 {
      environment.add([.stringFormat, .sets])
      environment.checksLiterals = true
      environment.checksFormats = true
    }
    if minor >= 30 { environment.add([.ip, .cidr]) }
    if minor >= 31 { environment.add(.namedFormats) }
    if minor >= 32 { environment.syntax.hasTwoVariables = true }
    if minor >= 33 { environment.add(.semver) }
    if minor >= 34 { environment.addLists() }
    return environment
  }

  /// What Flux's controllers have (github.com/fluxcd/pkg/runtime/cel).
  private static var flux: Environment {
    var environment = Environment()
    environment.foldsConstants = true
    environment.addOptionals()
    environment.addStrings()
    environment.add([.crossTypeOrdering, .sets, .encoders])
    return environment
  }

  /// `healthCheckExprs` of Kustomizations and `readyExpr` in a ResourceSet: parsed only. The fields at the top of the object are
  /// the variables, whatever they are called (`Program.variables`).
  package static var fluxHealthCheck: Environment {
    var environment = flux
    environment.checking = .none
    environment.hasOpenVariables = true
    return environment
  }

  /// `readyExpr` in `dependsOn` of Kustomizations and HelmReleases: checked, over `self` and `dep`. Its type must be bool
  /// (`Program.init(_:in:result:)`).
  package static var fluxReadiness: Environment {
    var environment = fluxCompiled
    environment.declare("self", .map(.string, .dyn))
    environment.declare("dep", .map(.string, .dyn))
    return environment
  }

  /// Filters of Receivers: checked, over `res` and `req`. Releases differ in what else there is, so no name is unknown. The
  /// type must be bool.
  package static var fluxFilter: Environment {
    var environment = fluxCompiled
    environment.hasOpenVariables = true
    return environment
  }

  /// The same without variables.
  package static var fluxCompiled: Environment {
    var environment = flux
    environment.checksLiterals = true
    environment.checksFormats = true
    return environment
  }
}
