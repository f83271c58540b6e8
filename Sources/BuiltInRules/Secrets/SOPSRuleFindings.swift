import RuleEngine

/// A creation rule for manifests that does not say which values are encrypted: all are, kind and name too.
struct SOPSRuleEncryptsEverything: RepositoryRule {
  func check(_ model: RepositoryModel, _ report: inout FindingSink) {
    let rules = SOPSRules(model.sources)
    guard !rules.configurations.isEmpty else { return }
    var seen: Set<NodeRef> = []
    for file in rules.encrypted where file.isManifest {
      guard let rule = rules.rule(for: file.path), !rule.limitsValues, seen.insert(rule.node).inserted else { continue }
      report.report(
        "a creation rule for manifests has no 'encrypted_regex'", at: model.rangeOfRule(rule),
        label: "encrypts every value, 'kind' and 'metadata' too",
        related: [RelatedLocation(model.forest.range(file.key), "such a manifest")],
        help: "add 'encrypted_regex: ^(data|stringData)$'")
    }
  }
}

/// Files that are encrypted for other recipients than their creation rule says.
struct SOPSRecipientsDiffer: RepositoryRule {
  func check(_ model: RepositoryModel, _ report: inout FindingSink) {
    let rules = SOPSRules(model.sources)
    guard !rules.configurations.isEmpty else { return }
    var order: [NodeRef] = []
    var files: [NodeRef: (rule: SOPSRules.Rule, files: [SOPSRules.EncryptedFile])] = [:]
    for file in rules.encrypted where !file.hasOtherKeys && !file.recipients.isEmpty {
      guard let rule = rules.rule(for: file.path), let wanted = rule.recipients, wanted != file.recipients else {
        continue
      }
      if files[rule.node] == nil { order.append(rule.node) }
      files[rule.node, default: (rule, [])].files.append(file)
    }
    // A rule that changed is one cause, however many files are as they were.
    for (rule, others) in order.compactMap({ files[$0] }) {
      guard let first = others.first, let wanted = rule.recipients else { continue }
      let missing = wanted.subtracting(first.recipients).count
      report.report(
        others.count == 1
          ? "'\(first.path)' is encrypted for other recipients than its creation rule says"
          : "\(others.count) files are encrypted for other recipients than their creation rule says",
        at: model.forest.range(first.key),
        label: missing == 0
          ? "\(first.recipients.subtracting(wanted).count) more can read it" : "\(missing) of the rule cannot read it",
        related: [RelatedLocation(model.rangeOfRule(rule), "the creation rule")]
          + others.dropFirst().prefix(20).map {
            RelatedLocation(model.forest.range($0.key), "neither is this one right")
          },
        help: "run 'sops updatekeys' on \(others.count == 1 ? "it" : "them")",
        data: [
          "configuration": .string(model.sources.path(of: model.rangeOfRule(rule).file)),
          "files": .strings(others.map(\.path)),
        ], identity: .cause)
    }
  }
}

/// A creation rule that matches no file, or an encrypted file that matches no rule.
struct SOPSRuleMatchesNothing: RepositoryRule {
  func check(_ model: RepositoryModel, _ report: inout FindingSink) {
    let rules = SOPSRules(model.sources)
    guard !rules.configurations.isEmpty else { return }
    let paths = model.sources.filesOfTree.map(\.path)
    for configuration in rules.configurations {
      for rule in rules.unmatched(in: configuration, among: paths) {
        report.report(
          "the pattern '\(rule.pattern.map { model.forest.text($0) } ?? "")' matches no file",
          at: model.rangeOfRule(rule),
          label: "this creation rule is never used", help: "correct the pattern, or delete the rule")
      }
    }
    for file in rules.encrypted where rules.isWithoutRule(file.path) {
      report.report(
        "no creation rule matches '\(file.path)'", at: model.forest.range(file.key),
        label: "encrypted with keys that no rule names", help: "add a rule, so that it is encrypted again the same way")
    }
  }
}

extension RepositoryModel {
  /// Where a creation rule is written: its pattern, else its first key.
  fileprivate func rangeOfRule(_ rule: SOPSRules.Rule) -> SourceRange {
    forest.range(rule.pattern ?? forest.pairs(rule.node).first?.key ?? rule.node)
  }
}
