import RuleEngine

extension FluxKustomization {
  var reference: ObjectReference {
    ObjectReference(
      apiVersion: "\(FluxKinds.kustomizeGroup)/v1", kind: "Kustomization", namespace: namespace, name: name)
  }
}

extension Cluster {
  /// That an object is not applied as it is now, for its Kustomization is suspended; nil when it is not. What that applied
  /// before goes on as it was, a Kustomization with what it builds.
  func suspension(of object: AppliedObject, in forest: Forest) -> String? {
    let written = object.maker.map { objects[$0] } ?? object
    guard let kustomization = written.kustomization.map({ kustomizations[$0] }), kustomization.isSuspended(in: forest)
    else { return nil }
    return "Kustomization '\(kustomization.displayName)' is suspended: nothing of it is applied until it is resumed"
  }
}

extension RepositoryModel {
  /// Where the path of a Kustomization is written, else where its name is.
  func pathRange(of kustomization: FluxKustomization) -> SourceRange {
    kustomization.pathRange(in: forest) ?? nameRange(of: kustomization)
  }
}

/// `'a' and 'b'`, `'a', 'b' and 'c'`.
func quotedList(_ names: [String]) -> String {
  let quoted = names.map { "'\($0)'" }
  guard let last = quoted.last, quoted.count > 1 else { return quoted.first ?? "" }
  return quoted.dropLast().joined(separator: ", ") + " and " + last
}

/// The plural of a kind: `HelmRepositories`, `Ingresses`.
func plural(of kind: String) -> String {
  let vowels = Set("aeiou")
  if kind.hasSuffix("y"), let last = kind.dropLast().last, !vowels.contains(last) { return kind.dropLast() + "ies" }
  return kind + (["s", "x", "ch", "sh"].contains(where: kind.hasSuffix) ? "es" : "s")
}

/// What several objects have in common, for messages: `3 Kustomizations`, `2 objects` of different kinds.
func counted(_ objects: [ObjectReference]) -> String {
  guard let first = objects.first, objects.count > 1 else { return objects.first?.displayName ?? "" }
  let isOneKind = objects.allSatisfy { $0.kind == first.kind }
  return "\(objects.count) \(isOneKind ? plural(of: first.kind) : "objects")"
}
