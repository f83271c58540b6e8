import SourceText

extension Report {
  /// Takes the passwords of URLs out of everything that is said.
  package mutating func hideURLPasswords() {
    for index in findings.indices { findings[index].hideURLPasswords() }
    for index in suppressed.indices { suppressed[index].hideURLPasswords() }
    for index in notChecked.indices {
      notChecked[index].reason = URLPasswords.hidden(in: notChecked[index].reason)
      for number in notChecked[index].references.indices {
        let target = notChecked[index].references[number].target
        notChecked[index].references[number].target = URLPasswords.hidden(in: target)
      }
    }
  }
}

extension Finding {
  fileprivate mutating func hideURLPasswords() {
    message = URLPasswords.hidden(in: message)
    label = URLPasswords.hidden(in: label)
    notes = notes.map(URLPasswords.hidden)
    help = help.map(URLPasswords.hidden)
    for index in related.indices { related[index].message = URLPasswords.hidden(in: related[index].message) }
    data = data.mapValues { fact in
      switch fact {
      case .string(let text): .string(URLPasswords.hidden(in: text))
      case .strings(let texts): .strings(texts.map(URLPasswords.hidden))
      case .integer, .boolean: fact
      }
    }
  }
}
