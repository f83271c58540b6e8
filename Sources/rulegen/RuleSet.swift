import Diagnostics
package import RuleFiles
import SourceText

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
            rules.append(try RuleFile(path: path, family: family, bytes: Array(Files.read(path).utf8)))
          } catch {
            errors.append(error)
          }
        }
      }
    } catch {
      errors.append(error)
    }
    rules.sort { $0.id < $1.id }
    // A name, old or new, is of one rule.
    var owners: [String: String] = [:]
    for rule in rules {
      for name in [rule.id.name] + rule.formerNames {
        if let owner = owners.updateValue(rule.path, forKey: name) {
          errors.append(
            RuleFileError(
              path: rule.path, position: Position(line: 1, column: 1),
              message: "'\(owner)' has the name '\(name)' as well"))
        }
      }
    }
    guard errors.isEmpty else { throw Failure(errors: errors) }
    self.rules = rules
  }
}
