import CEL
import RuleEngine

/// An expression of `healthCheckExprs` that does not compile. The controllers parse it only, so that names and types are not
/// looked at (fluxcd/pkg `runtime/cel/expression.go`, `NewExpression` without `WithCompile`).
struct HealthCheckExpressionInvalid: RepositoryRule {
  /// kustomize-controller 1.5.
  private static let kustomizations = FluxVersion(major: 2, minor: 5)
  /// helm-controller 1.5.
  private static let releases = FluxVersion(major: 2, minor: 8)

  func check(_ model: RepositoryModel, _ report: inout FindingSink) {
    let forest = model.forest
    let environment = Environment.fluxHealthCheck
    for cluster in model.graph.clusters {
      for object in cluster.objects where !object.isRemote {
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
            guard let text = FluxExpression(forest.value(item, key: field), of: object, forest),
              let error = text.error(environment)
            else { continue }
            report.report(
              "the expression '\(field)' in healthCheckExprs of \(ObjectReference(object.id).displayName) is not valid: "
                + error.message,
              at: text.range(of: error, forest), label: "the \(object.id.kind) stalls",
              object: ObjectReference(object.id),
              cluster: cluster, help: "correct the expression; nothing is applied before that",
              data: ["field": .string("spec.healthCheckExprs.\(field)"), "problem": .string(error.message)])
          }
        }
      }
    }
  }
}

/// A `readyExpr` that does not compile. That of a Kustomization and of a HelmRelease is checked in full, and its type is
/// bool (kustomize-controller and helm-controller `checkDependencies`); that of a ResourceSet is parsed only
/// (flux-operator `resourceset_controller.go`).
struct ReadyExpressionInvalid: RepositoryRule {
  private static let firstRelease = FluxVersion(major: 2, minor: 7)

  func check(_ model: RepositoryModel, _ report: inout FindingSink) {
    let forest = model.forest
    let (readiness, parsed) = (Environment.fluxReadiness, Environment.fluxHealthCheck)
    for cluster in model.graph.clusters {
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
          guard let text = FluxExpression(forest.value(item, "readyExpr"), of: object, forest),
            let error = isResourceSet ? text.error(parsed) : text.error(readiness, result: .bool)
          else { continue }
          report.report(
            "readyExpr of \(ObjectReference(object.id).displayName) is not valid: \(error.message)",
            at: text.range(of: error, forest), label: "the \(object.id.kind) stalls",
            object: ObjectReference(object.id),
            cluster: cluster, help: "correct the expression; nothing is applied before that",
            data: ["field": .string("spec.dependsOn.readyExpr"), "problem": .string(error.message)])
        }
      }
    }
  }
}

/// An expression in a field of an object.
struct FluxExpression {
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

  /// The bytes of the file, inside the scalar however it is written.
  func range(of error: CELError, _ forest: Forest) -> SourceRange { forest.contentMap(of: node).range(of: error.range) }
}
