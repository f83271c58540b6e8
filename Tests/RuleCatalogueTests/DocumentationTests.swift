import Diagnostics
import RuleCatalogue
import RuleFiles
import Testing
import rulegen

/// The pages of `docs/rules` are committed and made by `rulegen`: this proves that they are current.
struct DocumentationTests {
  private static let root = #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(3)
    .joined(separator: "/")

  private static let rewrite = "run: make docs"

  @Test func `the committed pages are current`() throws {
    let rules = try RuleSet(folder: "\(Self.root)/rules").rules
    let gotchas = try Gotchas(
      path: "facts/gotchas.yaml", text: Files.read("\(Self.root)/facts/gotchas.yaml"), rules: rules)
    let pages = try DocsWriter.pages(rules, gotchas)
    for page in pages {
      let committed = try? Files.read("\(Self.root)/docs/rules/\(page.name)")
      #expect(committed == page.text, "docs/rules/\(page.name) is out of date; \(Self.rewrite)")
    }
    let names = try Files.names(in: "\(Self.root)/docs/rules")
    #expect(names == pages.map(\.name).sorted(), "docs/rules has other files; \(Self.rewrite)")
  }

  @Test func `a trap that names no rule is a mistake`() throws {
    let text = "sections: [{title: A, traps: [{words: B, rules: [no-such-rule]}]}]\n"
    let error = #expect(throws: RuleFileError.self) { try Gotchas(path: "g.yaml", text: text, rules: []) }
    #expect(error?.message == "there is no rule 'no-such-rule'")
  }

  @Test func `the table of the README is current`() throws {
    let readme = try Files.read("\(Self.root)/README.md")
    let rules = try RuleSet(folder: "\(Self.root)/rules").rules
    #expect(ReadmeTable.replaced(in: readme, with: rules) == readme, "the README is out of date; \(Self.rewrite)")
  }

  @Test func `the catalogue that was compiled in is that of the files`() throws {
    let rules = try RuleSet(folder: "\(Self.root)/rules").rules
    #expect(rules.map(\.id) == ruleCatalogue.map(\.id))
    #expect(rules.map(\.prose) == ruleCatalogue.map(\.prose))
    #expect(rules.map(RulePage.markdown) == ruleCatalogue.map { $0.file.map(RulePage.markdown) })
  }
}
