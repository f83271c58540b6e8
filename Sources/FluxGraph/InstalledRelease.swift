package import FluxModel
package import Manifests
package import SourceText
package import YAMLSyntax

/// A release of Flux and the text that says it is installed.
package struct InstalledRelease: Hashable, Sendable {
  package var version: FluxVersion
  package var range: SourceRange
  /// Whether it can be no other: a range in an artifact whose content is not known may stand for an older one.
  package var isCertain = true
  /// Whether it is the oldest of several that may run, all of them newer than known.
  package var isOldest = false
}

// Where a release is written down.
extension SourceSet {
  /// The header `# Flux Version: v2.8.1` that `flux install --export` puts at the top of gotk-components.yaml.
  package func releaseHeader(of file: FileID) -> InstalledRelease? {
    let marker = Array("# Flux Version:".utf8)
    let head = bytes(of: file).prefix(4_096)
    guard let start = head.indices.first(where: { head[$0] == marker[0] && head[$0...].starts(with: marker) }) else {
      return nil
    }
    let line = head[(start + marker.count)...].prefix { $0 != 0x0A && $0 != 0x0D }
    return FluxVersion(String(decoding: line.filter { $0 != 0x20 }, as: UTF8.self)).map {
      InstalledRelease(version: $0, range: SourceRange(file: file, start..<start + marker.count + line.count))
    }
  }

  /// What a file with the controllers says: its header, else one of its Deployments.
  package func release(ofComponents file: FileID) -> InstalledRelease? {
    if let header = releaseHeader(of: file) { return header }
    let deployments = documents(of: file).map(\.root).filter { root in
      forest.value(root, "kind").map { forest.hasText($0, "Deployment") } ?? false
    }
    return forest.release(ofControllers: deployments)
  }
}

extension Forest {
  /// The minor release of Flux less that of the controller (flux2 `manifests/bases/*/kustomization.yaml`).
  private static let distances = [
    "kustomize-controller": 0, "source-controller": 0, "notification-controller": 0, "helm-controller": 3,
    "image-reflector-controller": 7, "image-automation-controller": 7,
  ]

  /// The release that the Deployments of controllers belong to: the label of one, else the tags of their images, if all
  /// say the same. Images of several releases are of none.
  package func release(ofControllers deployments: [NodeRef]) -> InstalledRelease? {
    // Its minor is that of Flux, so what it says is shown first.
    let isFirst: (NodeRef) -> Bool = { deployment in
      value(deployment, "metadata", "name").map { hasText($0, "kustomize-controller") } ?? false
    }
    let sorted = deployments.filter(isFirst) + deployments.filter { !isFirst($0) }
    if let labelled = sorted.lazy.compactMap({ label(of: $0) }).first { return labelled }
    let found = sorted.compactMap { image(of: $0) }
    return Set(found.map(\.version)).count == 1 ? found.first : nil
  }

  private func label(of deployment: NodeRef) -> InstalledRelease? {
    guard let labels = value(deployment, "metadata", "labels"), let label = value(labels, "app.kubernetes.io/version"),
      let version = FluxVersion(text(label))
    else { return nil }
    return InstalledRelease(version: version, range: range(label))
  }

  private func image(of deployment: NodeRef) -> InstalledRelease? {
    guard let list = value(deployment, "spec", "template", "spec", "containers") else { return nil }
    for container in items(list) {
      guard let image = value(container, "image") else { continue }
      let name = text(image).split(separator: "@")[...].first.map { $0.split(separator: "/").last ?? $0 } ?? ""
      let parts = name.split(separator: ":", maxSplits: 1)
      guard parts.count == 2, let distance = Self.distances[String(parts[0])], let version = FluxVersion(parts[1]),
        version.major == 1
      else { continue }
      return InstalledRelease(version: FluxVersion(major: 2, minor: version.minor + distance), range: range(image))
    }
    return nil
  }

  /// `spec.distribution` of a FluxInstance: an exact version or a range, of which the newest minor counts that the
  /// artifact has.
  package func release(ofInstance spec: NodeRef) -> InstalledRelease? {
    guard let node = value(spec, "distribution", "version") else { return nil }
    let wanted = FluxVersionRange(text(node))
    guard let newest = wanted.newest else { return nil }
    if newest.isNewerThanKnown {
      return InstalledRelease(version: newest, range: range(node), isOldest: !wanted.isOfOneMinor)
    }
    guard let tag = value(spec, "distribution", "artifact").flatMap({ artifactTag(text($0)) }) else {
      return InstalledRelease(version: newest, range: range(node))
    }
    let content = OperatorManifests(tag: tag)
    guard let content, let version = wanted.newest(upTo: content.newest) else {
      return InstalledRelease(version: newest, range: range(node), isCertain: content == nil && tag == "latest")
    }
    let isCertain =
      version.minor <= content.certain || content.certain == content.newest
      || wanted.newest(upTo: version.minor - 1) == nil
    return InstalledRelease(version: version, range: range(node), isCertain: isCertain)
  }

  /// The tag of an OCI artifact, or its digest; nil when it has neither.
  private func artifactTag(_ url: String) -> String? {
    let name = url.split(separator: "/").last ?? ""
    guard let mark = name.firstIndex(where: { $0 == ":" || $0 == "@" }) else { return nil }
    return String(name[name.index(after: mark)...])
  }

  /// What a URL of the distribution's manifests says: `?ref=v2.3.0`, or a file of a release.
  package static func release(ofInstallURL url: String) -> FluxVersion? {
    guard url.contains("fluxcd/flux2") else { return nil }
    for marker in ["releases/download/", "ref=", "version="] {
      guard let found = url.firstRange(of: marker) else { continue }
      let rest = url[found.upperBound...].prefix { $0 != "&" && $0 != "/" && $0 != "?" }
      return FluxVersion(rest)
    }
    return nil
  }

  /// A source of the distribution's manifests at a tag: the repository of Flux, or the artifact that is made of it.
  package func release(ofSource source: NodeRef) -> InstalledRelease? {
    guard let spec = value(source, "spec"), let url = value(spec, "url"), let ref = value(spec, "ref"),
      let tag = value(ref, "tag"), let version = FluxVersion(text(tag)), version.major == 2
    else { return nil }
    let name = RepositoryURL.normalized(text(url))
    guard name.hasSuffix("fluxcd/flux-manifests") || name.hasSuffix("fluxcd/flux2") else { return nil }
    return InstalledRelease(version: version, range: range(tag))
  }
}

/// Which minor releases of Flux 2 the manifests of a release of the Flux Operator have, as far as that is known: 0.34 has
/// 2.7, and 0.53 is the first with 2.9.
private struct OperatorManifests {
  /// The newest that it has for certain.
  let certain: Int
  /// The newest that it may have.
  let newest: Int

  init?(tag: String) {
    guard let version = FluxVersion(tag), version.major == 0 else { return nil }
    switch version.minor {
    case ..<34: (certain, newest) = (0, 7)
    case 34: (certain, newest) = (7, 7)
    case ..<53: (certain, newest) = (7, 8)
    case 53: (certain, newest) = (9, 9)
    default: (certain, newest) = (9, .max)
    }
  }
}
