import FluxModel
import Manifests
package import SourceText
package import TextEdits
import TextMatching
import YAMLSyntax

/// What is to be done with one file.
package struct FilePlan: Sendable {
  package var file: FileID
  package var path: String
  package var edits: [Edit] = []
  package var rewrites: [Rewrite] = []
  package var remarks: [Remark] = []
  /// Objects of Flux v1 that were dealt with, converted or not.
  package var handled: [SourceRange] = []
  /// Whether builds give the same after it as far as that can be said without building.
  package internal(set) var isCertain = true
  /// The objects that get another version.
  var moved: Set<RepositoryContext.Written> = []
  /// What was known of the repository when it was made.
  var context: RepositoryContext?
  /// The kinds and names that the versions are of which change, those in patches and selectors, too.
  var touched: Set<ObjectName> = []

  package init(file: FileID, path: String) {
    self.file = file
    self.path = path
  }
}

/// An object of a kind of Flux, or all of a kind.
struct ObjectName: Hashable {
  var kind: String
  /// Nil for every name.
  var name: String?

  func mayBe(_ other: ObjectName) -> Bool {
    kind == other.kind && (name == nil || other.name == nil || name == other.name)
  }
}

/// Plans the versions and fields of one file. Nothing is written, and nothing is changed that is not understood.
struct FileMigrator {
  /// Parsed files, and the texts of patches in them that were parsed on the way.
  var forest: Forest
  /// That of the file; while a patch or a selector is looked at that no cluster reads, that of what it meets.
  var target: MigrationTarget
  let context: RepositoryContext
  let text: FileText
  let path: String
  var plan: FilePlan
  /// Objects of this file that stay as they are.
  private(set) var blocked: Set<RepositoryContext.Written> = []
  /// Objects, of any file, that a patch or a selector of this file would lose.
  var held: Set<RepositoryContext.Written> = []
  /// Those of them that can move once Flux is upgraded.
  var waiting: Set<RepositoryContext.Written> = []
  /// Objects whose patches may give something else before a migration than after it.
  var risks: Set<ObjectName> = []
  /// The new bytes wanted for a place, and how often it is seen.
  private var wanted: [Range<Int>: Want] = [:]
  /// The scalar of the file whose text is being looked at, if it is one with YAML in it.
  private var outer: NodeRef?
  /// Its text, when that can be changed like the text of a file.
  private var inner: FileText?

  private struct Want {
    var replacement: [UInt8]
    /// How many readers want it.
    var count = 0
    var views: Int
    var isContradicted = false
    var rewrite: Rewrite
  }

  init(_ file: ManifestFile, _ sources: SourceSet, context: RepositoryContext, target: MigrationTarget) {
    forest = sources.forest
    self.target = target
    self.context = context
    path = file.path
    plan = FilePlan(file: file.id, path: file.path)
    text = FileText(
      forest: sources.forest, layout: Layout(bytes: sources.bytes(of: file.id)),
      views: AliasViews(sources.documents(of: file.id), tree: file.tree, in: sources.forest))
  }

  /// Looks at every document and gives the plan.
  mutating func run(_ documents: [YAMLDocument]) {
    let hasOldFlags = Self.hasOldFlags(text.bytes)
    for document in documents {
      if hasOldFlags { reportFlags(of: document.root, role: role) }
      visit(document.root, role: role)
    }
    settle()
  }

  private var role: RepositoryContext.Role? { context.roles[plan.file] }

  mutating func remark(
    _ kind: Remark.Kind, _ message: String, at range: SourceRange, help: String? = nil, isBound: Bool = false
  ) {
    var remark = Remark(kind, message, at: range, help: help)
    remark.isBound = isBound || kind == .selectorLeft
    remark.isUncertain = kind == .unknownVersion && target.isNewerThanKnown
    plan.remarks.append(remark)
  }

  mutating func add(_ edits: [Edit], _ message: String, at range: SourceRange) {
    plan.edits += edits
    plan.rewrites.append(Rewrite(message, at: range, edits: edits))
  }

  /// Turns what was wanted into edits, where all readers of a place agree.
  private mutating func settle() {
    for (range, want) in wanted.sorted(by: { $0.key.lowerBound < $1.key.lowerBound }) {
      if want.isContradicted || want.views > want.count {
        remark(
          .ambiguousAlias, "the version is also read through an alias that wants something else",
          at: want.rewrite.range,
          help: "write the version out in each place")
      } else {
        let edit = Edit(range, want.replacement)
        plan.edits.append(edit)
        plan.rewrites.append(
          Rewrite(want.rewrite.message, at: want.rewrite.range, edits: [edit], version: want.rewrite.version))
      }
    }
    wanted = [:]
  }

  /// Replaces the decoded bytes `part` of a scalar, a version, if they are written as they are read.
  mutating func replace(_ scalar: NodeRef, _ part: Range<Int>, by new: String, _ message: String) {
    let range = forest.contentMap(of: scalar).range(of: part)
    let old = forest.withText(scalar) { Array($0[part]) }
    guard text.bytes.indices.contains(range.bounds.lowerBound), Array(text.bytes[range.bounds]) == old else {
      remark(
        .cannotRewrite, "the version is written with escapes or over several lines", at: forest.range(scalar),
        help: "write it as plain text")
      return
    }
    let bytes = Array(new.utf8)
    let views = text.views.count(of: outer ?? scalar, in: text.forest)
    let rewrite = Rewrite(message, at: range, version: new)
    var want = wanted[range.bounds] ?? Want(replacement: bytes, views: views, rewrite: rewrite)
    want.count += 1
    if want.replacement != bytes { want.isContradicted = true }
    wanted[range.bounds] = want
  }

  /// Replaces the version of an `apiVersion`.
  mutating func replaceVersion(of scalar: NodeRef, by version: String, _ what: String) {
    let (slash, count) = forest.withText(scalar) { ($0.firstIndex(of: UInt8(ascii: "/")), $0.count) }
    guard let slash else { return }
    let old = forest.withText(scalar) { String(decoding: $0[(slash + 1)...], as: UTF8.self) }
    replace(scalar, slash + 1..<count, by: version, "\(what): \(old) to \(version)")
  }

  /// The nodes at a path; `*` stands for the items of a list, and a list at the end for itself.
  func nodes(_ root: NodeRef, at path: some Collection<String>) -> [NodeRef] {
    guard let key = path.first else { return [root] }
    let rest = path.dropFirst()
    if key == "*" { return forest.items(root).flatMap { nodes($0, at: rest) } }
    return forest.value(root, key: key).map { nodes($0, at: rest) } ?? []
  }

  // MARK: - Embedded YAML

  /// Looks at the text of a scalar as YAML.
  mutating func visitText(of scalar: NodeRef, _ body: (inout FileMigrator, NodeRef) -> Void) {
    guard outer == nil, forest.kind(scalar) == .scalar else { return }
    let isMentioned = forest.withText(scalar) { text in
      text.contains(subsequence: "fluxcd.io") || text.contains(subsequence: "version")
        || text.contains(subsequence: "path")
    }
    guard isMentioned else { return }
    let tree = forest.parseEmbedded(scalar, tree: forest.nextTreeIndex)
    guard tree.problems.isEmpty else { return }
    outer = forest.resolved(scalar)
    let documents = tree.documents
    let index = forest.append(tree)
    // Only the lines of a literal block are those of its text.
    if forest[scalar].style == .literal, text.views.count(of: scalar, in: text.forest) == 1 {
      inner = FileText(
        forest: forest, layout: text.layout, views: AliasViews(documents, tree: index, in: forest))
    }
    for document in documents { body(&self, document.root) }
    outer = nil
    inner = nil
  }

  /// The text whose layout may be changed where the migrator is now; nil inside a scalar that is no literal block.
  var editableText: FileText? { outer == nil ? text : inner }

  mutating func block(_ id: RepositoryContext.Written) { blocked.insert(id) }
}
