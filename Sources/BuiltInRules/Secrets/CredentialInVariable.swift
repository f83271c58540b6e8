import RuleEngine

/// A variable whose name says nothing, with a value in the clear that is put where a password is read.
struct CredentialInVariable: RepositoryRule {
  private struct Use {
    var key: String
    var range: SourceRange
    var object: AppliedObject
  }

  func check(_ model: RepositoryModel, _ report: inout FindingSink) {
    for substitution in model.activeSubstitutions {
      var uses: [String: [Use]] = [:]
      for text in substitution.texts {
        guard let name = name(of: text, in: substitution, model.forest),
          let key = key(of: text, substitution.object(of: text), model.forest), CredentialText.isKey(key)
        else { continue }
        uses[name, default: []].append(
          Use(key: key, range: model.forest.range(text.scalar), object: substitution.object(of: text)))
      }
      for (name, uses) in uses.sorted(by: { $0.key < $1.key }) {
        guard let definition = substitution.scope.definitions[name], let first = uses.first else { continue }
        report.report(
          "variable '\(name)' is the '\(first.key)' of \(ObjectReference(first.object.id).displayName), and its value is in Git in the clear",
          at: valueRange(ofKeyAt: definition, model) ?? definition,
          label: "anybody who can read the repository can read this",
          object: ObjectReference(first.object.id), cluster: substitution.cluster,
          related: uses.prefix(3).map { RelatedLocation($0.range, "'\($0.key)' takes it") },
          help: "move it to an encrypted Secret, name that in 'substituteFrom', and change it",
          data: ["variable": .string(name)])
      }
    }
  }

  /// The variable that a text is, where its value is a credential in Git that no other rule tells.
  private func name(of text: DollarText, in substitution: Substitution, _ forest: Forest) -> String? {
    guard text.expressions.count == 1, let name = text.expressions.first?.name, !CredentialText.isKey(name),
      substitution.scope.secrets[name] == nil, case .known(let value)? = substitution.scope.values[name],
      forest.withText(text.scalar, { $0.starts(with: "${".utf8) && $0.last == UInt8(ascii: "}") }),
      CredentialText.isCredential(value), !CredentialText.isKnownToken(value), !CredentialText.hasPrivateKey(value)
    else { return nil }
    return name
  }

  /// What a text is the value of: its key, or the name of an environment variable.
  private func key(of text: DollarText, _ object: AppliedObject, _ forest: Forest) -> String? {
    guard let last = text.path.last, text.path.first != "metadata" else { return nil }
    guard last == "value", text.path.dropLast().last == "env" else { return last }
    return nameBeside(text.scalar, below: object.built, forest)
  }

  private func nameBeside(_ value: NodeRef, below root: NodeRef, _ forest: Forest) -> String? {
    var waiting = [root]
    while let next = waiting.popLast() {
      switch forest.kind(next) {
      case .mapping:
        for pair in forest.pairs(next) {
          if forest.resolved(pair.value) == value { return forest.givenText(next, "name") }
          waiting.append(pair.value)
        }
      case .sequence: waiting += forest.items(next)
      case .scalar, .alias: break
      }
    }
    return nil
  }

  /// A generator's entry has key and value in one.
  private func valueRange(ofKeyAt range: SourceRange, _ model: RepositoryModel) -> SourceRange? {
    var waiting = model.sources.documents(of: range.file).map(\.root)
    while let next = waiting.popLast() {
      switch model.forest.kind(next) {
      case .mapping:
        for pair in model.forest.pairs(next) {
          if model.forest.range(pair.key) == range { return model.forest.range(pair.value) }
          waiting.append(pair.value)
        }
      case .sequence: waiting += model.forest.items(next)
      case .scalar, .alias: break
      }
    }
    return nil
  }
}
