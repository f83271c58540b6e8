import FluxModel
import GoTemplates
import Kustomize
import Manifests
import YAMLSyntax

// What the Flux Operator makes of the ResourceSets of a cluster. One that takes inputs from providers waits until these are
// known, or nothing is left that could bring them.
extension ClusterBuilder {
  struct WaitingSet {
    /// Among the objects.
    var position: Int
    /// The Kustomization that follows what it makes.
    var parent: Int
  }

  /// How far the providers of a set are known.
  private enum Progress: Int {
    /// All that it names are there.
    case named
    /// It selects some by their labels: whatever is still to come may bring one more.
    case selected
    case missing
  }

  private static let providerKind = "ResourceSetInputProvider"

  func takesInputs(_ set: AppliedObject) -> Bool { !providerReferences(of: set).isEmpty }

  private func providerReferences(of set: AppliedObject) -> [NodeRef] {
    forest.value(set.root, "spec", "inputsFrom").map { Array(forest.items($0)) } ?? []
  }

  /// Makes the objects of the set whose providers are known best.
  mutating func expandNextSet() {
    let next = waitingSets.indices.min { progress(waitingSets[$0]).rawValue < progress(waitingSets[$1]).rawValue } ?? 0
    let waiting = waitingSets.remove(at: next)
    let set = cluster.objects[waiting.position]
    let found = providers(of: set)
    if case .success(let numbers) = found { setsWithProviders.append((waiting.position, numbers)) }
    expand(waiting.position, providers: found.map { $0.map { cluster.objects[$0] } }, parent: waiting.parent)
  }

  private func progress(_ waiting: WaitingSet) -> Progress {
    let set = cluster.objects[waiting.position]
    var progress = Progress.named
    for reference in providerReferences(of: set) {
      guard let name = forest.givenText(reference, "name") else {
        progress = .selected
        continue
      }
      if candidates(of: set).allSatisfy({ cluster.objects[$0].id.name != name }) { return .missing }
    }
    return progress
  }

  /// The providers that the operator can find for a set: those of its namespace.
  private func candidates(of set: AppliedObject) -> [Int] {
    cluster.index.objects(ofKind: Self.providerKind, namespace: set.id.namespace).filter { number in
      let object = cluster.objects[number]
      return object.id.group == FluxKinds.operatorGroup && !object.isRemote
        && (object.kustomization != nil || object.maker != nil)
    }
  }

  private func providers(of set: AppliedObject) -> Result<[Int], TemplateStop> {
    var found: [Int] = []
    let candidates = candidates(of: set)
    for reference in providerReferences(of: set) {
      if let name = forest.givenText(reference, "name") {
        let named = candidates.filter { cluster.objects[$0].id.name == name }
        guard named.count == 1 else {
          return .failure(
            TemplateStop("\(Self.providerKind) '\(name)' is \(named.isEmpty ? "not" : "more than once") in the cluster")
          )
        }
        found += named
      } else {
        guard cluster.isOneCluster, let selected = selected(by: reference, of: candidates) else {
          return .failure(TemplateStop("which providers its selector finds is not known"))
        }
        let names = selected.map { cluster.objects[$0].id.name }
        guard !names.isEmpty, Set(names).count == names.count else {
          return .failure(TemplateStop("which providers its selector finds is not known"))
        }
        found += selected
      }
    }
    var seen: Set<Int> = []
    return .success(found.filter { seen.insert($0).inserted })
  }

  /// Nil for a selector that is more than labels.
  private func selected(by reference: NodeRef, of candidates: [Int]) -> [Int]? {
    guard let selector = forest.value(reference, "selector"), forest.value(selector, "matchExpressions") == nil else {
      return nil
    }
    let wanted = forest.value(selector, "matchLabels").map { forest.pairs($0) } ?? []
    return candidates.filter { number in
      let labels = forest.value(cluster.objects[number].root, "metadata", "labels")
      return wanted.allSatisfy { pair in
        labels.flatMap { forest.value($0, key: forest.text(pair.key)) }.map { forest.text($0) }
          == forest.text(pair.value)
      }
    }
  }

  mutating func expand(_ position: Int, providers: Result<[AppliedObject], TemplateStop>, parent: Int) {
    let set = cluster.objects[position]
    let tree = engine.buildTree
    let secretPlaces = cluster.secretPlaces
    let expansion = engine.withForest { forest in
      ResourceSetExpansion(set, providers: providers, secretPlaces: secretPlaces, buildTree: tree, in: &forest)
    }
    cluster.secretPlaces.merge(expansion.secretPlaces) { first, _ in first }
    if let reason = expansion.openReason {
      var gap = Self.gap(of: set, reason, kinds: expansion.openKinds)
      if gap.kinds != nil { gap.templateNames = expansion.openNames }
      cluster.gaps.append(gap)
    }
    for made in expansion.made {
      guard let id = forest.objectID(ManifestObject(root: made.root)) else { continue }
      append(
        AppliedObject(
          root: made.root, built: made.root, isKnown: set.isKnown, id: id, origin: made.origin, modifiers: [],
          kustomization: nil, isRemote: false, maker: position))
      follow(cluster.objects.count - 1, parent: parent)
    }
  }

  /// Says of sets that select their providers by labels where one more may turn up.
  func addGapsOfProviders(to cluster: inout Cluster) {
    for (number, known) in setsWithProviders {
      let set = cluster.objects[number]
      guard providerReferences(of: set).contains(where: { forest.givenText($0, "name") == nil }) else { continue }
      var isOpen = cluster.gaps.contains {
        $0.mayHide(kind: Self.providerKind, namespace: set.id.namespace, name: nil, cluster.definedNames)
      }
      if !isOpen, case .success(let now) = providers(of: set) { isOpen = now != known }
      if isOpen {
        cluster.gaps.append(Self.gap(of: set, "its selector may find more providers than are known", kinds: nil))
      }
    }
  }

  private static func gap(of set: AppliedObject, _ reason: String, kinds: Set<String>?) -> Gap {
    var gap = Gap(
      .template, "ResourceSet '\(set.id.name)' makes objects from a template: \(reason)", range: set.origin)
    gap.kinds = kinds
    return gap
  }
}
