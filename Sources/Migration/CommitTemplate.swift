import GoTemplates

/// The Go template of a commit message, and what it reads that Flux 2.7 does not give any more. The fields are looked up
/// when the template runs, on the data and on what `.Changed` is (image-automation-controller `internal/source/source.go`,
/// `checkRemovedTemplateField`).
package struct CommitTemplate {
  struct Field: Hashable {
    /// Bytes of the template.
    var range: Range<Int>
    var old: String
    var new: String
  }

  private let uses: [TemplateFields.Use]

  package init(_ text: String) {
    uses = GoTemplate(Array(text.utf8)).map { TemplateFields($0).uses } ?? []
  }

  /// The fields that are gone, each once, with the bytes of its first use.
  package var removedFields: [(range: Range<Int>, name: String)] {
    [["Updated"], ["Changed", "ImageResult"]].compactMap { path in
      uses.first { $0.path.starts(with: path) }.map { use in
        (Self.range(of: path, in: use), "." + path.joined(separator: "."))
      }
    }
  }

  /// Where the beginning of the path of a use is written; the whole expression where some of it is in a variable.
  private static func range(of path: [String], in use: TemplateFields.Use) -> Range<Int> {
    let hidden = use.path.count - use.written.count
    guard hidden < path.count else { return use.range }
    return use.written[0].lowerBound..<use.written[path.count - hidden - 1].upperBound
  }

  /// Every use of `.Updated` with its counterpart in `.Changed`; nil when one of them has no exact one: only the keys are
  /// the same.
  var fields: [Field]? {
    var fields: [Field] = []
    for use in uses where use.path.first == "Updated" {
      let old = "." + use.path.joined(separator: ".")
      guard let field = Self.counterparts.first(where: { $0.old == old }), use.isForKeys,
        use.written.count == use.path.count, use.range == Self.range(of: use.path, in: use),
        // A template of its own may be called with something else as well.
        uses.allSatisfy({ $0.range != use.range || $0 == use })
      else { return nil }
      fields.append(Field(range: use.range, old: field.old, new: field.new))
    }
    return fields
  }

  private static let counterparts = [
    (old: ".Updated.Files", new: ".Changed.FileChanges"), (old: ".Updated.Objects", new: ".Changed.Objects"),
  ]
}
