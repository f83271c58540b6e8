/// What `&&`, `||`, `all` and `exists` make of their operands: one that decides does so whatever the others are; an unknown
/// one outweighs one that fails.
struct Decision {
  private let deciding: Bool
  private var failed: Value?
  private var unknown: Value?

  /// - Parameter deciding: the operand that decides.
  init(by deciding: Bool) { self.deciding = deciding }

  /// The result when this operand settles it.
  mutating func take(_ value: Value, _ evaluator: borrowing Evaluator) -> Value? {
    switch value {
    case .bool(let flag): return flag == deciding ? value : nil
    case .unknown: unknown = unknown ?? value
    case .failure(let failure):
      if failure.isFinal { return value }
      failed = failed ?? value
    default: failed = failed ?? evaluator.noOverload(deciding ? "||" : "&&", [value])
    }
    return nil
  }

  /// The result when no operand settled it.
  var undecided: Value { unknown ?? failed ?? .bool(!deciding) }
}
