import Reporters

/// Links in a terminal (OSC 8).
package enum Hyperlinks {
  /// Whether a terminal that is known to take links is there. Others show what they do not know, or nothing.
  ///
  /// - Parameter environment: looks a variable up.
  package static func areOn(environment: (String) -> String?, isTerminal: Bool) -> Bool {
    if let value = environment("FORCE_HYPERLINK"), !value.isEmpty { return value != "0" }
    if !isTerminal || environment("TERM") == "dumb" { return false }
    // Terminals of VTE since 0.50; a version is one number.
    if let version = environment("VTE_VERSION").flatMap({ Int($0) }) { return version >= 5000 }
    if ["WT_SESSION", "KITTY_WINDOW_ID", "KONSOLE_VERSION"].contains(where: { environment($0) != nil }) { return true }
    return ["iTerm.app", "WezTerm", "vscode", "ghostty", "Hyper"].contains(environment("TERM_PROGRAM") ?? "")
  }

  /// The URL of a directory, with a slash at its end.
  package static func base(host: String, directory: String) -> String {
    let path = RelativeURI.encode(directory)
    return "file://\(RelativeURI.encode(host))\(path)\(path.hasSuffix("/") ? "" : "/")"
  }
}
