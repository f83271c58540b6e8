/// How a piece of text is set off when colours are on.
package enum Paint: String, Sendable {
  case bold = "1"
  case dim = "2"
  case error = "1;31"
  case warning = "1;33"
  case note = "1;36"
  case related = "36"

  /// `text` between the ANSI sequences of this paint, or as it is without colours or when it is empty.
  package func callAsFunction(_ text: String, _ style: TextStyle) -> String {
    style.color && !text.isEmpty ? "\u{1B}[\(rawValue)m\(text)\u{1B}[0m" : text
  }
}

/// What the terminal can do.
package struct TextStyle: Sendable {
  /// Whether to colour with ANSI sequences.
  package var color: Bool
  /// Columns of the terminal. Nil when the output goes elsewhere: then only lines of code are cut, and nothing wraps.
  package var width: Int?
  /// The URL of the directory that paths are relative to, with a slash at its end, when the terminal takes links
  /// (OSC 8). Nil when it does not, or when what was checked is not what lies on disk.
  package var linkBase: String?

  /// Without colours, for a width that is not known.
  package static let plain = TextStyle(color: false, width: nil)

  package init(color: Bool, width: Int?, linkBase: String? = nil) {
    self.color = color
    self.width = width
    self.linkBase = linkBase
  }

  /// `text` as a link to the file at `path`, where links are taken.
  func linked(_ text: String, to path: String) -> String {
    guard let linkBase, !text.isEmpty else { return text }
    return "\u{1B}]8;;\(linkBase)\(RelativeURI.encode(path))\u{1B}\\\(text)\u{1B}]8;;\u{1B}\\"
  }
}
