import FluxModel
import GoTemplates
import Manifests
import SourceText
import YAMLSyntax

/// The objects that the Flux Operator makes of a ResourceSet, as far as the repository says it: of each step, or of the
/// set itself, `resources` and then `resourcesTemplate`, each for all inputs (flux-operator
/// `internal/builder/resourceset.go`).
struct ResourceSetExpansion {
  /// One object, and where its template is written.
  struct Made {
    var root: NodeRef
    var origin: SourceRange
  }

  private(set) var made: [Made] = []
  /// Why it makes more than is in `made`; nil when it does not.
  private(set) var openReason: String?
  /// The kinds of what is not in `made`; nil when they are not known, or may apply objects of any kind.
  private(set) var openKinds: Set<String>? = []
  /// What the templates of those call them.
  private(set) var openNames: [String: [TemplateName]] = [:]
  /// Texts of templates that an input from a Secret is put into, with its name.
  var secretPlaces: [SourceRange: String] { filling.secretPlaces }

  var isOpen: Bool { openReason != nil }

  /// More objects than anybody writes: a bound against templates that multiply.
  private static let limit = 10_000

  private struct Key: Hashable {
    var group: String
    var kind: String
    var namespace: String?
    var name: String
  }

  private var filling: TemplateFilling
  /// The step that makes each object.
  private var steps: [Key: Int] = [:]

  /// - Parameters:
  ///   - providers: what its `inputsFrom` names and selects.
  ///   - secretPlaces: texts that took a value from a Secret, with its name.
  ///   - buildTree: the tree that new nodes go to.
  init(
    _ set: AppliedObject, providers: Result<[AppliedObject], TemplateStop>, secretPlaces: [SourceRange: String],
    buildTree: UInt32, in forest: inout Forest
  ) {
    filling = TemplateFilling(buildTree: buildTree, knownSecretPlaces: secretPlaces)
    guard let spec = forest.value(set.root, "spec") else { return }
    let steps = forest.value(spec, "steps").map { Array(forest.items($0)) } ?? [spec]
    do throws(TemplateStop) {
      let inputs = try ResourceSetInputs(forest, secretPlaces: secretPlaces)
        .combined(set, providers: try providers.get())
      for (number, step) in steps.enumerated() { try add(step, number, inputs, in: &forest) }
    } catch {
      made = []
      for step in steps { leaveOpen(step, error.reason, in: forest) }
    }
  }

  /// - Throws: what keeps the set as a whole from being made.
  private mutating func add(
    _ step: NodeRef, _ number: Int, _ inputs: [ResourceSetInput], in forest: inout Forest
  ) throws(TemplateStop) {
    let resources = forest.value(step, "resources").map { Array(forest.items($0)) } ?? []
    guard resources.count * inputs.count <= Self.limit else { throw TemplateStop("it makes too many objects") }
    for resource in resources {
      let origin = forest.range(resource)
      for input in inputs {
        let object: NodeRef
        do throws(TemplateStop) {
          object = try filling.filled(resource, with: input, in: &forest)
        } catch {
          leaveOpen(resource: resource, error.reason, in: forest)
          break
        }
        try add(Made(root: object, origin: origin), number, in: forest)
      }
    }
    guard let template = forest.value(step, "resourcesTemplate"), forest.givenText(step, "resourcesTemplate") != nil
    else { return }
    do throws(TemplateStop) {
      let all = try filling.documents(of: template, inputs, in: &forest)
      for root in all { try add(Made(root: root, origin: forest.range(root)), number, in: forest) }
    } catch {
      leaveOpen(nil, error.reason)
    }
  }

  private mutating func add(_ object: Made, _ step: Int, in forest: Forest) throws(TemplateStop) {
    guard let id = forest.objectID(ManifestObject(root: object.root)), !isSwitchedOff(object.root, in: forest) else {
      return
    }
    let key = Key(group: id.group, kind: id.kind, namespace: id.namespace, name: id.name)
    if let first = steps[key] {
      guard first == step else { throw TemplateStop("two of its steps make \(id.kind) '\(id.name)'") }
      return
    }
    guard made.count < Self.limit else { throw TemplateStop("it makes too many objects") }
    steps[key] = step
    made.append(object)
  }

  // MARK: - What is not known

  private mutating func leaveOpen(_ kind: String?, _ reason: String) {
    openReason = openReason ?? reason
    // What a Kustomization applies, or another ResourceSet makes, can be anything.
    if let kind, kind != "Kustomization", kind != "ResourceSet", !kind.contains("<<") {
      openKinds?.insert(kind)
    } else {
      openKinds = nil
    }
  }

  private mutating func leaveOpen(_ step: NodeRef, _ reason: String, in forest: Forest) {
    if forest.givenText(step, "resourcesTemplate") != nil { leaveOpen(nil, reason) }
    for resource in forest.value(step, "resources").map({ Array(forest.items($0)) }) ?? [] {
      leaveOpen(resource: resource, reason, in: forest)
    }
  }

  private mutating func leaveOpen(resource: NodeRef, _ reason: String, in forest: Forest) {
    let kind = forest.givenText(resource, "kind")
    leaveOpen(kind, reason)
    guard let kind, !kind.contains("<<") else { return }
    let name = forest.value(resource, "metadata").flatMap { forest.givenText($0, "name") }
    openNames[kind, default: []].append(TemplateName(name ?? "<< >>"))
  }

  /// `fluxcd.controlplane.io/reconcile: disabled` leaves one of the resources out.
  private func isSwitchedOff(_ object: NodeRef, in forest: Forest) -> Bool {
    forest.value(object, "metadata", "annotations").flatMap {
      forest.value($0, "fluxcd.controlplane.io/reconcile")
    }.map { forest.hasText($0, "disabled") } ?? false
  }
}
