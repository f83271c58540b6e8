import Diagnostics
import Facts
import FluxGraph
import FluxModel
import Kustomize
import Manifests
import RuleCatalogue
import Schemas
import SourceText
import YAMLSyntax

/// Judges objects one after another, and says which rule tells what.
struct SchemaJudge {
  typealias Verdict = SchemaVerdicts.Verdict

  /// Nobody reads more, of an object that was meant for another kind.
  private static let violationsPerObject = 50

  private let model: RepositoryModel
  private let clusters: [Cluster]
  var catalogue: SchemaCatalogue
  private let caches: ValidatorCaches
  private let metadata: Schema
  /// What could not be found out.
  private(set) var undecided: [Undecided] = []
  /// Of the clusters where it was asked.
  private var hasWebhook: [Int: Bool] = [:]

  /// - Parameter compiled: What the judges of a run share.
  init(model: RepositoryModel, groups: SchemaGroups, compiled: CompiledRules) {
    self.model = model
    clusters = groups.clusters
    caches = ValidatorCaches(compiled)
    catalogue = groups.catalogue
    metadata = self.catalogue.metadata
  }

  /// Begins a run of objects, which may cost so much together.
  mutating func beginRun() {
    caches.renewBudget()
    undecided = []
  }

  private var forest: Forest { model.forest }

  mutating func verdicts(on judged: SchemaGroups.Group) -> [(RuleID, Verdict)] {
    guard let sample = judged.places.first else { return [] }
    let root = self.clusters[sample.cluster].objects[sample.object].root
    let kind = self.clusters[sample.cluster].objects[sample.object].id.kind
    let choice = judged.choice
    let subject = SchemaValidator.Subject(
      kind: kind, isBuiltIn: choice.origin == .builtIn,
      secrets: self.clusters[sample.cluster].secretPlaces,
      keepsExpressions: forest[root].flags.contains(.containsDollar)
        && judged.places.allSatisfy { keepsExpressions($0) },
      losesNullLabels: choice.losesNullLabels && self.clusters[sample.cluster].objects[sample.object].maker == nil)
    var found: [Violation]?
    var unchecked: [Unchecked] = []
    for schema in choice.schemas where found?.isEmpty != true {
      var validator = SchemaValidator(forest, subject, metadata: metadata, caches: caches)
      let next = validator.check(root, schema)
      unchecked += validator.unchecked
      found =
        found.map { all in all.filter { one in next.contains { $0.kind == one.kind && $0.path == one.path } } } ?? next
    }
    let ofPatterns =
      kind == DefinitionPatterns.kind ? DefinitionPatterns(caches, forest).violations(in: root) : []
    if found?.isEmpty != false, unchecked.isEmpty, ofPatterns.isEmpty { return [] }
    // What is not applied, the API server never sees. Most objects are right, so this is asked last.
    let places = judged.places.filter { place in
      let cluster = self.clusters[place.cluster]
      return !cluster.isLeftAlone(cluster.objects[place.object], in: forest)
    }
    guard let (first, number) = places.first else { return [] }
    let cluster = self.clusters[first]
    let object = cluster.objects[number]
    let suspension = suspension(of: places)
    let clusters: [Int] = places.map(\.cluster).filter { !isStray($0) }.reduce(into: []) {
      if $0.last != $1 { $0.append($1) }
    }
    for one in unchecked {
      let rule: RuleID = one.isRule ? .validationRuleFailed : .invalidValue
      leaveOpen(rule, .unfinished, one.reason, one.range, object, first)
    }
    var violations = (found ?? []).filter { !isAllowed($0, choice, object) && !isOpen($0, choice, object, first) }
    leaveDefinitionsOpen(&violations, choice, object, first)
    let failures = failures(of: object, cluster)
    if !failures.isEmpty { violations.removeAll { failures.contains($0.range) } }
    violations += ofPatterns
    var verdicts = violations.compactMap { violation in
      explained(
        Verdict(
          violation: violation, object: ObjectReference(object.id), clusters: clusters,
          data: ["schemaError": .string(violation.kind.rawValue), "path": .string(violation.path)]),
        object, cluster)
    }
    refuseDropped(&verdicts, choice)
    let rest = verdicts.count - Self.violationsPerObject
    if rest > 0 {
      verdicts.removeLast(rest)
      verdicts[verdicts.count - 1].notes.append("\(rest) more mistakes of the object are not shown")
    }
    return verdicts.map { verdict in
      var verdict = verdict
      let rule = rule(for: &verdict, object, choice, cluster)
      verdict.severity = severity(of: verdict, choice, cluster)
      switch verdict.violation.outcome {
      case .refused:
        if verdict.severity == .warning { verdict.notes.append(openEndNote(choice)) }
        if verdict.violation.label.isEmpty {
          verdict.violation.label = "the API server \(isStray(first) ? "would refuse" : "refuses") this"
        }
      case .dropped: verdict.violation.label = "has no effect: Flux drops it before it applies the object"
      case .labelsLost:
        verdict.violation.label = "has no effect, as all other labels here: the object is applied without any"
      }
      if let suspension {
        verdict.severity = verdict.severity ?? .warning
        verdict.notes.append(suspension)
      }
      return (rule, verdict)
    }
  }

  /// That none of the places is applied as it is now.
  private func suspension(of places: [(cluster: Int, object: Int)]) -> String? {
    let all = places.lazy.map { place in
      let cluster = clusters[place.cluster]
      return cluster.suspension(of: cluster.objects[place.object], in: forest)
    }
    return all.allSatisfy { $0 != nil } ? all.first ?? nil : nil
  }

  /// Whether nothing builds what is of a cluster.
  private func isStray(_ cluster: Int) -> Bool { cluster == model.graph.clusters.count }

  // MARK: What is no mistake

  private func isAllowed(_ violation: Violation, _ choice: SchemaChoice, _ object: AppliedObject) -> Bool {
    guard case .flux = choice.origin else { return false }
    // flux-operator patches the list in the definition of Alert.
    guard violation.kind == .allowed, choice.mayExtendAlerts, object.id.kind == "Alert",
      violation.field == ["spec", "eventSources", "[]", "kind"], let node = violation.node
    else { return false }
    return ["FluxInstance", "ResourceSet", "ResourceSetInputProvider"].contains(forest.text(node))
  }

  /// Whether nobody knows if it is wrong: what came after the newest release whose definitions are known may take it.
  private mutating func isOpen(
    _ violation: Violation, _ choice: SchemaChoice, _ object: AppliedObject, _ cluster: Int
  ) -> Bool {
    // The Gateway API has two channels, and the experimental one has more fields in the same versions.
    if choice.origin == .known, object.id.group == "gateway.networking.k8s.io", violation.kind == .unknownField,
      !violation.isSlip
    {
      let reason =
        "no definition of \(object.id.kind) is in this repository, so fields of the experimental channel are not checked"
      leaveOpen(.unknownField, .unfinished, reason, violation.range, object, cluster)
      return true
    }
    guard case .flux(let minor?, _) = choice.origin, minor > SchemaTable.newestMinor else { return false }
    let rule: RuleID
    switch violation.kind {
    case .unknownField: rule = .unknownField
    case .allowed: rule = .invalidValue
    default: return false
    }
    let reason =
      "the definitions of Flux 2.\(minor) are not known here, so fields and values that 2.\(SchemaTable.newestMinor) does not have are not checked"
    leaveOpen(rule, .newerRelease, reason, violation.range, object, cluster)
    return true
  }

  /// Where the build of an object fails, or its substitution: what is told there is not told twice.
  private func failures(of object: AppliedObject, _ cluster: Cluster) -> Set<SourceRange> {
    guard let number = object.kustomization else { return [] }
    let kustomization = cluster.kustomizations[number]
    return Set(kustomization.errors.compactMap(\.range) + kustomization.substitutionErrors.map(\.range))
  }

  /// A definition that the cluster does not apply is for others to judge: it may well be none for the API server.
  private mutating func leaveDefinitionsOpen(
    _ violations: inout [Violation], _ choice: SchemaChoice, _ object: AppliedObject, _ cluster: Int
  ) {
    guard choice.origin != .definition else { return }
    for violation in violations where violation.isOfDefinition {
      let range = forest.range(forest.value(object.root, "kind") ?? object.root)
      leaveOpen(.invalidValue, .unfinished, violation.message, range, object, cluster)
    }
    violations.removeAll(where: \.isOfDefinition)
  }

  private mutating func leaveOpen(
    _ rule: RuleID, _ cause: Undecided.Cause, _ reason: String, _ range: SourceRange, _ object: AppliedObject,
    _ cluster: Int
  ) {
    // What nothing applies is judged where it can be.
    if isStray(cluster) { return }
    undecided.append(
      Undecided(
        rule: rule, cause: cause, reason: reason, range: range, object: ObjectReference(object.id), cluster: cluster,
        kustomization: object.kustomization))
  }

  /// An unknown field is dropped by way of the kind's Go type; an object that does not fit the type is sent as it is.
  private func refuseDropped(_ verdicts: inout [Verdict], _ choice: SchemaChoice) {
    guard choice.origin == .builtIn else { return }
    let hasTypeError = verdicts.contains { verdict in
      let violation = verdict.violation
      let isOfType = violation.kind == .type || violation.kind == .format && violation.field.first != "metadata"
      return isOfType && violation.outcome == .refused
    }
    guard hasTypeError || !choice.dropsUnknown else { return }
    for index in verdicts.indices where verdicts[index].violation.outcome == .dropped {
      verdicts[index].violation.outcome = .refused
    }
  }

  private func severity(of verdict: Verdict, _ choice: SchemaChoice, _ cluster: Cluster) -> Severity? {
    if !cluster.hasEntryPoint { return .note }
    if verdict.violation.outcome != .refused { return .warning }
    // Another release of the definition may have more.
    let mayBeNewer: Bool =
      switch choice.origin {
      case .known: true
      case .flux(let minor, let upTo): minor == nil && upTo > SchemaTable.newestMinor
      case .builtIn, .definition, .outside: false
      }
    // What nearly has the name of something else is a slip, not news.
    return mayBeNewer && !verdict.violation.isSlip
      && (verdict.violation.kind == .unknownField || verdict.violation.kind == .allowed)
      ? .warning : nil
  }

  private func openEndNote(_ choice: SchemaChoice) -> String {
    choice.origin == .known
      ? "no definition of the kind is in this repository, and another release of it may have more"
      : "the Flux release is not known, and none up to 2.\(SchemaTable.newestMinor) takes this"
  }

  // MARK: Variables

  /// Whether the API server gets the `${...}` of an object as it is written.
  private mutating func keepsExpressions(_ place: (cluster: Int, object: Int)) -> Bool {
    let cluster = self.clusters[place.cluster]
    guard cluster.keepsExpressions(cluster.objects[place.object], in: forest) else { return false }
    if let known = hasWebhook[place.cluster] { return !known }
    let found = cluster.hasVariableWebhook(forest)
    hasWebhook[place.cluster] = found
    return !found
  }

  /// A value that a variable made is shown where the variable is used, and where its value is written.
  private func explained(_ verdict: Verdict, _ object: AppliedObject, _ cluster: Cluster) -> Verdict? {
    let violation = verdict.violation
    if violation.field.first == "metadata",
      violation.node.map({ forest.text($0) == KustomizeEngine.managedByValue }) ?? false
    {
      return nil
    }
    if object.maker != nil, violation.wantsString, isTemplate(violation.range) {
      var verdict = verdict
      verdict.violation.help = "quote what the template prints: '<< ... | quote >>'"
      return verdict
    }
    guard !violation.isOfDefinition,
      let text = VariableText(
        at: violation.path, isKey: violation.kind == .unknownField, in: object, forest)
    else { return violation.needsVariable ? nil : verdict }
    if isUndefined(text, object, cluster) { return nil }
    var verdict = verdict
    verdict.violation.range = forest.range(text.node)
    verdict.related += text.places(in: cluster, of: object)
    guard violation.kind == .type else { return verdict }
    verdict.violation.variable = text.names.first
    verdict.violation.help = "give the variable another value"
    if violation.wantsString, violation.isMendedByQuotes, text.isWhole {
      let use = object.id.kind == "Secret" ? "it as ${quote}...${quote}" : "${quote}\(forest.text(text.node))${quote}"
      verdict.violation.help = "write \(use), with a variable 'quote' that holds a double quote, or use another value"
    }
    return verdict
  }

  /// Whether a text has a variable that is not defined: that is told, and what came of it is no mistake of its own.
  private func isUndefined(_ text: VariableText, _ object: AppliedObject, _ cluster: Cluster) -> Bool {
    guard let number = object.kustomization, object.id.kind != "CustomResourceDefinition" else { return false }
    let place = forest.range(text.node)
    return cluster.kustomizations[number].undefinedVariables.contains { place.contains($0.range) }
  }

  /// Whether a template of a ResourceSet is written there.
  private func isTemplate(_ range: SourceRange) -> Bool {
    let bytes = model.sources.bytes(of: range.file)
    guard range.bounds.upperBound <= bytes.count else { return false }
    return bytes[range.bounds].firstRange(of: "<<".utf8) != nil
  }

  // MARK: Rules

  private mutating func rule(
    for verdict: inout Verdict, _ object: AppliedObject, _ choice: SchemaChoice, _ cluster: Cluster
  ) -> RuleID {
    let violation = verdict.violation
    if violation.isOfDefinition {
      verdict.data["path"] = nil
      return .invalidValue
    }
    switch violation.kind {
    case .unknownField: return unknownField(&verdict, object, choice, cluster)
    case .required: return .missingField
    case .type:
      if let variable = violation.variable {
        verdict.data["variable"] = .string(variable)
        return .variableChangesType
      }
      return violation.wantsString && isTextPlace(violation.field, object.id.kind, choice) && isScalar(violation.node)
        ? .stringExpected : .wrongType
    case .cel:
      let isChart = object.id.group == FluxKinds.helmGroup && violation.expression?.contains("self.chartRef") == true
      if let expression = violation.expression { verdict.data["rule"] = .string(expression) }
      // The rules at the top see nothing of an object but its fields and its name.
      if violation.path.isEmpty, violation.expression?.contains("self.metadata.name") == true {
        verdict.data["schemaError"] = nil
        if let name = forest.value(object.root, "metadata", "name") { verdict.violation.range = forest.range(name) }
        return .invalidName
      }
      if isChart {
        let hasBoth = violation.node.map { forest.value($0, "chart") != nil } ?? false
        verdict.violation.message = "HelmRelease has \(hasBoth ? "both 'chart' and" : "neither 'chart' nor") 'chartRef'"
        verdict.violation.help = hasBoth ? "remove one of them" : "add one of them"
        // Where a patch adds the second one, that is what a person edits.
        let keys = ["chartRef", "chart"].compactMap { name in
          violation.node.flatMap { node in forest.pairs(node).first { forest.text($0.key) == name } }
        }.map { forest.range($0.key) }
        if hasBoth, let added = keys.first(where: { !isOwn($0, object) }) { verdict.violation.range = added }
        for (name, key) in zip(["chartRef", "chart"], keys) where hasBoth && key != verdict.violation.range {
          verdict.related.append(RelatedLocation(key, "'\(name)' is here"))
        }
        return .chartAndChartRef
      }
      let place = violation.path.isEmpty ? object.id.kind : "'\(violation.field.fieldText)' of \(object.id.kind)"
      verdict.violation.message = "a rule for \(place) does not hold: \(violation.message)"
      return .validationRuleFailed
    case .format, .length, .pattern:
      if violation.field.first == "metadata" { return .invalidName }
      if choice.origin == .builtIn, object.id.kind == "Secret", violation.kind == .format,
        violation.field.first == "data"
      {
        return .secretDataNotBase64
      }
      return .invalidValue
    case .allowed, .range, .choice, .duplicate: return .invalidValue
    }
  }

  /// Whether a place is in the object's own manifest, not in a patch.
  private func isOwn(_ place: SourceRange, _ object: AppliedObject) -> Bool {
    let (own, bounds) = (object.origin.bounds, place.bounds)
    return place.file == object.origin.file && own.lowerBound <= bounds.lowerBound
      && bounds.upperBound <= own.upperBound
  }

  private func isScalar(_ node: NodeRef?) -> Bool { node.map { forest.kind($0) == .scalar } ?? false }

  /// Where people write numbers and booleans that have to be strings.
  private func isTextPlace(_ field: [String], _ kind: String, _ choice: SchemaChoice) -> Bool {
    if field.count >= 3, field[field.count - 3] == "metadata",
      ["labels", "annotations"].contains(field[field.count - 2])
    {
      return true
    }
    guard choice.origin == .builtIn else { return false }
    if field.count == 2, ["ConfigMap", "Secret"].contains(kind) { return ["data", "stringData"].contains(field[0]) }
    return field.suffix(3) == ["env", "[]", "value"]
  }
}
