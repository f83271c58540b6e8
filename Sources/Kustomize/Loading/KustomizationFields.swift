// The names of all fields that kustomize v5.8 knows (api/types). Their case is ignored.

enum KustomizationField: String, CaseIterable {
  case apiVersion, kind, metadata, openapi, namePrefix, nameSuffix, namespace, commonLabels, labels, commonAnnotations
  case patchesStrategicMerge, patchesJson6902, patches, images, imageTags, replacements, replicas, vars, sortOptions
  case resources, components, crds, bases, configMapGenerator, secretGenerator, helmGlobals, helmCharts
  case helmChartInflationGenerator, generatorOptions, configurations, generators, transformers, validators
  case buildMetadata
}

enum MetadataField: String, CaseIterable {
  case name, namespace, labels, annotations
}

enum PatchField: String, CaseIterable {
  case path, patch, target, options
}

enum PatchOptionField: String, CaseIterable {
  case allowNameChange, allowKindChange
}

enum TargetField: String, CaseIterable {
  case group, version, kind, name, namespace, labelSelector, annotationSelector
}

enum LabelsField: String, CaseIterable {
  case pairs, includeSelectors, includeTemplates, includeVolumeClaimTemplates, fields
}

enum FieldSpecField: String, CaseIterable {
  case group, version, kind, path, create
}

enum ImageField: String, CaseIterable {
  case name, newName, newTag, tagSuffix, digest
}

enum ReplicaField: String, CaseIterable {
  case name, count
}

enum ConfigMapField: String, CaseIterable {
  case name, namespace, behavior, literals, files, envs, env, options
}

enum SecretField: String, CaseIterable {
  case name, namespace, behavior, literals, files, envs, env, options, type
}

enum GeneratorOptionField: String, CaseIterable {
  case labels, annotations, disableNameSuffixHash, immutable
}

enum ConfigurationField: String, CaseIterable {
  case namePrefix, nameSuffix, namespace, commonLabels, labels, templateLabels, commonAnnotations, nameReference
  case varReference, images, replicas
}

enum NameReferenceField: String, CaseIterable {
  case group, version, kind, fieldSpecs
}

enum VariableField: String, CaseIterable {
  case name, objref, fieldref
}

enum VariableObjectField: String, CaseIterable {
  case apiVersion, group, version, kind, name, namespace
}

enum VariablePathField: String, CaseIterable {
  case fieldPath
}
