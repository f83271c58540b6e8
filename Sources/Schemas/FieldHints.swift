/// What to write in place of fields that are gone.
package enum FieldHints {
  /// By the name of a field of Flux that was renamed or removed.
  package static let removed = [
    "valuesFile": "write 'valuesFiles', a list",
    "patchesJson6902": "write 'patches', which takes both forms",
    "patchesStrategicMerge": "write 'patches', which takes both forms",
    "validation": "remove it: Flux always validates with a dry run since 'v1beta2'",
    "gitImplementation": "remove it: there is one implementation since Flux 2.0",
  ]
}
