import ArgumentParser
import RuleCatalogue

/// Which rules a command runs.
struct RuleOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Run these rules as well: names, families, strict, opt-in or all; separated by commas, or given again.",
      valueName: "rules"))
  var enable: [String] = []

  @Option(help: ArgumentHelp("Do not run these rules; the more precise of two words counts.", valueName: "rules"))
  var disable: [String] = []

  @Flag(help: "Run rules as well whose verdicts may still change.")
  var preview = false

  var choice: RuleChoice {
    RuleChoice(enabled: Self.words(enable), disabled: Self.words(disable), withPreview: preview)
  }

  private static func words(_ lists: [String]) -> [String] {
    lists.flatMap { $0.split(separator: ",") }.map { $0.trimming { $0 == " " } }.filter { !$0.isEmpty }
  }
}

extension Substring {
  fileprivate func trimming(_ isSpace: (Character) -> Bool) -> String {
    String(drop(while: isSpace).reversed().drop(while: isSpace).reversed())
  }
}
