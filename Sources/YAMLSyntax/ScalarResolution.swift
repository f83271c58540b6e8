/// What a scalar is once the Kubernetes toolchain has read it.
package enum ScalarValue: Hashable, Sendable {
  case null
  case boolean(Bool)
  case integer(Int64)
  case unsigned(UInt64)
  case float(Double)
  case string(String)
}

/// Which reader: they disagree on `yes`, dates and more.
package enum ScalarDialect: Sendable {
  /// Resource files and patches (kyaml on go-yaml v3): `yes` is a string.
  case resource
  /// kustomization.yaml and text after substitution (sigs.k8s.io/yaml on go-yaml v2): `yes` is true.
  case kustomization
}
