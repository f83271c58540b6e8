import SourceText

extension Report {
  /// Takes the passwords of URLs out of everything that is said.
  package mutating func hideURLPasswords() { rewrite(URLPasswords.hidden) }

  /// Puts stars for some words, which a value of a Secret made, into everything that is said.
  package mutating func hide(_ words: Set<String>) {
    if words.isEmpty { return }
    rewrite(SecretWords(words).hidden(in:))
  }

  private mutating func rewrite(_ hidden: (String) -> String) {
    for index in findings.indices { findings[index].rewrite(hidden) }
    for index in suppressed.indices { suppressed[index].rewrite(hidden) }
    for index in notChecked.indices {
      notChecked[index].reason = hidden(notChecked[index].reason)
      for number in notChecked[index].references.indices {
        notChecked[index].references[number].target = hidden(notChecked[index].references[number].target)
      }
    }
  }
}

/// Words that a value of a Secret made.
package struct SecretWords {
  /// The longer one first, for it may hold another.
  private let words: [String]

  package init(_ words: Set<String>) { self.words = words.sorted { ($1.utf8.count, $0) < ($0.utf8.count, $1) } }

  package var isEmpty: Bool { words.isEmpty }

  /// A text with stars for them.
  package func hidden(in text: String) -> String { words.reduce(text) { Self.replacing($1, in: $0) } }

  private static func replacing(_ word: String, in text: String) -> String {
    guard !word.isEmpty, text.contains(word) else { return text }
    // A name may have dots and dashes in it: its parts are other words.
    func isInWord(_ character: Character?) -> Bool {
      character.map { $0.isLetter || $0.isNumber || "-._".contains($0) } ?? false
    }
    var (result, rest) = ("", text[...])
    while let found = rest.firstRange(of: word) {
      let isWhole =
        !isInWord(rest[..<found.lowerBound].last ?? result.last) && !isInWord(rest[found.upperBound...].first)
      result += rest[..<found.lowerBound] + (isWhole ? "***" : word)
      rest = rest[found.upperBound...]
    }
    return result + rest
  }
}

extension Finding {
  fileprivate mutating func rewrite(_ hidden: (String) -> String) {
    message = hidden(message)
    label = hidden(label)
    notes = notes.map(hidden)
    help = help.map(hidden)
    object?.rewrite(hidden)
    for index in objects.indices { objects[index].rewrite(hidden) }
    for index in related.indices { related[index].message = hidden(related[index].message) }
    data = data.mapValues { fact in
      switch fact {
      case .string(let text): .string(hidden(text))
      case .strings(let texts): .strings(texts.map(hidden))
      case .integer, .boolean: fact
      }
    }
  }
}

extension ObjectReference {
  fileprivate mutating func rewrite(_ hidden: (String) -> String) {
    name = hidden(name)
    namespace = namespace.map(hidden)
  }
}
