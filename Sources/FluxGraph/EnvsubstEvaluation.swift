import SourceText

/// The value of a variable, as far as the repository says it.
package enum VariableValue: Hashable, Sendable {
  case known(String)
  /// Defined, but its value is encrypted or made outside the repository.
  case unknown
}

/// What a text becomes.
package struct SubstitutedText: Hashable, Sendable {
  /// Nil when a value it needs is unknown.
  package var text: String?
  /// Expressions that need a variable which nothing defines, in order.
  package var undefined: [Envsubst.Expression]
  /// Expressions whose variable is defined with an unknown value, or may be defined where we cannot look.
  package var undecided: [Envsubst.Expression]
  /// How many bytes of values were gone through.
  package var steps = 0
}

extension Envsubst {
  /// Carries out a parsed text.
  ///
  /// - Parameters:
  ///   - isOpen: whether variables that `values` does not have may still be defined somewhere out of sight.
  package static func evaluate(_ parts: [Part], values: [String: VariableValue], isOpen: Bool) -> SubstitutedText {
    var evaluation = Evaluation(values: values, isOpen: isOpen)
    let text = evaluation.text(of: parts)
    return SubstitutedText(
      text: evaluation.isKnown ? text : nil, undefined: evaluation.undefined, undecided: evaluation.undecided,
      steps: stepLimit - evaluation.stepsLeft)
  }

  /// A longer text is not made: no object of Kubernetes is larger than a few megabytes.
  private static let byteLimit = 4 << 20

  /// Nor is more looked at for one: values are gone through again for each expression.
  private static let stepLimit = 64 << 20

  private struct Evaluation {
    let values: [String: VariableValue]
    let isOpen: Bool
    var isKnown = true
    var undefined: [Expression] = []
    var undecided: [Expression] = []
    private(set) var stepsLeft = Envsubst.stepLimit

    init(values: [String: VariableValue], isOpen: Bool) {
      self.values = values
      self.isOpen = isOpen
    }

    mutating func text(of parts: [Part]) -> String {
      var result = ""
      for part in parts {
        switch part {
        case .text(let text): result += text
        case .expression(let expression): result += value(of: expression)
        }
        guard isAllowed(result.utf8.count) else { return "" }
      }
      return result
    }

    /// A text that would be too long counts as not known.
    private mutating func isAllowed(_ byteCount: Int) -> Bool {
      if byteCount <= Envsubst.byteLimit { return true }
      isKnown = false
      return false
    }

    private mutating func value(of expression: Expression) -> String {
      var variable = ""
      switch values[expression.name] {
      case .known(let text): variable = text
      case .unknown:
        isKnown = false
        undecided.append(expression)
        // Its arguments may need variables that are not there.
        _ = apply(expression.operation, to: "")
        return ""
      case nil:
        if case .fallback(let parts) = expression.operation {
          if isOpen { isKnown = false }
          return text(of: parts)
        }
        if isOpen {
          isKnown = false
          undecided.append(expression)
        } else {
          undefined.append(expression)
        }
        // Where that is no error, an unset variable is an empty one: its length is 0.
        return apply(expression.operation, to: "")
      }
      return apply(expression.operation, to: variable)
    }

    /// Whether a value of so many bytes may be gone through once more. A text that takes too long counts as not known.
    private mutating func mayRead(_ byteCount: Int) -> Bool {
      stepsLeft -= byteCount
      if stepsLeft < 0 { isKnown = false }
      return stepsLeft >= 0
    }

    private mutating func apply(_ operation: Operation, to value: String) -> String {
      guard mayRead(value.utf8.count) else { return "" }
      switch operation {
      case .plain: return value
      case .fallback(let parts): return value.isEmpty ? text(of: parts) : value
      case .length: return String(value.utf8.count)
      case .letterCase(let upper, let all):
        if all { return upper ? value.uppercased() : value.lowercased() }
        guard let first = value.first else { return "" }
        return (upper ? first.uppercased() : first.lowercased()) + value.dropFirst()
      case .substring(let offset, let length):
        return substring(value, offset: text(of: [offset]), length: length.map { text(of: [$0]) })
      case .trim(let prefix, let longest, let pattern):
        let pattern = text(of: [pattern])
        return trim(Array(value.utf8), prefix: prefix, longest: longest, pattern: Array(pattern.utf8))
      case .replace(let mode, let pattern, let replacement):
        return replace(value, mode: mode, pattern: text(of: [pattern]), with: text(of: [replacement]))
      }
    }

    /// Byte offsets; what does not read as a number leaves the value whole (fluxcd/pkg `envsubst/funcs.go`).
    private func substring(_ value: String, offset: String, length: String?) -> String {
      let bytes = Array(value.utf8)
      guard var start = Int(offset) else { return value }
      if start < 0 { start = max(0, bytes.count + start) }
      guard start <= bytes.count else { return "" }
      var end = bytes.count
      if let length {
        guard let count = Int(length) else { return String(decoding: bytes[start...], as: UTF8.self) }
        end = max(start, min(bytes.count, start + max(0, count)))
      }
      return String(decoding: bytes[start..<end], as: UTF8.self)
    }

    private mutating func trim(_ value: [UInt8], prefix: Bool, longest: Bool, pattern: [UInt8]) -> String {
      let length: Int?
      do throws(Glob.OutOfSteps) {
        length = try Glob.fittingLength(
          of: pattern, in: value, fromEnd: !prefix, longest: longest, steps: &stepsLeft)
      } catch {
        isKnown = false
        return ""
      }
      guard let length else { return String(decoding: value, as: UTF8.self) }
      return String(decoding: prefix ? value.dropFirst(length) : value.dropLast(length), as: UTF8.self)
    }

    private mutating func replace(_ value: String, mode: ReplaceMode, pattern: String, with text: String) -> String {
      guard !pattern.isEmpty else { return value }
      switch mode {
      case .prefix: return value.hasPrefix(pattern) ? text + value.dropFirst(pattern.count) : value
      case .suffix: return value.hasSuffix(pattern) ? value.dropLast(pattern.count) + text : value
      case .first, .all:
        let bytes = Array(value.utf8)
        let needle = Needle(Array(pattern.utf8))
        let new = Array(text.utf8)
        var result: [UInt8] = []
        var index = 0
        while let place = needle.firstPlace(in: bytes, from: index) {
          result += bytes[index..<place]
          result += new
          index = place + needle.bytes.count
          guard isAllowed(result.count) else { return "" }
          if mode == .first { break }
        }
        result += bytes[index...]
        guard isAllowed(result.count) else { return "" }
        return String(decoding: result, as: UTF8.self)
      }
    }
  }
}
