import Manifests
import Schemas
import SourceText
import YAMLSyntax

/// Every schema that a run can use: those compiled in, and those that files of the repository or next to it define. Each
/// is read once, when a kind is asked for.
struct SchemaCatalogue {
  private(set) var table = SchemaTable()
  private let model: RepositoryModel
  private var definitions: [DefinitionKey: Schema?] = [:]
  private var tooLarge: Set<NodeRef> = []
  private var outer: [String: NodeRef]?
  private var files: [String: Schema?] = [:]
  private(set) lazy var metadata = table.metadata()
  /// The files of the directories of schemas.
  private lazy var schemaFiles: [String: () throws -> [UInt8]] = Dictionary(
    model.schemaDirectories.flatMap { model.sources.filesOfRepository(below: $0) }.map { ($0.path, $0.read) }
  ) { first, _ in first }

  private struct DefinitionKey: Hashable {
    var root: NodeRef
    var version: String
  }

  init(_ model: RepositoryModel) { self.model = model }

  private var forest: Forest { model.forest }

  mutating func schema(_ release: SchemaTable.Release) -> Schema { table.schema(release) }

  mutating func schema(ofDefinition root: NodeRef, version: String) -> Schema? {
    let key = DefinitionKey(root: root, version: version)
    if let known = definitions[key] { return known }
    var reader = DefinitionReader(forest)
    let schema = reader.schema(ofDefinition: root, version: version)
    if reader.isSpent { tooLarge.insert(root) }
    definitions[key] = .some(schema)
    return schema
  }

  /// Why a definition gives no schema for a version.
  func absence(ofDefinition root: NodeRef, version: String) -> SchemaChoice.Absence {
    if tooLarge.contains(root) { return .tooLarge }
    guard let versions = forest.value(root, "spec", "versions"), forest.kind(versions) == .sequence else {
      return .nowhere
    }
    let entries = forest.items(versions)
    // A name that a variable makes may be any.
    if entries.contains(where: { forest.value($0, "name").map { forest.text($0).contains("${") } ?? true }) {
      return .nowhere
    }
    let entry = entries.first { forest.value($0, "name").map(forest.text) == version }
    let served = entry.map { forest.value($0, "served").map { forest.hasText($0, "false") } ?? false }
    return served ?? true ? .notServed : .nowhere
  }

  /// `group/Kind`, as a definition has them.
  func name(ofDefinition root: NodeRef) -> String? {
    guard let group = forest.value(root, "spec", "group"), let kind = forest.value(root, "spec", "names", "kind") else {
      return nil
    }
    return "\(forest.text(group))/\(forest.text(kind))"
  }

  func isNamespaced(definition root: NodeRef) -> Bool? {
    forest.value(root, "spec", "scope").map { forest.hasText($0, "Namespaced") }
  }

  /// The schema of a kind in a neighbouring repository or in a directory of schemas.
  mutating func outside(group: String, version: String, kind: String) -> (schema: Schema, isNamespaced: Bool?)? {
    if outer == nil { outer = outerDefinitions() }
    if let root = outer?["\(group)/\(kind)"], let schema = schema(ofDefinition: root, version: version) {
      return (schema, isNamespaced(definition: root))
    }
    let label = group.split(separator: ".").first.map(String.init) ?? group
    for name in ["\(group)/\(kind)_\(version).json", "\(kind)-\(label)-\(version).json"] {
      for directory in model.schemaDirectories {
        let path = directory.isEmpty ? name.lowercased() : directory + "/" + name.lowercased()
        if let schema = schema(inFile: path) { return (schema, nil) }
      }
    }
    return nil
  }

  /// A JSON Schema of a whole object; nil for a file that is not there or is none.
  private mutating func schema(inFile path: String) -> Schema? {
    if let known = files[path] { return known }
    var made: Schema?
    if let read = schemaFiles[path], let bytes = try? read() {
      let tree = YAMLParser.parse(bytes, file: FileID(0), tree: 0)
      if tree.problems.isEmpty, let root = tree.documents.first?.root {
        var reader = DefinitionReader(Forest(trees: [tree]), isJSONSchema: true)
        made = reader.object(root)
      }
    }
    files[path] = .some(made)
    return made
  }

  private func outerDefinitions() -> [String: NodeRef] {
    var found: [String: NodeRef] = [:]
    let directories = model.schemaDirectories.map { $0 + "/" }
    for file in model.sources.files
    where !model.sources.isOwn(file.id) || directories.contains(where: { file.path.hasPrefix($0) }) {
      for document in model.sources.documents(of: file.id) {
        guard let kind = forest.value(document.root, "kind"), forest.hasText(kind, "CustomResourceDefinition"),
          let name = name(ofDefinition: document.root)
        else { continue }
        found[name] = document.root
      }
    }
    return found
  }
}
