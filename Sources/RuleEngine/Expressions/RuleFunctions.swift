import CEL
import FluxModel
import RuleFiles
import ScalarFormats

extension RuleEnvironment {
  /// The environment of a rule that runs.
  static func running(names: [String]) -> Environment { running.binding(names) }

  private static let running = make { RuleFunctions.call($0, $1, &$2) }

  /// Its functions, in the order in which compiled programs number them.
  static let runningFunctions = running.functions
}

/// The functions of the domain.
enum RuleFunctions {
  static func call(
    _ function: RuleEnvironment.Function, _ arguments: [Value], _ evaluator: inout Evaluator
  ) -> Value {
    guard let first = arguments.first else { return .fail("an argument is missing") }
    switch function {
    case .displayName:
      guard case .mapRef = first else { return .fail("'displayName' takes an object") }
      let kind = text(first, ["kind"], evaluator) ?? ""
      let apiVersion = text(first, ["apiVersion"], evaluator) ?? ""
      let group = apiVersion.utf8.firstIndex(of: UInt8(ascii: "/")).map { String(apiVersion[..<$0]) } ?? ""
      let isClusterScoped = KindScope.isClusterScoped(group: group, kind: kind)
      return .string(
        ObjectReference(
          apiVersion: apiVersion, kind: kind,
          namespace: isClusterScoped ? nil : written(first, ["metadata", "namespace"], evaluator),
          name: written(first, ["metadata", "name"], evaluator) ?? ""
        ).displayName)
    case .releaseName: return releaseName(of: first, evaluator)
    case .shortReleaseName: return .string(ReleaseName.shortened(evaluator.string(first) ?? ""))
    case .registryHost: return .string(ImageName(evaluator.string(first) ?? "").host)
    case .imageTag: return .string(ImageName(evaluator.string(first) ?? "").tag)
    case .images: return images(of: first, evaluator)
    case .regexProblem: return .string(TagPattern.problem(with: evaluator.string(first) ?? ""))
    case .captureGroups: return list(TagPattern.groups(of: evaluator.string(first) ?? ""))
    case .expandedGroups: return list(TagPattern.references(in: evaluator.string(first) ?? ""))
    case .versionRangeProblem: return .string(VersionRange.problem(with: evaluator.string(first) ?? "") ?? "")
    case .interval: return ValueTrees.interval(evaluator.string(first) ?? "")
    case .walk: return ValueTrees.walk(first, &evaluator)
    case .suspects: return ValueTrees.suspects(first, &evaluator)
    case .overlaps: return ValueTrees.overlaps(first, arguments.last ?? .null, &evaluator)
    case .parseYAML: return ValueTrees.parseYAML(evaluator.string(first) ?? "", &evaluator)
    case .credentialKey: return .bool(CredentialText.isKey(evaluator.string(first) ?? ""))
    case .credentialLike: return .bool(CredentialText.isCredential(evaluator.string(first) ?? ""))
    case .secretLike: return .bool(CredentialText.isSecret(evaluator.string(first) ?? ""))
    case .fileExists, .files, .objects, .objectsIn, .find, .absent, .mayHaveMore, .mayHaveMoreIn, .owner, .applied,
      .isBuilt, .appliedBefore, .isNamespaced, .served, .source, .isThisRepository, .hasRights:
      guard let context = (evaluator.source as? ManifestValues)?.context else { return ExpressionContext.noCluster }
      switch function {
      case .fileExists: return .bool(context.hasFile(evaluator.string(first) ?? ""))
      case .files: return context.files(matching: evaluator.string(first) ?? "")
      default: return ClusterFunctions.call(function, arguments, evaluator, context)
      }
    }
  }

  private static func list(_ texts: [String]) -> Value { .list(texts.map { .string($0) }) }

  private static func releaseName(of release: Value, _ evaluator: Evaluator) -> Value {
    let parts = [["spec", "releaseName"], ["spec", "targetNamespace"], ["metadata", "name"]].map {
      follow(release, $0, evaluator)
    }
    let texts = parts.map { $0.flatMap { evaluator.string($0) } }
    // An explicit name is all that counts.
    if texts[0]?.isEmpty ?? true {
      for case .unknown(let unknown)? in parts { return .unknown(unknown) }
    }
    return .string(
      ReleaseName.composed(releaseName: texts[0], targetNamespace: texts[1], name: texts[2] ?? ""))
  }

  /// A text as it stands in the object, known or not.
  private static func written(_ value: Value, _ path: [String], _ evaluator: Evaluator) -> String? {
    switch follow(value, path, evaluator) {
    case .unknown(let unknown): unknown.place.flatMap { evaluator.string(.text($0)) }
    case let value: value.flatMap { evaluator.string($0) }
    }
  }

  private static func text(_ value: Value, _ path: [String], _ evaluator: Evaluator) -> String? {
    follow(value, path, evaluator).flatMap { evaluator.string($0) }
  }

  private static func follow(_ value: Value, _ path: [String], _ evaluator: Evaluator) -> Value? {
    var value = value
    for key in path {
      guard case .mapRef(let map) = value else { return nil }
      var key = key
      guard let member = key.withUTF8({ evaluator.source.member(map, $0) }) else { return nil }
      value = evaluator.load(member)
    }
    return value
  }

  private static let pods = [
    ["spec"], ["spec", "template", "spec"], ["spec", "jobTemplate", "spec", "template", "spec"],
  ]
  private static let containerLists = [["initContainers"], ["containers"], ["ephemeralContainers"]]

  /// The images of a workload, wherever its pods are described.
  private static func images(of object: Value, _ evaluator: Evaluator) -> Value {
    var images: [Value] = []
    for path in pods {
      guard let pod = follow(object, path, evaluator) else { continue }
      for list in containerLists {
        guard let containers = follow(pod, list, evaluator), let items = evaluator.elements(containers)
        else { continue }
        for item in items {
          guard let image = follow(item, ["image"], evaluator) else { continue }
          if case .unknown = image { return image }
          images.append(image)
        }
      }
    }
    return .list(images)
  }
}

/// The parts of an image's name (distribution/reference `normalize.go`).
struct ImageName {
  private(set) var host = ""
  private(set) var tag = ""

  init(_ text: String) {
    var rest = text.utf8[...]
    if rest.starts(with: "oci://".utf8) { rest = rest.dropFirst("oci://".utf8.count) }
    rest = rest.prefix { $0 != UInt8(ascii: "@") }
    let slash = UInt8(ascii: "/")
    let first = rest.firstIndex(of: slash).map { rest[..<$0] }
    let isHost = first?.contains { $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: ":") } ?? false
    if let first, isHost || first.elementsEqual("localhost".utf8) {
      host = String(Substring(first))
    } else {
      host = "docker.io"
    }
    let last = rest.lastIndex(of: slash).map { rest[rest.index(after: $0)...] } ?? rest
    if let colon = last.firstIndex(of: UInt8(ascii: ":")) { tag = String(Substring(last[last.index(after: colon)...])) }
  }
}
