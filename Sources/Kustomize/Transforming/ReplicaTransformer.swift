import Manifests
import SourceText
import YAMLSyntax

// `replicas` (api/internal/builtins/ReplicaCountTransformer.go).
extension KustomizeEngine {
  /// Namespaces do not count, and any earlier name of an object does.
  mutating func setReplicas(_ entry: ReplicaEntry, at specs: [FieldSpec], in layer: inout Layer) {
    let value = writer.scalar(
      String(entry.count), style: .plain, tag: .integer, at: entry.countRange, in: &sources.forest)
    let writer = writer
    var isFound = false
    for index in layer.resources.items.indices {
      let resource = layer.resources.items[index]
      // Every id of that name counts, with the kind it had then; what is written is up to the kind of now.
      let specs = specs.filter { spec in resource.hasID(name: entry.name.text) { spec.fits($0) } }
      guard !specs.isEmpty else { continue }
      isFound = true
      let isChanged = write(to: specs, of: index, in: &layer, making: .scalar, at: entry.range) {
        (old, forest) throws(MergeFailure) in
        guard let old else { return value }
        guard forest.kind(old) == .scalar else {
          throw MergeFailure(message: "the number of replicas must be a scalar", range: forest.range(old))
        }
        return writer.overwriting(old, with: value, in: &forest)
      }
      if isChanged { note(.replicas, entry.range, on: index, in: &layer) }
    }
    guard !isFound else { return }
    let names = layer.resources.items.filter { resource in specs.contains { $0.fits(resource.id) } }
    var message =
      "'replicas' names '\(entry.name.text)', which is no Deployment, StatefulSet or ReplicaSet of the build"
    if let name = Suggestion.nearest(to: entry.name.text, in: names.map(\.id.name)) {
      message += ", did you mean '\(name)'?"
    }
    layer.report.addError(.other, message, at: entry.name.range)
  }
}
