import Diagnostics
package import RuleFiles

/// The traps of Flux as people call them, each with the rules that find it: `facts/gotchas.yaml`, checked.
package struct Gotchas {
  struct Trap {
    var words: String
    var rules: [String]
    /// What is true where what is said is not; else empty.
    var fact: String
  }

  private let sections: [(title: String, traps: [Trap])]

  /// - Parameter rules: all that there are; to name another is a mistake.
  package init(path: String, text: String, rules: [RuleFile]) throws(RuleFileError) {
    let names = Set(rules.map(\.id.name))
    let root = try RuleDocument.root(path: path, bytes: Array(text.utf8), what: "the list of traps")
    try root.expectKeys(required: ["sections"], optional: [])
    var sections: [(title: String, traps: [Trap])] = []
    for section in try root.maps("sections") {
      try section.expectKeys(required: ["title", "traps"], optional: [])
      var traps: [Trap] = []
      for trap in try section.maps("traps") {
        try trap.expectKeys(required: ["words", "rules"], optional: ["fact"])
        let found = try trap.texts("rules")
        if let unknown = found.first(where: { !names.contains($0) }) {
          throw trap.error("there is no rule '\(unknown)'", at: "rules")
        }
        traps.append(
          Trap(words: try trap.text("words"), rules: found, fact: try trap.has("fact") ? trap.text("fact") : ""))
      }
      sections.append((try section.text("title"), traps))
    }
    self.sections = sections
  }

  /// The page in Markdown.
  package var page: String {
    var text = """
      # Known traps, and the rules that find them

      For who knows the trap and not the name of the rule. Where what is said in many places is not what Flux does, or
      only half of it, the last column says what is true; the page of the rule has the source. Rules of the tiers strict
      and opt-in run [where they are asked for](../configuration.md#extends). Made from
      [`facts/gotchas.yaml`](../../facts/gotchas.yaml) by `swift run rulegen docs`.

      """
    for section in sections {
      text += "\n## \(section.title)\n\n| the trap | the rules | what is true |\n| --- | --- | --- |\n"
      for trap in section.traps {
        let links = trap.rules.map { "[\($0)](\($0).md)" }.joined(separator: ", ")
        text += "| \(trap.words) | \(links) | \(trap.fact) |\n"
      }
    }
    return text
  }
}
