package import Diagnostics

/// What the catalogue knows of a rule; made at build time from `rules/FAMILY/NAME.yaml`.
package struct RuleMetadata: Sendable {
  package struct Reference: Sendable {
    package var title: String
    /// A URL, or the upstream file a behaviour is read from.
    package var source: String

    package init(title: String, source: String) {
      self.title = title
      self.source = source
    }
  }

  package var id: RuleID
  package var family: String
  package var severity: Severity
  /// One sentence without a final stop, at most 100 characters.
  package var summary: String
  /// Why it matters: what Flux does. One paragraph a line, as are `fix` and each of `guards`.
  package var why: String
  package var fix: String
  /// When it does not fire, and what to do about a false positive.
  package var guards: [String]
  package var references: [Reference]
  /// Names of the folders in `testdata/rules/NAME/` that the page shows.
  package var badExample: String
  package var goodExample: String
  /// The page without its title and its examples, for reports that show Markdown.
  package var markdown: String

  package init(
    id: RuleID, family: String, severity: Severity, summary: String, why: String, fix: String, guards: [String],
    references: [Reference], badExample: String, goodExample: String, markdown: String = ""
  ) {
    self.id = id
    self.family = family
    self.severity = severity
    self.summary = summary
    self.why = why
    self.fix = fix
    self.guards = guards
    self.references = references
    self.badExample = badExample
    self.goodExample = goodExample
    self.markdown = markdown
  }
}
