import FluxModel
import SourceText
import YAMLSyntax

// What the target release refuses or does otherwise, whatever the version of the object: nothing here can be changed
// without somebody's word, and nothing here keeps a version from moving.
extension FieldMigration {
  /// Conditions of CRDs (their CEL rules and required fields) and of controllers, by the release that brought them.
  mutating func conditions() {
    guard let spec = forest.value(root, "spec"), forest.kind(spec) == .mapping else { return }
    switch id.kind {
    case "Kustomization":
      patchesWithoutText(spec)
      kubeConfig(spec)
    case "HelmRelease":
      releaseBehaviour(spec)
      valuesReferences(spec)
      kubeConfig(spec)
    case "HelmChart": chartVerification(spec)
    case "HelmRepository":
      legacyKeys(of: forest.value(spec, "secretRef", "name"))
      legacyKeys(of: forest.value(spec, "certSecretRef", "name"))
    case "OCIRepository":
      provider(spec, address: forest.value(spec, "url"))
      legacyKeys(of: forest.value(spec, "certSecretRef", "name"))
    case "ImageRepository":
      provider(spec, address: forest.value(spec, "image"))
      legacyKeys(of: forest.value(spec, "certSecretRef", "name"))
    case "Bucket": bucketTokens(spec)
    case "ImagePolicy": policyInterval(spec)
    case "Alert":
      if target.isAtLeast(5), let summary = pair(spec, "summary") {
        let hasBoth = forest.value(spec, "eventMetadata", "summary") != nil
        condition(
          .deprecatedField, "'summary' is deprecated since Flux 2.5", at: summary.key,
          help: hasBoth
            ? "it wins over 'eventMetadata.summary': write its text there" : "write 'eventMetadata.summary'")
      }
    case "Provider":
      if target.isAtLeast(7), version != "v1", let proxy = pair(spec, "proxy") {
        condition(
          .deprecatedField, "'proxy' is deprecated since Flux 2.7", at: proxy.key,
          help: "name a Secret with 'address', 'username' and 'password' in 'proxySecretRef'")
      }
      legacyKeys(of: forest.value(spec, "certSecretRef", "name"))
    case "Receiver":
      if target.isAtLeast(9), let type = forest.value(spec, "type"), forest.hasText(type, "gcr") {
        condition(
          .behaviorChange, "a Receiver of type 'gcr' wants 'email' and 'audience' in its Secret since Flux 2.9",
          at: type,
          help: "add both keys to the Secret")
      }
    default: break
    }
  }

  // MARK: - Kustomization

  private mutating func patchesWithoutText(_ spec: NodeRef) {
    guard let patches = forest.value(spec, "patches") else { return }
    for item in forest.items(patches) where forest.kind(item) == .mapping && forest.value(item, "patch") == nil {
      condition(
        .fieldNeedsPerson, "an item of 'spec.patches' needs 'patch'", at: pair(item, "path")?.key ?? item,
        help: "write the text of the patch; only a kustomization file takes a 'path'")
    }
  }

  private mutating func kubeConfig(_ spec: NodeRef) {
    guard !isPatch, let config = forest.pair(spec, "kubeConfig"), forest.kind(config.value) == .mapping else { return }
    let references = ["secretRef", "configMapRef"].filter { pair(config.value, $0) != nil }
    if target.isAtLeast(7), references.count != 1 {
      condition(
        .fieldNeedsPerson, "'spec.kubeConfig' has \(references.isEmpty ? "neither" : "both") of two references",
        at: config.key, help: "give it exactly one of 'secretRef' and 'configMapRef'")
    }
  }

  // MARK: - HelmRelease

  private mutating func releaseBehaviour(_ spec: NodeRef) {
    if target.isAtLeast(4), !isPatch, let reference = forest.value(spec, "chart", "spec", "sourceRef"),
      forest.kind(reference) == .mapping, pair(reference, "kind") == nil
    {
      condition(
        .fieldNeedsPerson, "'spec.chart.spec.sourceRef' needs 'kind' since Flux 2.4", at: reference,
        help: "write the kind of the source")
    }
    if target.isAtLeast(3), !moves(across: "v2beta1"), !isPatch, let reference = pair(spec, "chartRef"),
      pair(spec, "chart") != nil
    {
      condition(
        .fieldNeedsPerson, "'spec.chart' and 'spec.chartRef' exclude each other since Flux 2.3", at: reference.key,
        help: "keep one of them")
    }
    if target.isAtLeast(8), let recreate = forest.value(spec, "rollback", "recreate"),
      forest.isTrue(recreate)
    {
      condition(
        .ignoredField, "'rollback.recreate' has no effect since Flux 2.8", at: recreate, help: "drop it")
    }
    if target.isAtLeast(9), !isPatch, let renderers = pair(spec, "postRenderers"), forest.count(renderers.value) > 0,
      pair(spec, "postRenderStrategy") == nil
    {
      condition(
        .behaviorChange, "post-renderers see the hooks of a chart, too, since Flux 2.9", at: renderers.key,
        help: "write 'postRenderStrategy: nohooks' to keep hooks as they are")
    }
  }

  /// Pattern and length in the CRDs since Flux 0.33, the same for all versions.
  private mutating func valuesReferences(_ spec: NodeRef) {
    guard let list = forest.value(spec, "valuesFrom") else { return }
    for item in forest.items(list) {
      if let key = forest.value(item, "valuesKey"), isText(key),
        !Self.isName(forest.text(key)[...], with: "-._") || forest.text(key).utf8.count > 253
      {
        condition(
          .fieldNeedsPerson, "'valuesKey' of '\(forest.text(key))' is refused since Flux 0.33", at: key,
          help: "use letters, digits, '-', '_' and '.', 253 at most")
      }
      if let path = forest.value(item, "targetPath"), isText(path),
        !Self.isTargetPath(forest.text(path)) || forest.text(path).utf8.count > 250
      {
        condition(
          .fieldNeedsPerson, "'targetPath' of '\(forest.text(path))' is refused since Flux 0.33", at: path,
          help: "use letters, digits, '-', '_', '.', '/', '\\' and '[0]', 250 at most")
      }
    }
  }

  private static func isName(_ text: Substring, with others: String) -> Bool {
    text.unicodeScalars.allSatisfy {
      "a"..."z" ~= $0 || "A"..."Z" ~= $0 || "0"..."9" ~= $0 || others.unicodeScalars.contains($0)
    }
  }

  /// `^([a-zA-Z0-9_\-.\\\/]|\[[0-9]{1,5}\])+$`
  private static func isTargetPath(_ text: String) -> Bool {
    let pieces = text.split(separator: "[", omittingEmptySubsequences: false)
    return isName(pieces[0], with: "-._\\/")
      && pieces.dropFirst().allSatisfy { piece in
        guard let end = piece.firstIndex(of: "]") else { return false }
        let index = piece[..<end]
        return 1...5 ~= index.count && index.allSatisfy { $0.isASCII && $0.isNumber }
          && isName(piece[piece.index(after: end)...], with: "-._\\/")
      }
  }

  // MARK: - Sources

  private mutating func chartVerification(_ spec: NodeRef) {
    guard target.isAtLeast(8), let verify = pair(spec, "verify"),
      let kind = forest.value(spec, "sourceRef", "kind"), isText(kind), !forest.hasText(kind, "HelmRepository")
    else { return }
    condition(
      .fieldNeedsPerson, "'spec.verify' is only for charts of a HelmRepository since Flux 2.8", at: verify.key,
      help: "remove it, or take the chart from a HelmRepository")
  }

  private mutating func bucketTokens(_ spec: NodeRef) {
    legacyKeys(of: forest.value(spec, "certSecretRef", "name"))
    guard target.isAtLeast(4), let tokens = pair(spec, "sts"), let provider = forest.value(spec, "provider"),
      isText(provider), !["aws", "generic"].contains(forest.text(provider))
    else { return }
    condition(
      .fieldNeedsPerson, "'spec.sts' is only for the providers 'aws' and 'generic' since Flux 2.4", at: tokens.key,
      help: "remove it")
  }

  /// Hosts as `fluxcd/pkg/auth` knows them; an address of another host was ignored and is an error since Flux 2.6.
  private mutating func provider(_ spec: NodeRef, address: NodeRef?) {
    guard target.isAtLeast(6), let provider = forest.value(spec, "provider"), isText(provider), let address,
      isText(address)
    else { return }
    var text = forest.text(address)[...]
    if text.hasPrefix("oci://") { text = text.dropFirst(6) }
    let host = text.prefix { $0 != "/" && $0 != ":" }
    let isOwn: Bool
    switch forest.text(provider) {
    case "aws": isOwn = host.contains(".dkr.ecr")
    case "azure": isOwn = ["io", "cn", "de", "us"].contains { host.hasSuffix(".azurecr.\($0)") }
    case "gcp": isOwn = host == "gcr.io" || host.hasSuffix(".gcr.io") || host.hasSuffix("-docker.pkg.dev")
    default: return
    }
    if !isOwn {
      condition(
        .fieldNeedsPerson, "'\(host)' is no registry of provider '\(forest.text(provider))', an error since Flux 2.6",
        at: provider, help: "remove 'provider'")
    }
  }

  /// Keys of a Secret for TLS that have other names since Flux 2.1; only a Secret that is in the repository is known.
  private mutating func legacyKeys(of name: NodeRef?) {
    guard target.isAtLeast(1), let name, isText(name) else { return }
    let namespace = forest.value(root, "metadata", "namespace").map { forest.text($0) } ?? ""
    guard let keys = legacySecrets[RepositoryContext.SecretName(namespace: namespace, name: forest.text(name))] else {
      return
    }
    let names = keys.map { "'\($0)'" }.joined(separator: ", ")
    condition(
      .deprecatedField, "Secret '\(forest.text(name))' has \(names), deprecated since Flux 2.1", at: name,
      help: id.kind == "HelmRepository"
        ? "name a Secret with 'ca.crt', 'tls.crt' and 'tls.key' in 'certSecretRef'"
        : "call them 'ca.crt', 'tls.crt' and 'tls.key'")
  }

  // MARK: - Images

  private mutating func policyInterval(_ spec: NodeRef) {
    guard target.isAtLeast(6), !isPatch, let interval = pair(spec, "interval"),
      !(forest.value(spec, "digestReflectionPolicy").map { forest.hasText($0, "Always") } ?? false)
    else { return }
    condition(
      .fieldNeedsPerson, "'spec.interval' is refused without 'digestReflectionPolicy: Always' since Flux 2.6",
      at: interval.key, help: "remove it")
  }
}
