package import Manifests
package import SourceText
import TextMatching
package import YAMLSyntax

/// What `.sops.yaml` says of the files of a repository, and which of them are encrypted (getsops/sops `config/config.go`).
package struct SOPSRules: Sendable {
  /// A creation rule.
  package struct Rule: Sendable {
    package var node: NodeRef
    /// The node of `path_regex`.
    package var pattern: NodeRef?
    /// Whether it says which values are encrypted.
    package var limitsValues: Bool
    /// The age recipients; nil where the rule has none, or others beside them.
    package var recipients: Set<String>?
    /// Nil where it matches everything.
    fileprivate var regex: LinearRegex?
    /// Whether we can say what it matches.
    fileprivate var isReadable = true

    fileprivate func matches(_ path: String) -> Bool { regex?.matchesPart(path) ?? true }
  }

  /// A `.sops.yaml`.
  package struct Configuration: Sendable {
    package var file: FileID
    package var directory: String
    package var rules: [Rule]
  }

  /// A YAML file that SOPS encrypted.
  package struct EncryptedFile: Sendable {
    package var path: String
    /// The key `sops`.
    package var key: NodeRef
    package var recipients: Set<String>
    /// Whether keys of other kinds than age open it too.
    package var hasOtherKeys: Bool
    /// Whether it is an object of Kubernetes.
    package var isManifest: Bool
  }

  package let configurations: [Configuration]
  package let encrypted: [EncryptedFile]

  package init(_ sources: SourceSet) {
    var configurations: [Configuration] = []
    var encrypted: [EncryptedFile] = []
    let forest = sources.forest
    for file in sources.files where sources.isOwn(file.id) {
      guard let root = sources.documents(of: file.id).first?.root else { continue }
      if RelativePath.name(of: file.path) == ".sops.yaml" {
        if let rules = forest.value(root, "creation_rules"), forest.kind(rules) == .sequence {
          configurations.append(
            Configuration(
              file: file.id, directory: RelativePath.parent(of: file.path),
              rules: forest.items(rules).map { Rule($0, forest) }))
        }
      } else if forest.kind(root) == .mapping, let pair = forest.pair(root, "sops"),
        forest.value(pair.value, "mac") != nil
      {
        encrypted.append(EncryptedFile(path: file.path, root: root, key: pair.key, sops: pair.value, forest))
      }
    }
    // The nearest one counts, so the deepest is first.
    self.configurations = configurations.sorted { $0.directory.utf8.count > $1.directory.utf8.count }
    self.encrypted = encrypted
  }

  /// The rule that SOPS takes for a file when it is encrypted anew: the first that matches in the nearest `.sops.yaml`.
  /// Nil where there is none, or it is not known which.
  package func rule(for path: String) -> Rule? {
    guard let (configuration, rest) = nearest(to: path) else { return nil }
    for rule in configuration.rules {
      guard rule.isReadable else { return nil }
      if rule.matches(rest) { return rule }
    }
    return nil
  }

  /// Whether a `.sops.yaml` is meant for a file and none of its rules matches.
  package func isWithoutRule(_ path: String) -> Bool {
    guard let (configuration, rest) = nearest(to: path) else { return false }
    return configuration.rules.allSatisfy { $0.isReadable && !$0.matches(rest) }
  }

  private func nearest(to path: String) -> (Configuration, String)? {
    for configuration in configurations {
      if configuration.directory.isEmpty { return (configuration, path) }
      if path.hasPrefix(configuration.directory + "/") {
        return (configuration, String(path.dropFirst(configuration.directory.count + 1)))
      }
    }
    return nil
  }

  /// The rules of a configuration that match none of some files.
  package func unmatched(in configuration: Configuration, among paths: [String]) -> [Rule] {
    var open = configuration.rules.filter { $0.regex != nil && $0.isReadable }
    let prefix = configuration.directory.isEmpty ? "" : configuration.directory + "/"
    for path in paths where path.hasPrefix(prefix) {
      if open.isEmpty { break }
      let rest = String(path.dropFirst(prefix.count))
      open.removeAll { $0.matches(rest) }
    }
    return open
  }
}

extension SOPSRules.Rule {
  fileprivate init(_ node: NodeRef, _ forest: Forest) {
    self.node = node
    pattern = forest.value(node, "path_regex")
    let limits: [StaticString] = [
      "encrypted_regex", "unencrypted_regex", "encrypted_suffix", "unencrypted_suffix", "encrypted_comment_regex",
      "unencrypted_comment_regex",
    ]
    limitsValues = limits.contains { forest.value(node, $0) != nil }
    let others: [StaticString] = [
      "pgp", "kms", "gcp_kms", "azure_keyvault", "hc_vault_transit_uri", "key_groups", "aws_profile", "hckms",
    ]
    if let age = forest.value(node, "age"), !others.contains(where: { forest.value(node, $0) != nil }) {
      let texts = forest.kind(age) == .sequence ? forest.items(age).map { forest.text($0) } : [forest.text(age)]
      let names = texts.flatMap { $0.split(whereSeparator: { $0 == "," || $0.isWhitespace }).map(String.init) }
      recipients =
        names.allSatisfy { $0.hasPrefix("age1") || $0.hasPrefix("ssh-") } && !names.isEmpty ? Set(names) : nil
    }
    if let pattern {
      regex = try? LinearRegex(forest.text(pattern))
      isReadable = regex != nil
    }
  }
}

extension SOPSRules.EncryptedFile {
  fileprivate init(path: String, root: NodeRef, key: NodeRef, sops: NodeRef, _ forest: Forest) {
    self.path = path
    self.key = key
    func items(_ field: StaticString) -> [NodeRef] {
      guard let list = forest.value(sops, field), forest.kind(list) == .sequence else { return [] }
      return Array(forest.items(list))
    }
    recipients = Set(items("age").compactMap { forest.value($0, "recipient") }.map { forest.text($0) })
    let others: [StaticString] = ["pgp", "kms", "gcp_kms", "azure_kv", "hc_vault", "key_groups", "hckms"]
    hasOtherKeys = others.contains { !items($0).isEmpty }
    isManifest = forest.value(root, "apiVersion") != nil && forest.value(root, "kind") != nil
  }
}
