import SourceText
import YAMLSyntax

/// One entry of `vars`: a name for a field of an object (api/types/var.go).
struct Variable: Sendable {
  var name: SourcedText
  var group = ""
  var version = ""
  var kind = ""
  var objectName = ""
  /// "" is any namespace.
  var namespace = ""
  /// Where in the object the value is.
  var fieldPath = SourcedText?.none
  var range: SourceRange

  /// For messages.
  var objectDescription: String { "\(kind)/\(objectName)" }

  /// Whether a resource is or was the object that is meant.
  func names(_ resource: Resource) -> Bool {
    guard resource.id.group == group, resource.id.version == version else { return false }
    let current = resource.id
    return isName(current.kind, current.name, current.namespace)
      || resource.previous.contains { isName($0.kind, $0.name, $0.namespace) }
  }

  private func isName(_ kind: String, _ name: String, _ namespace: String) -> Bool {
    guard name == objectName, kind == self.kind else { return false }
    return self.namespace.isEmpty || self.namespace == namespace || namespace == ResourceID.clusterNamespace
  }
}

extension FieldDecoder {
  mutating func variables(_ node: NodeRef, what: @autoclosure () -> String, in forest: Forest) -> [Variable] {
    items(node, what: what(), in: forest).map { item in
      let range = forest.range(item)
      var variable = Variable(name: SourcedText(text: "", range: range), range: range)
      for (field, value) in fields(of: item, as: VariableField.self, what: "an entry of \(what())", in: forest) {
        switch field {
        case .name: variable.name = string(value, what: "'name' of a variable", in: forest) ?? variable.name
        case .objref: object(value, of: &variable, in: forest)
        case .fieldref:
          for (_, path) in fields(of: value, as: VariablePathField.self, what: "'fieldref'", in: forest) {
            variable.fieldPath = string(path, what: "'fieldPath'", in: forest)
          }
        }
      }
      return variable
    }
  }

  private mutating func object(_ node: NodeRef, of variable: inout Variable, in forest: Forest) {
    var apiVersion = ""
    for (field, value) in fields(of: node, as: VariableObjectField.self, what: "'objref'", in: forest) {
      guard let text = string(value, what: "'\(field.rawValue)' of 'objref'", in: forest)?.text else { continue }
      switch field {
      case .apiVersion: apiVersion = text
      case .group: variable.group = text
      case .version: variable.version = text
      case .kind: variable.kind = text
      case .name: variable.objectName = text
      case .namespace: variable.namespace = text
      }
    }
    guard !apiVersion.isEmpty else { return }
    let parts = apiVersion.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    (variable.group, variable.version) = parts.count == 2 ? (parts[0], parts[1]) : ("", apiVersion)
  }
}

extension Layer {
  /// Takes over variables. No two may have one name.
  mutating func add(_ added: [Variable], through entry: SourceRange?) {
    guard !added.isEmpty else { return }
    var known = Dictionary(variables.map { ($0.name.text, $0.name.range) }, uniquingKeysWith: { first, _ in first })
    for variable in added where !variable.name.text.isEmpty {
      if let first = known[variable.name.text] {
        let isSame = first == variable.name.range
        let what = "var '\(variable.name.text)' already encountered"
        report.addError(
          .other, isSame ? what + ": the same directory is listed twice" : what + ": give one of them another name",
          at: isSame ? entry ?? variable.range : variable.name.range, related: first)
      } else {
        known[variable.name.text] = variable.name.range
        variables.append(variable)
      }
    }
  }
}
