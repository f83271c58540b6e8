/// When the text report has colours.
package enum ColorMode: String, Sendable, CaseIterable {
  case auto
  case always
  case never

  /// Decides by the conventions that most tools keep: the flag, then `NO_COLOR` (https://no-color.org), then
  /// `CLICOLOR_FORCE` and `FORCE_COLOR`, then `TERM=dumb` and `CLICOLOR=0` (https://bixense.com/clicolors), then
  /// whether the output is a terminal.
  ///
  /// - Parameters:
  ///   - environment: looks a variable up.
  ///   - isTerminal: whether the report goes to a terminal.
  package func isOn(environment: (String) -> String?, isTerminal: Bool) -> Bool {
    switch self {
    case .always: return true
    case .never: return false
    case .auto: break
    }
    if let value = environment("NO_COLOR"), !value.isEmpty { return false }
    for name in ["CLICOLOR_FORCE", "FORCE_COLOR"] {
      if let value = environment(name), !value.isEmpty, value != "0" { return true }
    }
    if environment("TERM") == "dumb" || environment("CLICOLOR") == "0" { return false }
    return isTerminal
  }
}
