import FluxModel
import GoTemplates
import Manifests
import SourceText
import YAMLSyntax

/// What the templates of a ResourceSet get in one run.
struct ResourceSetInput {
  var value: TemplateValue
  /// The names at the top whose values come from a Secret, as far as a variable put it there, with that Secret.
  var secrets: [String: String] = [:]
}

/// The inputs of a ResourceSet: its own, and those of its providers (flux-operator `internal/inputs`).
struct ResourceSetInputs {
  private let forest: Forest
  private let secretPlaces: [SourceRange: String]

  /// As many as the operator takes.
  private static let limit = 10_000

  init(_ forest: Forest, secretPlaces: [SourceRange: String]) {
    self.forest = forest
    self.secretPlaces = secretPlaces
  }

  /// The inputs of all runs: of a set without any the one that gets nothing.
  func combined(_ set: AppliedObject, providers: [AppliedObject]) throws(TemplateStop) -> [ResourceSetInput] {
    guard let spec = forest.value(set.root, "spec") else { return [ResourceSetInput(value: .map([:]))] }
    var own: [ResourceSetInput] = []
    for entry in forest.value(spec, "inputs").map({ Array(forest.items($0)) }) ?? [] {
      own.append(try input(entry, of: set.id))
    }
    var sources: [(name: String, inputs: [ResourceSetInput])] = [(set.id.name, own)]
    for provider in providers.sorted(by: { $0.id.name < $1.id.name }) {
      sources.append((provider.id.name, [try exported(provider)]))
    }
    let strategy = forest.value(spec, "inputStrategy")
    switch strategy.flatMap({ forest.givenText($0, "name") }) ?? "Flatten" {
    case "Flatten":
      let all = sources.flatMap(\.inputs)
      guard all.count <= Self.limit else { throw TemplateStop("it has too many inputs") }
      // Without inputs and providers the templates run once.
      return all.isEmpty && providers.isEmpty ? [ResourceSetInput(value: .map([:]))] : all
    case "Permute":
      let keepsEmpty = strategy.flatMap { forest.value($0, "includeEmptyProviders") }.map { forest.isTrue($0) } ?? false
      let all = try permuted(sources.filter { keepsEmpty || !$0.inputs.isEmpty })
      return all.isEmpty && providers.isEmpty ? [ResourceSetInput(value: .map([:]))] : all
    case let other: throw TemplateStop("the input strategy '\(other)' is not carried out")
    }
  }

  /// Only of a static provider all inputs are written down.
  private func exported(_ provider: AppliedObject) throws(TemplateStop) -> ResourceSetInput {
    let name = "ResourceSetInputProvider '\(provider.id.name)'"
    guard provider.isKnown else { throw TemplateStop("\(name) takes a variable whose value is not known") }
    let spec = forest.value(provider.root, "spec")
    let type = spec.flatMap { forest.givenText($0, "type") } ?? ""
    guard type == "Static" else { throw TemplateStop("\(name) takes its inputs from elsewhere") }
    let switched = forest.value(provider.root, "metadata", "annotations")
      .flatMap { forest.value($0, "fluxcd.controlplane.io/reconcile") }
    guard switched.map({ forest.text($0).lowercased() }) != "disabled",
      spec.flatMap({ forest.value($0, "schedule") }) == nil
    else { throw TemplateStop("when \(name) exports its inputs is not known") }
    var input = try input(spec.flatMap { forest.value($0, "defaultValues") }, of: provider.id)
    if case .map(var entries) = input.value {
      entries["id"] = .unknown("the 'id' of \(name) is made of what the cluster calls it")
      input.value = .map(entries)
    }
    return input
  }

  private func input(_ entry: NodeRef?, of id: ObjectID) throws(TemplateStop) -> ResourceSetInput {
    guard case .map(var entries) = try entry.map({ (node) throws(TemplateStop) in try value(node) }) ?? .map([:]) else {
      throw TemplateStop("an entry of its inputs is no mapping")
    }
    entries["provider"] = .map([
      "apiVersion": .string("\(FluxKinds.operatorGroup)/v1"), "kind": .string(id.kind), "name": .string(id.name),
      "namespace": .string(id.namespace ?? ""),
    ])
    var input = ResourceSetInput(value: .map(entries))
    if !secretPlaces.isEmpty, let entry {
      for pair in forest.pairs(entry) {
        if let secret = secret(below: pair.value) { input.secrets[forest.text(pair.key)] = secret }
      }
    }
    return input
  }

  private func secret(below node: NodeRef, depth: Int = 0) -> String? {
    guard depth < 100 else { return nil }
    switch forest.kind(node) {
    case .scalar, .alias: return secretPlaces[forest.range(node)]
    case .sequence: return forest.items(node).lazy.compactMap { secret(below: $0, depth: depth + 1) }.first
    case .mapping: return forest.pairs(node).lazy.compactMap { secret(below: $0.value, depth: depth + 1) }.first
    }
  }

  /// What Kubernetes decodes of it: a whole number has no point.
  private func value(_ node: NodeRef, depth: Int = 0) throws(TemplateStop) -> TemplateValue {
    guard depth < 100 else { throw TemplateStop("its inputs are nested too deep") }
    switch forest.kind(node) {
    case .sequence:
      var items: [TemplateValue] = []
      for item in forest.items(node) { items.append(try value(item, depth: depth + 1)) }
      return .list(items)
    case .mapping:
      var entries: [String: TemplateValue] = [:]
      for pair in forest.pairs(node) { entries[forest.text(pair.key)] = try value(pair.value, depth: depth + 1) }
      return .map(entries)
    case .scalar, .alias: break
    }
    switch forest.scalarValue(node, dialect: .resource) {
    case .null: return .null
    case .boolean(let value): return .boolean(value)
    case .integer(let value): return .integer(value)
    case .string(let text): return .string(text)
    case .unsigned(let value): return .float(Double(value))
    case .float(let value): return Int64(exactly: value).map { .integer($0) } ?? .float(value)
    }
  }

  /// Each input of one with each of the others, below the name of where it comes from (`permuter.go`).
  private func permuted(
    _ sources: [(name: String, inputs: [ResourceSetInput])]
  ) throws(TemplateStop) -> [ResourceSetInput] {
    guard !sources.isEmpty else { return [] }
    var runs: [(entries: [String: TemplateValue], secrets: [String: String], id: [String])] = [([:], [:], [])]
    for source in sources {
      let name = try Self.normalized(source.name)
      guard runs.count * source.inputs.count <= Self.limit else { throw TemplateStop("it has too many inputs") }
      runs = runs.flatMap { run in
        source.inputs.enumerated().map { index, input in
          var run = run
          run.entries[name] = input.value
          run.secrets[name] = input.secrets.values.min()
          run.id.append("\(name)=\(index)")
          return run
        }
      }
    }
    return runs.map { run in
      var entries = run.entries
      entries["id"] = .string(Self.identity(run.id.joined(separator: "/")))
      return ResourceSetInput(value: .map(entries), secrets: run.secrets)
    }
  }

  private static func normalized(_ name: String) throws(TemplateStop) -> String {
    // What becomes of a dot is a matter of the release.
    guard !name.contains(".") else { throw TemplateStop("what '\(name)' is called among its inputs is not known") }
    return name.lowercased().split { $0 == "-" || $0 == "_" }.joined(separator: "_")
  }

  /// Adler-32.
  private static func identity(_ text: String) -> String {
    var (low, high): (UInt32, UInt32) = (1, 0)
    for byte in text.utf8 {
      low = (low + UInt32(byte)) % 65_521
      high = (high + low) % 65_521
    }
    return String(high << 16 | low)
  }
}
