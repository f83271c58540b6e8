package import CommandFailures
import RuleEngine

extension CommandFailure {
  package init(_ error: LinterError) {
    switch error {
    case .tree(let error): self = .tree(error)
    case .configuration(let message, let place): self = .configuration(message: message, place: place)
    case .rules(.unknown(let word, let suggestion)): self = .unknownRules(word, suggestion: suggestion)
    case .rules(.preview(let name)): self = .previewRule(name)
    }
  }
}
