import RuleFiles

#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// Turns the rule files into Swift and into the pages of `docs/rules`, and the tables of `facts` into Swift.
@main
struct RuleGenerator {
  static let usage = """
    usage: rulegen catalogue RULES OUTPUT      the RuleID constants and the metadata, for RuleCatalogue
           rulegen registry RULES OUTPUT       the list of the rules' types, for BuiltInRules
           rulegen versions TABLE OUTPUT       which release serves which API version, for FluxModel
           rulegen charts TABLE OUTPUT         which charts install which API groups, for Facts
           rulegen docs RULES DOCS README      a page for each rule, an index, and the table of the README
    """

  static func main() {
    let arguments = Array(CommandLine.arguments.dropFirst())
    do {
      switch (arguments.first, arguments.count) {
      case ("catalogue", 3):
        let rules = try RuleSet(folder: arguments[1]).rules
        let texts = try rules.map { PageText.of($0, text: try Files.read($0.path)) }
        try Files.write(SwiftEmitter.catalogue(rules, texts: texts), to: arguments[2])
      case ("registry", 3):
        try Files.write(SwiftEmitter.registry(RuleSet(folder: arguments[1]).rules), to: arguments[2])
      case ("versions", 3):
        let facts = try VersionFacts(path: arguments[1], text: Files.read(arguments[1]))
        try Files.write(facts.swift, to: arguments[2])
      case ("charts", 3):
        let facts = try ChartFacts(path: arguments[1], text: Files.read(arguments[1]))
        try Files.write(facts.swift, to: arguments[2])
      case ("docs", 4):
        let rules = try RuleSet(folder: arguments[1]).rules
        let gotchas = "\(arguments[1])/../facts/gotchas.yaml"
        try DocsWriter.write(
          rules, try Gotchas(path: gotchas, text: Files.read(gotchas), rules: rules), to: arguments[2])
        guard let readme = ReadmeTable.replaced(in: try Files.read(arguments[3]), with: rules) else {
          throw FileError(path: arguments[3], reason: "there is no place for the table of rules")
        }
        try Files.write(readme, to: arguments[3])
      default:
        print(usage)
        exit(2)
      }
    } catch let failure as RuleSet.Failure {
      for error in failure.errors { print(error) }
      exit(1)
    } catch {
      print(error)
      exit(1)
    }
  }
}
