import CEL
import RuleEngine

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
    for facts in model.clusters {
      let cluster = facts.cluster
      HealthCheckExpressions.forEach(in: cluster, model.forest) { expression in
        guard let obstacle = expression.text.obstacle(environment),
          // That something is never so is no mistake of these two.
          expression.field == "current" || !obstacle.isFalse,
          let isChecked = expression.isChecked(facts)
        else { return }
        report.report(
          expression, neverTrue: obstacle, label: "\(expression.kind) never becomes ready",
          severity: isChecked ? nil : .warning,
          help: "the fields at the top of the object, such as 'status', are the variables; there is no 'self'",
          in: cluster, model.forest)
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
          guard let text = FluxExpression(forest.value(item, key: field), of: object, forest) else { continue }
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
    for cluster in model.graph.clusters {
      ReadyExpression.forEach(in: cluster, model.forest) { expression in
        guard expression.isEvaluated,
          expression.text.error(expression.environment, result: expression.isParsedOnly ? nil : .bool) == nil,
          let obstacle = expression.text.obstacle(expression.environment, hasSelf: !expression.isParsedOnly)
        else { return }
        report.report(
          expression, neverTrue: obstacle, label: "never becomes ready",
          help: expression.isParsedOnly
            ? "the fields at the top of the dependency, such as 'status', are the variables; there is no 'self'"
            : "'self' is this object, and 'dep' the one it waits for",
          in: cluster, model.forest)
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
            isEvaluated: !isResourceSet || forest.isTrue(forest.value(item, "ready"))))
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

  /// The expression compiles, and is never true.
  fileprivate mutating func report(
    _ expression: some PlacedExpression, neverTrue obstacle: FluxExpression.Obstacle, label: String,
    severity: Severity? = nil, help: String, in cluster: Cluster, _ forest: Forest
  ) {
    report(
      expression, obstacle.isFalse ? "is never true" : "always fails: \(obstacle.message)", at: obstacle.range,
      problem: obstacle.message, label: label, severity: severity, help: help, in: cluster, forest)
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
  /// What keeps an expression from being true.
  typealias Obstacle = (message: String, range: Range<Int>, isFalse: Bool)

  let node: NodeRef
  let text: String

  /// Nil for a field that is absent or empty, which the controllers do not read, and for a text that is not known.
  init?(_ node: NodeRef?, of object: AppliedObject, _ forest: Forest) {
    guard let node, forest.kind(node) == .scalar else { return nil }
    let text = forest.text(node)
    guard !text.isEmpty, object.isKnown || !text.contains("${") else { return nil }
    (self.node, self.text) = (node, text)
  }

  func error(_ environment: Environment, result: CELType? = nil) -> CELError? {
    do throws(CELError) {
      _ = try Program(text, in: environment, result: result)
      return nil
    } catch {
      return error
    }
  }

  /// Why the expression is never true, whatever the object is; nil when it may be, or does not compile.
  ///
  /// - Parameter hasSelf: Whether `self` is a variable; no object has a field of that name.
  func obstacle(_ environment: Environment, hasSelf: Bool = false) -> Obstacle? {
    guard let program = try? Program(text, in: environment) else { return nil }
    let bindings = program.variables.map { name -> Value in
      name == "self" && !hasSelf
        ? .fail("no object has a field 'self'") : .unknown(Unknown("the object is in the cluster"))
    }
    guard let found = program.obstacle(bindings) else { return nil }
    return (found.message, found.range, found.isFalse)
  }

  /// The bytes of the file, inside the scalar however it is written.
  func range(of bounds: Range<Int>, _ forest: Forest) -> SourceRange { forest.contentMap(of: node).range(of: bounds) }
}
