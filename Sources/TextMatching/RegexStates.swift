/// Whether a text matches, for a program of at most 64 instructions: all threads are the bits of one word, and nothing is
/// allocated. Where the captures are wanted, or a word or a line has bounds, `RegexMachine` runs.
struct RegexStates: Sendable {
  /// By instruction, those that take a character or end a match and are reached from it without taking anything.
  private var closures: ContiguousArray<UInt64> = []
  /// From the first instruction where the text begins.
  private var start: UInt64 = 0
  /// The end of a match.
  private let match: UInt64
  /// What ends a match where the text ends.
  private var matchAtEnd: UInt64 = 0

  /// Nil for programs that this cannot run.
  init?(_ program: [RegexInstruction]) {
    guard program.count <= 64 else { return nil }
    for instruction in program {
      switch instruction {
      case .assertion(.start), .assertion(.end): continue
      case .assertion: return nil
      default: continue
      }
    }
    match = 1 << UInt64(program.count - 1)
    for index in program.indices { closures.append(Self.closure(program, index, isStart: false, isEnd: false)) }
    start = Self.closure(program, 0, isStart: true, isEnd: false)
    matchAtEnd = match
    for (index, instruction) in program.enumerated() {
      guard case .assertion(.end) = instruction else { continue }
      if Self.closure(program, index, isStart: false, isEnd: true) & match != 0 { matchAtEnd |= 1 << UInt64(index) }
    }
  }

  /// Assertions of the end are kept as if they took a character, unless the text ends.
  private static func closure(_ program: [RegexInstruction], _ first: Int, isStart: Bool, isEnd: Bool) -> UInt64 {
    var (result, seen): (UInt64, UInt64) = (0, 0)
    var pending = [first]
    while let index = pending.popLast() {
      let bit = UInt64(1) << UInt64(index)
      guard seen & bit == 0 else { continue }
      seen |= bit
      switch program[index] {
      case .jump(let target): pending.append(target)
      case .split(let left, let right): pending += [left, right]
      case .save: pending.append(index + 1)
      case .assertion(.start): if isStart { pending.append(index + 1) }
      case .assertion(.end):
        if isEnd { pending.append(index + 1) } else { result |= bit }
      default: result |= bit
      }
    }
    return result
  }

  func matches(
    _ text: UnsafeBufferPointer<UInt8>, _ regex: LinearRegex, isWhole: Bool
  ) -> Bool {
    var states = start
    var position = 0
    let restart = isWhole ? 0 : closures[0]
    while position < text.count {
      if !isWhole, states & match != 0 { return true }
      if states == 0, restart == 0 { return false }
      let (value, width) = text.scalar(at: position)
      var next: UInt64 = 0
      while states != 0 {
        let index = states.trailingZeroBitCount
        states &= states &- 1
        let isStep: Bool
        switch regex.program[index] {
        case .scalar(let wanted): isStep = value == wanted
        case .any: isStep = true
        case .anyButNewline: isStep = value != 0x0A
        case .oneOf(let set): isStep = regex.classes[set].contains(value)
        default: isStep = false
        }
        if isStep { next |= closures[index + 1] }
      }
      position += width
      states = next | restart
    }
    return states & matchAtEnd != 0
  }
}
