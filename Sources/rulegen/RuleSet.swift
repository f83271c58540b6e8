/// All rule files together.
package struct RuleSet {
  /// Everything that is wrong, not only the first.
  package struct Failure: Error {
    package var errors: [any Error]
  }

  /// Sorted by name.
  package private(set) var rules: [RuleFile]

  /// Reads all files `FAMILY/NAME.yaml` in `folder`.
  package init(folder: String) throws(Failure) {
    var rules: [RuleFile] = []
    var errors: [any Error] = []
    do {
      for family in try Files.names(in: folder) where !family.contains(".") {
        for name in try Files.names(in: "\(folder)/\(family)") where !name.hasPrefix(".") {
          let path = "\(folder)/\(family)/\(name)"
          do {
            rules.append(try RuleFile(path: path, text: Files.read(path)))
          } catch {
            errors.append(error)
          }
        }
      }
    } catch {
      errors.append(error)
    }
    rules.sort { $0.name < $1.name }
    for (rule, following) in zip(rules, rules.dropFirst()) where rule.name == following.name {
      errors.append(
        RuleFileError(path: following.path, line: 1, column: 1, message: "'\(rule.path)' has this name as well"))
    }
    guard errors.isEmpty else { throw Failure(errors: errors) }
    self.rules = rules
  }
}
