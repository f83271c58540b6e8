import CEL
import RuleEngine
import SourceText

/// An expression of `healthCheckExprs` that does not compile. The controllers parse it only, so that names and types are not
/// looked at (fluxcd/pkg `runtime/cel/expression.go`, `NewExpression` without `WithCompile`).
struct HealthCheckExpressionInvalid: RepositoryRule {
  func check(_ model: RepositoryModel, _ report: inout FindingSink) {
    let environment = Environment.fluxHealthCheck
    for cluster in model.graph.clusters {
      HealthCheckExpressions.forEach(in: cluster, model.forest) { expression in
        guard let error = expression.text.error(environment) else { return }
        report.report(expression, invalid: error, in: cluster, model.forest)
      }
    }
  }
}

/// An expression that compiles, and never says what the controller waits for: it fails whatever the object is, or is never
/// true. The health of such an object is never good (fluxcd/pkg `runtime/cel/status_evaluator.go`, `Evaluate`).
struct HealthCheckNeverReady: RepositoryRule {
  func check(_ model: RepositoryModel, _ report: inout FindingSink) {
    let environment = Environment.fluxHealthCheck
    var shapes = ObjectShapes(model)
    for (number, facts) in model.clusters.enumerated() {
      HealthCheckExpressions.forEach(in: facts.cluster, model.forest) { expression in
        guard let isChecked = expression.isChecked(facts) else { return }
        // That something is never so is no mistake of the other two; that it is always so is.
        let obstacle = expression.text.obstacle(environment, wantsTruth: expression.field == "current") {
          FluxExpression.field(
            $0, of: expression.kind,
            shapes.fields(of: expression.kind, expression.apiVersion, inCluster: number))
        }
        guard let obstacle else { return }
        report.report(
          expression, obstacle: obstacle, label: "\(expression.kind) never becomes ready",
          severity: isChecked ? nil : .warning,
          help: "the fields at the top of the object, such as 'status', are the variables; there is no 'self'",
          in: (number, facts.cluster), model.forest)
      }
    }
  }
}

/// One of the expressions of `healthCheckExprs`, as the controller of a cluster reads it.
private struct HealthCheckExpressions: PlacedExpression {
  let object: AppliedObject
  let number: Int
  let field: String
  let text: FluxExpression
  /// The kind that it is about.
  let kind: String
  let apiVersion: String

  var name: String { "the expression '\(field)' in healthCheckExprs" }
  var path: String { "spec.healthCheckExprs.\(field)" }

  /// kustomize-controller 1.5.
  private static let kustomizations = FluxVersion(major: 2, minor: 5)
  /// helm-controller 1.5.
  private static let releases = FluxVersion(major: 2, minor: 8)

  static func forEach(in cluster: Cluster, _ forest: Forest, _ body: (HealthCheckExpressions) -> Void) {
    let numbers = cluster.index.objects(ofKind: "Kustomization") + cluster.index.objects(ofKind: "HelmRelease")
    for number in numbers.sorted() {
      let object = cluster.objects[number]
      let first: FluxVersion
      switch (object.id.kind, object.id.group) {
      case ("Kustomization", FluxKinds.kustomizeGroup): first = Self.kustomizations
      case ("HelmRelease", FluxKinds.helmGroup): first = Self.releases
      default: continue
      }
      guard let spec = forest.value(object.root, "spec"), !forest.isTrue(forest.value(spec, "suspend")),
        let list = forest.value(spec, "healthCheckExprs"), cluster.settings.fluxVersion >= first
      else { continue }
      for item in forest.items(list) {
        for field in ["current", "inProgress", "failed"] {
          guard
            let text = FluxExpression(
              forest.value(item, key: field), of: object, forest, isRequired: field == "current")
          else { continue }
          body(
            HealthCheckExpressions(
              object: object, number: number, field: field, text: text,
              kind: forest.givenText(item, "kind") ?? "", apiVersion: forest.givenText(item, "apiVersion") ?? ""))
        }
      }
    }
  }

  /// Whether the controller certainly looks at an object of the kind; nil when it does not, or nobody knows.
  func isChecked(_ facts: ClusterFacts) -> Bool? {
    let forest = facts.forest
    guard let spec = forest.value(object.root, "spec") else { return nil }
    // What a chart makes is not known, but for whom the expression is written.
    if object.id.kind == "HelmRelease" { return false }
    if forest.isTrue(forest.value(spec, "wait")) {
      guard let kustomization = facts.kustomization(at: object.root) else { return nil }
      let isThere = facts.objects(of: kustomization).contains {
        let id = facts.cluster.objects[$0].id
        return id.kind == kind && id.apiVersion == apiVersion
      }
      return isThere ? true : nil
    }
    guard let checks = forest.value(spec, "healthChecks") else { return nil }
    let isNamed = forest.items(checks).contains {
      forest.givenText($0, "kind") == kind && forest.givenText($0, "apiVersion") ?? "apps/v1" == apiVersion
    }
    return isNamed ? true : nil
  }
}

/// A `readyExpr` that does not compile. That of a Kustomization and of a HelmRelease is checked in full, and its type is
/// bool (kustomize-controller and helm-controller `checkDependencies`); that of a ResourceSet is parsed only
/// (flux-operator `resourceset_controller.go`).
struct ReadyExpressionInvalid: RepositoryRule {
  func check(_ model: RepositoryModel, _ report: inout FindingSink) {
    for cluster in model.graph.clusters {
      ReadyExpression.forEach(in: cluster, model.forest) { expression in
        guard let error = expression.text.error(expression.environment, result: expression.isParsedOnly ? nil : .bool)
        else { return }
        report.report(expression, invalid: error, in: cluster, model.forest)
      }
    }
  }
}

/// A `readyExpr` that compiles, and is never true: it fails whatever the objects are, or is false. What waits for it is
/// never applied.
struct ReadyExpressionNeverTrue: RepositoryRule {
  func check(_ model: RepositoryModel, _ report: inout FindingSink) {
    var shapes = ObjectShapes(model)
    for (number, facts) in model.clusters.enumerated() {
      ReadyExpression.forEach(in: facts.cluster, model.forest) { expression in
        guard expression.isEvaluated,
          expression.text.error(expression.environment, result: expression.isParsedOnly ? nil : .bool) == nil
        else { return }
        let obstacle = expression.text.obstacle(expression.environment) { name in
          guard let dependency = expression.dependency else {
            // Both are of one kind.
            return FluxExpression.object(
              expression.object, shapes.fields(ofDependency: expression.object, facts.cluster))
          }
          return FluxExpression.field(
            name, of: dependency.kind, shapes.fields(of: dependency.kind, dependency.apiVersion, inCluster: number))
        }
        guard let obstacle else { return }
        report.report(
          expression, obstacle: obstacle, label: "never becomes ready",
          help: expression.isParsedOnly
            ? "the fields at the top of the dependency, such as 'status', are the variables; there is no 'self'"
            : "'self' is this object, and 'dep' the \(expression.object.id.kind) that it waits for",
          in: (number, facts.cluster), model.forest)
      }
    }
  }
}

/// The `readyExpr` of an entry in `dependsOn`, as the controller of a cluster reads it.
private struct ReadyExpression: PlacedExpression {
  let object: AppliedObject
  let text: FluxExpression
  let environment: Environment
  /// In a ResourceSet.
  let isParsedOnly: Bool
  /// Whether it is evaluated; a ResourceSet may only want its dependency to be there.
  let isEvaluated: Bool
  /// The kind whose fields are the variables, in a ResourceSet.
  let dependency: (kind: String, apiVersion: String)?

  var name: String { "readyExpr" }
  var path: String { "spec.dependsOn.readyExpr" }

  private static let firstRelease = FluxVersion(major: 2, minor: 7)

  static func forEach(in cluster: Cluster, _ forest: Forest, _ body: (ReadyExpression) -> Void) {
    let (checked, parsed) = (Environment.fluxReadiness, Environment.fluxHealthCheck)
    for object in cluster.objects where !object.isRemote {
      let isResourceSet = object.id.kind == "ResourceSet" && object.id.group == FluxKinds.operatorGroup
      let isFlux =
        object.id.kind == "Kustomization" && object.id.group == FluxKinds.kustomizeGroup
        || object.id.kind == "HelmRelease" && object.id.group == FluxKinds.helmGroup
      guard isResourceSet || isFlux && cluster.settings.fluxVersion >= Self.firstRelease,
        let spec = forest.value(object.root, "spec"), !forest.isTrue(forest.value(spec, "suspend")),
        let list = forest.value(spec, "dependsOn")
      else { continue }
      for item in forest.items(list) {
        guard let text = FluxExpression(forest.value(item, "readyExpr"), of: object, forest) else { continue }
        body(
          ReadyExpression(
            object: object, text: text, environment: isResourceSet ? parsed : checked, isParsedOnly: isResourceSet,
            isEvaluated: !isResourceSet || forest.isTrue(forest.value(item, "ready")),
            dependency: isResourceSet
              ? (forest.givenText(item, "kind") ?? "", forest.givenText(item, "apiVersion") ?? "") : nil))
      }
    }
  }
}

// MARK: - What is said of them

/// An expression of a Flux object, as findings name it.
private protocol PlacedExpression {
  var object: AppliedObject { get }
  var text: FluxExpression { get }
  /// The field, for messages.
  var name: String { get }
  /// The field, for programs.
  var path: String { get }
}

extension FindingSink {
  /// The expression does not compile.
  fileprivate mutating func report(
    _ expression: some PlacedExpression, invalid error: CELError, in cluster: Cluster, _ forest: Forest
  ) {
    report(
      expression, "is not valid: \(error.message)", at: error.range, problem: error.message,
      label: "the \(expression.object.id.kind) stalls", severity: nil,
      help: "correct the expression; nothing is applied before that", in: cluster, forest)
  }

  /// The expression compiles, and never gives what is waited for; or nobody knows.
  fileprivate mutating func report(
    _ expression: some PlacedExpression, obstacle: Program.Obstacle, label: String,
    severity: Severity? = nil, help: String, in cluster: (number: Int, value: Cluster), _ forest: Forest
  ) {
    let what: String
    switch obstacle.kind {
    case .failure: what = "always fails: \(obstacle.message)"
    case .isFalse: what = "is never true: \(obstacle.message)"
    case .isTrue: what = "is always true"
    case .tooLong:
      // The controllers have no such limit.
      return leaveOpen(
        Undecided(
          rule: rule, cause: .unfinished, reason: "expressions take too long to evaluate here, and are not checked",
          range: forest.range(expression.text.node), object: ObjectReference(expression.object.id),
          cluster: cluster.number, kustomization: expression.object.kustomization))
    }
    report(
      expression, what, at: obstacle.range, problem: obstacle.message, label: label, severity: severity, help: help,
      in: cluster.value, forest)
  }

  private mutating func report(
    _ expression: some PlacedExpression, _ what: String, at bounds: Range<Int>, problem: String, label: String,
    severity: Severity?, help: String, in cluster: Cluster, _ forest: Forest
  ) {
    let object = ObjectReference(expression.object.id)
    report(
      "\(expression.name) of \(object.displayName) \(what)", at: expression.text.range(of: bounds, forest),
      label: label, severity: severity, object: object, cluster: cluster, help: help,
      data: ["field": .string(expression.path), "problem": .string(problem)])
  }
}

/// An expression in a field of an object.
struct FluxExpression {
  let node: NodeRef
  let text: String

  /// Nil for a field that is absent, or empty where the controllers do not read it then, for what is no text, which the API
  /// server refuses, and for a text that is not known.
  init?(_ node: NodeRef?, of object: AppliedObject, _ forest: Forest, isRequired: Bool = false) {
    guard let node, forest.kind(node) == .scalar, case .string = forest.scalarValue(node, dialect: .resource) else {
      return nil
    }
    let text = forest.text(node)
    guard !text.isEmpty || isRequired, object.isKnown || !text.contains("${") else { return nil }
    (self.node, self.text) = (node, text)
  }

  func error(_ environment: Environment, result: CELType? = nil) -> CELError? {
    if text.isEmpty { return CELError(.parse, "it is empty", 0..<0) }
    do throws(CELError) {
      _ = try Program(text, in: environment, result: result)
      return nil
    } catch {
      return error
    }
  }

  /// Names that other expressions of Kubernetes and Flux have, or that are written otherwise, and that no object has as a
  /// field.
  private static let strangers: Set<String> = [
    "self", "dep", "object", "oldObject", "oldSelf", "request", "True", "False",
  ]

  /// What is known of a variable: its value, or its type where nobody knows the value.
  typealias Variable = (value: Value, type: CELType)

  /// Why the expression never gives what is waited for, whatever the objects are; nil when it may, or does not compile.
  ///
  /// - Parameters:
  ///   - wantsTruth: Otherwise it has to be false now and then.
  ///   - variable: what the expression finds under a name.
  func obstacle(_ environment: Environment, wantsTruth: Bool = true, _ variable: (String) -> Variable)
    -> Program.Obstacle?
  {
    guard !text.isEmpty, let program = try? Program(text, in: environment) else { return nil }
    // A field of an object comes before a type of the same name: `type == 'Opaque'`.
    if environment.hasOpenVariables, program.typeNames.contains(where: { variable($0).value.isUnknown }) { return nil }
    let variables = program.variables.map(variable)
    let (values, types) = (variables.map(\.value), variables.map(\.type))
    return wantsTruth ? program.obstacle(values, types) : program.certainty(values, types)
  }

  private static let unknown = Value.unknown(Unknown("the object is in the cluster"))

  /// A variable that is a field of an object.
  ///
  /// - Parameter fields: all that the object may have; nil when it is not known.
  static func field(_ name: String, of kind: String, _ fields: [String: CELType]?) -> Variable {
    if name == "kind" { return (.string(kind), .string) }
    if let type = fields?[name] { return (unknown, type) }
    guard fields != nil || strangers.contains(name) else { return (unknown, .dyn) }
    let nearest = Suggestion.nearest(to: name, in: (fields?.keys.sorted() ?? []) + ["true", "false"])
    let owner = fields == nil ? "no object has" : "a \(kind) never has"
    return (.fail("\(owner) a field '\(name)'" + (nearest.map { "; did you mean '\($0)'?" } ?? "")), .dyn)
  }

  /// A variable that is a whole object, of the same kind as another.
  static func object(_ object: AppliedObject, _ fields: [String: CELType]) -> Variable {
    let entries = fields.keys.sorted().map { name in
      (key: Value.string(name), value: name == "kind" ? Value.string(object.id.kind) : unknown)
    }
    let type = ObjectType(name: object.id.kind) { name in fields[name].map { ObjectType.Field(key: name, type: $0) } }
    return (.map(MapValue(entries)), .object(type))
  }

  /// The bytes of the file, inside the scalar however it is written.
  func range(of bounds: Range<Int>, _ forest: Forest) -> SourceRange {
    text.isEmpty ? forest.range(node) : forest.contentMap(of: node).range(of: bounds)
  }
}
