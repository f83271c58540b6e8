import RuleEngine
import ScalarFormats

/// The values of Secrets that stand in Git as anybody can read them.
struct PlaintextSecrets {
  struct Leak {
    var object: AppliedObject
    /// The keys of the values, in order.
    var keys: [String]
    /// The first of the values; of a generator's, the entry that it is made of.
    var value: NodeRef
    var range: SourceRange
  }

  /// One for each Secret that leaks something; of a generator, one for each entry.
  ///
  /// - Parameter areGenerated: whether the values of generators are meant, or those of manifests.
  static func leaks(in cluster: Cluster, _ model: RepositoryModel, areGenerated: Bool) -> [Leak] {
    var leaks: [Leak] = []
    for number in cluster.index.objects(ofKind: "Secret") {
      let object = cluster.objects[number]
      guard object.id.group.isEmpty, isOurs(object, model.forest) else { continue }
      var places: [SourceRange: Int] = [:]
      let leaking = leakingValues(of: object, model.forest) { value in
        KustomizationFile.isOne(model.sources.path(of: model.forest.range(value).file)) == areGenerated
      }
      for (key, value) in leaking {
        let range = model.forest.range(value)
        // A manifest is one cause, an entry of a generator another.
        let place = areGenerated ? range : object.origin
        if let known = places[place] {
          leaks[known].keys.append(key)
        } else {
          places[place] = leaks.count
          leaks.append(Leak(object: object, keys: [key], value: value, range: range))
        }
      }
    }
    return leaks
  }

  /// Whether somebody wrote the values by hand: not SOPS, and no token that Kubernetes fills in.
  private static func isOurs(_ object: AppliedObject, _ forest: Forest) -> Bool {
    guard !object.isRemote || object.kustomization != nil, forest.value(object.root, "sops") == nil else {
      return false
    }
    return forest.givenText(object.root, "type") != "kubernetes.io/service-account-token"
  }

  /// - Parameter isMeant: which of the values are looked at.
  private static func leakingValues(
    of object: AppliedObject, _ forest: Forest, isMeant: (NodeRef) -> Bool
  ) -> [(key: String, value: NodeRef)] {
    var values: [(key: String, value: NodeRef)] = []
    for (field, isEncoded) in [("data", true), ("stringData", false)] as [(StaticString, Bool)] {
      // As it is built: what a variable becomes is not in Git as a value of this Secret.
      guard let map = forest.value(object.built, field), forest.kind(map) == .mapping else { continue }
      for pair in forest.pairs(map)
      where forest.kind(pair.value) == .scalar && !forest.isNull(pair.value) && isMeant(pair.value) {
        let written = forest.text(pair.value)
        guard let text = isEncoded ? decoded(written) : written else { continue }
        let key = forest.text(pair.key)
        if CredentialText.leaks(text, under: key) { values.append((key, pair.value)) }
      }
    }
    return values
  }

  /// Nil for what is no text.
  private static func decoded(_ text: String) -> String? {
    Base64.decode(text).flatMap { String(validating: $0, as: UTF8.self) }
  }
}

/// A Secret whose manifest has values in the clear.
struct PlaintextSecret: RepositoryRule {
  func check(_ model: RepositoryModel, _ report: inout FindingSink) {
    PlaintextSecrets.tell(
      model, areGenerated: false, help: "encrypt it with SOPS, or let an operator fetch it", &report
    ) { "\($0) has \($1) in Git unencrypted" }
  }
}

/// A generator of a Secret that reads values in the clear.
struct PlaintextSecretGenerator: RepositoryRule {
  func check(_ model: RepositoryModel, _ report: inout FindingSink) {
    PlaintextSecrets.tell(model, areGenerated: true, help: "put it into a file that SOPS encrypts", &report) {
      "a generator of a Secret reads \($1) unencrypted"
    }
  }
}

extension PlaintextSecrets {
  /// - Parameter message: of the name of the Secret and its keys.
  fileprivate static func tell(
    _ model: RepositoryModel, areGenerated: Bool, help: String, _ report: inout FindingSink,
    message: (_ secret: String, _ keys: String) -> String
  ) {
    for cluster in model.graph.clusters {
      for leak in leaks(in: cluster, model, areGenerated: areGenerated) {
        let object = ObjectReference(leak.object.id)
        report.report(
          message(object.displayName, quotedList(leak.keys)), at: leak.range,
          label: "anybody who can read the repository can read this", object: object, cluster: cluster,
          help: "\(help), and change the value: it stays in the history", data: ["keys": .strings(leak.keys)])
      }
    }
  }
}
