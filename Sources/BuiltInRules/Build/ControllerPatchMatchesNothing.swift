import RuleEngine

/// A patch for the controllers of Flux that selects none of them, or writes an argument over another one.
struct ControllerPatchMatchesNothing: RepositoryRule {
  func check(_ model: RepositoryModel, _ report: inout FindingSink) {
    for entry in EntryMisses(.patch, in: model).entries where entry.miss.concernsController {
      let miss = entry.miss
      report.report(
        "the patch selects no \(miss.wanted): the controllers stay as they are", at: miss.place, label: miss.label,
        object: entry.kustomization.reference, cluster: entry.cluster,
        related: miss.place == entry.range ? [] : [RelatedLocation(entry.range, "this patch does nothing")],
        help: miss.help, data: ["field": .string("target.\(miss.field)"), "value": .string(miss.text)])
    }
    for cluster in model.graph.clusters {
      for index in cluster.index.objects(ofKind: "FluxInstance") {
        checkTargets(of: cluster.objects[index], cluster, model.forest, &report)
      }
      for index in cluster.index.objects(ofKind: "Deployment") {
        let object = cluster.objects[index]
        guard object.id.name.hasSuffix("-controller"), object.modifiers.contains(where: { $0.kind == .patch }),
          let document = model.document(of: object)
        else { continue }
        for (lost, new) in Arguments(written: document, applied: object.root, model.forest).overwritten {
          report.report(
            "the patch writes '\(model.forest.text(new))' over '\(model.forest.text(lost))'",
            at: model.forest.range(new), label: "the other argument is gone",
            object: ObjectReference(object.id), cluster: cluster,
            related: [RelatedLocation(model.forest.range(lost), "this argument")],
            help: "add it with 'op: add' at '/spec/template/spec/containers/0/args/-'")
        }
      }
    }
  }

  /// Of patches that the Flux Operator applies, only a target with a slip is certain: what else it installs is not said.
  private func checkTargets(
    of instance: AppliedObject, _ cluster: Cluster, _ forest: Forest, _ report: inout FindingSink
  ) {
    guard let patches = forest.value(instance.root, "spec", "kustomize", "patches") else { return }
    for patch in forest.items(patches) {
      guard let target = forest.value(patch, "target"), forest.givenText(target, "kind") == "Deployment",
        let name = forest.value(target, "name"), !FluxInstallation.names.contains(forest.text(name)),
        forest.withText(name, { $0.allSatisfy { $0 == UInt8(ascii: "-") || $0 >= 0x61 && $0 <= 0x7A } }),
        let near = Suggestion.nearest(to: forest.text(name), in: FluxInstallation.names.sorted())
      else { continue }
      report.report(
        "the patch selects no Deployment '\(forest.text(name))': the controllers stay as they are",
        at: forest.range(name), label: "none has this name", object: ObjectReference(instance.id), cluster: cluster,
        help: "did you mean '\(near)'?", data: ["field": .string("target.name"), "value": .string(forest.text(name))])
    }
  }

  /// The arguments of a controller before and after patches.
  private struct Arguments {
    let written: [NodeRef]
    let applied: [NodeRef]
    let forest: Forest

    init(written: NodeRef, applied: NodeRef, _ forest: Forest) {
      self.written = Self.arguments(of: written, forest)
      self.applied = Self.arguments(of: applied, forest)
      self.forest = forest
    }

    /// Of the container 'manager', as all controllers call it.
    private static func arguments(of root: NodeRef, _ forest: Forest) -> [NodeRef] {
      guard let containers = forest.value(root, "spec", "template", "spec", "containers") else { return [] }
      let manager = forest.items(containers).first { container in
        forest.value(container, "name").map { forest.hasText($0, "manager" as StaticString) } ?? false
      }
      return manager.flatMap { forest.value($0, "args") }.map { Array(forest.items($0)) } ?? []
    }

    /// Arguments that another one took the place of while the rest stayed where it was, and that are nowhere else.
    var overwritten: [(lost: NodeRef, new: NodeRef)] {
      let flags = Set(applied.map(flag))
      let places = zip(written, applied)
      let kept = places.filter { $0 == $1 }.count
      guard kept > 0 else { return [] }
      return places.filter { lost, new in
        lost != new && !written.contains(new) && flag(lost).hasPrefix("--") && flag(new).hasPrefix("--")
          && !flags.contains(flag(lost))
      }.map { (lost: $0.0, new: $0.1) }
    }

    private func flag(_ argument: NodeRef) -> String { String(forest.text(argument).prefix { $0 != "=" }) }
  }
}
