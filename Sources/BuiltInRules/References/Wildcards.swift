import RuleEngine

// Entries of notification-controller that name all objects of a kind with `*`.
extension DanglingReferences {
  func checkWildcards(_ template: Template, _ model: RepositoryModel, _ report: inout FindingSink) {
    for field in template.fields {
      let useful = Self.usefulEntries(of: field, template, model)
      for facts in model.clusters where facts.cluster.hasEntryPoint && Self.hasHolder(template, facts.cluster) {
        for edge in facts.references.edges(of: field) {
          let holder = facts.cluster.objects[edge.from]
          guard template.holders.contains(holder.id.kind), !isOff(holder, template, model.forest) else { continue }
          checkNamespace(edge, holder, facts.cluster, model, &report)
          guard edge.target == .missing, edge.isWildcard, !useful.contains(model.forest.range(edge.location)) else {
            continue
          }
          checkKind(edge, holder, template, facts.cluster, model, &report)
        }
      }
    }
  }

  private static func hasHolder(_ template: Template, _ cluster: Cluster) -> Bool {
    template.holders.contains(where: cluster.index.has)
  }

  /// The entries that find something in some namespace or cluster. One that a component brings into many namespaces means
  /// whatever there is.
  private static func usefulEntries(
    of field: Edge.Kind, _ template: Template, _ model: RepositoryModel
  ) -> Set<SourceRange> {
    var useful: Set<SourceRange> = []
    for facts in model.clusters where hasHolder(template, facts.cluster) {
      for edge in facts.references.edges(of: field) where edge.isWildcard {
        if case .object = edge.target { useful.insert(model.forest.range(edge.location)) }
      }
    }
    return useful
  }

  /// `*` is a wildcard for names only.
  private func checkNamespace(
    _ edge: Edge, _ holder: AppliedObject, _ cluster: Cluster, _ model: RepositoryModel, _ report: inout FindingSink
  ) {
    guard let node = model.forest.value(edge.entry, "namespace") else { return }
    let namespace = model.forest.text(node)
    guard namespace.contains("*") else { return }
    let object = ObjectReference(holder.id)
    report.report(
      "\(edge.kind.rawValue) of \(object.displayName) names namespace '\(namespace)', and no namespace has that name",
      at: model.forest.range(node), label: "a namespace is compared as it is, '*' is no wildcard", severity: .error,
      object: object, cluster: cluster, help: "list one entry for each namespace",
      data: ["namespace": .string(namespace)], cause: namespace)
  }

  /// All objects of a kind, without a namespace, where that of the holder has none. That there are none anywhere says
  /// nothing: they may come later.
  private func checkKind(
    _ edge: Edge, _ holder: AppliedObject, _ template: Template, _ cluster: Cluster, _ model: RepositoryModel,
    _ report: inout FindingSink
  ) {
    let elsewhere = cluster.index.objects(ofKind: edge.targetKind).map { cluster.objects[$0] }
    guard let namespace = holder.id.namespace, edge.targetNamespace == namespace, let first = elsewhere.first,
      // With labels there may be objects that have others.
      cluster.index.objects(ofKind: edge.targetKind, namespace: namespace).isEmpty
    else { return }
    let namespaces = Set(elsewhere.compactMap(\.id.namespace)).sorted()
    let names = quotedList(Array(namespaces.prefix(3))) + (namespaces.count > 3 ? " and others" : "")
    let object = ObjectReference(holder.id)
    report.report(
      "\(edge.kind.rawValue) of \(object.displayName) names every \(edge.targetKind) of namespace '\(namespace)', which has none",
      at: model.forest.range(edge.location), label: template.label, object: object, cluster: cluster,
      related: [RelatedLocation(model.place(of: first), "\(plural(of: edge.targetKind)) are elsewhere")],
      help: "they are in \(names): add an entry with 'namespace:' for each",
      data: ["targetKind": .string(edge.targetKind), "namespace": .string(namespace)], cause: "every \(edge.targetKind)"
    )
  }
}
