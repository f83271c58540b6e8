enum RegexInstruction: Sendable {
  case scalar(UInt32)
  case any
  case anyButNewline
  /// A class, by index.
  case oneOf(Int)
  /// Goes on at both, the first before the second.
  case split(Int, Int)
  case jump(Int)
  case save(Int)
  case assertion(RegexNode.Assertion)
  case match
}

/// Runs all threads of a program side by side over UTF-8; each instruction is visited once for each position.
struct RegexMachine {
  private let regex: LinearRegex
  private let text: UnsafeBufferPointer<UInt8>
  /// How many byte offsets each thread carries.
  private let slotCount: Int
  private var current: Threads
  private var next: Threads
  private var pending: [(instruction: Int, slot: Int, old: Int)] = []

  /// Threads in the order of their rank, with what each has captured.
  private struct Threads {
    var instructions: [Int] = []
    var slots: [Int] = []
    /// By instruction, the last position for which it was added.
    var seen: [Int]

    mutating func clear() {
      instructions.removeAll(keepingCapacity: true)
      slots.removeAll(keepingCapacity: true)
    }
  }

  init(_ regex: LinearRegex, _ text: UnsafeBufferPointer<UInt8>, captures: Bool) {
    self.regex = regex
    self.text = text
    slotCount = captures ? 2 * regex.groupCount + 2 : 0
    current = Threads(seen: Array(repeating: -1, count: regex.program.count))
    next = current
  }

  /// The match of the highest rank; without captures any match, whose range means nothing.
  mutating func run(from start: Int, isAnchored: Bool, endsAtEnd: Bool) -> LinearRegex.Match? {
    var position = start
    var found: [Int]?
    current.clear()
    next.clear()
    for index in current.seen.indices { (current.seen[index], next.seen[index]) = (-1, -1) }
    while true {
      if found == nil, !isAnchored || position == start {
        if current.instructions.isEmpty, !isAnchored {
          guard let candidate = nextCandidate(from: position) else { return nil }
          position = candidate
        }
        add(0, at: position, slots: Array(repeating: -1, count: slotCount), to: &current, &pending)
      }
      if current.instructions.isEmpty, isAnchored || found != nil { break }
      let (value, width) = position < text.count ? text.scalar(at: position) : (.max, 1)
      for (thread, index) in current.instructions.enumerated() {
        let isStep: Bool
        switch regex.program[index] {
        case .match:
          guard !endsAtEnd || position == text.count else { continue }
          if slotCount == 0 { return LinearRegex.Match(range: start..<position, groups: []) }
          found = Array(current.slots[thread * slotCount..<(thread + 1) * slotCount])
          found?[1] = position
          isStep = false
        case .scalar(let wanted): isStep = value == wanted
        case .any: isStep = value != .max
        case .anyButNewline: isStep = value != .max && value != 0x0A
        case .oneOf(let set): isStep = value != .max && regex.classes[set].contains(value)
        default: isStep = false
        }
        if case .match = regex.program[index] { break }
        if isStep {
          let slots = slotCount == 0 ? [] : Array(current.slots[thread * slotCount..<(thread + 1) * slotCount])
          add(index + 1, at: position + width, slots: slots, to: &next, &pending)
        }
      }
      if position >= text.count { break }
      position += width
      swap(&current, &next)
      next.clear()
    }
    guard let found else { return nil }
    let groups = (1...max(regex.groupCount, 1)).prefix(regex.groupCount).map { group -> Range<Int>? in
      found[2 * group] >= 0 && found[2 * group + 1] >= found[2 * group] ? found[2 * group]..<found[2 * group + 1] : nil
    }
    return LinearRegex.Match(range: found[0]..<found[1], groups: groups)
  }

  /// Where a match can begin at the earliest: at the literal that all matches begin with.
  private func nextCandidate(from start: Int) -> Int? {
    guard let first = regex.prefix.first else { return start }
    var position = start
    while position < text.count {
      if text[position] == first { return position }
      position += 1
    }
    return nil
  }

  private func add(
    _ start: Int, at position: Int, slots: [Int], to list: inout Threads,
    _ pending: inout [(instruction: Int, slot: Int, old: Int)]
  ) {
    var slots = slots
    if slotCount > 0, start == 0, slots[0] < 0 { slots[0] = position }
    pending.append((start, -1, 0))
    while let (index, slot, old) = pending.popLast() {
      guard slot < 0 else {
        slots[slot] = old
        continue
      }
      guard list.seen[index] != position else { continue }
      list.seen[index] = position
      switch regex.program[index] {
      case .jump(let target): pending.append((target, -1, 0))
      case .split(let first, let second):
        pending.append((second, -1, 0))
        pending.append((first, -1, 0))
      case .save(let slot):
        if slotCount > 0 {
          pending.append((0, slot, slots[slot]))
          slots[slot] = position
        }
        pending.append((index + 1, -1, 0))
      case .assertion(let assertion):
        if assertion.holds(at: position, in: text) { pending.append((index + 1, -1, 0)) }
      default:
        list.instructions.append(index)
        list.slots.append(contentsOf: slots)
      }
    }
  }
}

extension RegexNode.Assertion {
  func holds(at position: Int, in text: UnsafeBufferPointer<UInt8>) -> Bool {
    switch self {
    case .start: position == 0
    case .end: position == text.count
    case .lineStart: position == 0 || text[position - 1] == 0x0A
    case .lineEnd: position == text.count || text[position] == 0x0A
    case .wordBoundary: isBoundary(position, text)
    case .noWordBoundary: !isBoundary(position, text)
    }
  }

  private func isBoundary(_ position: Int, _ text: UnsafeBufferPointer<UInt8>) -> Bool {
    let before = position > 0 && Self.isWord(text[position - 1])
    let after = position < text.count && Self.isWord(text[position])
    return before != after
  }

  private static func isWord(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x5F, 0x61...0x7A: true
    default: false
    }
  }
}

extension UnsafeBufferPointer<UInt8> {
  /// The code point at a byte of valid UTF-8 and how many bytes it takes.
  func scalar(at position: Int) -> (value: UInt32, width: Int) {
    let first = UInt32(self[position])
    if first < 0x80 { return (first, 1) }
    let width = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2
    guard first >= 0xC0, position + width <= count else { return (0xFFFD, 1) }
    var value = first & (width == 4 ? 0x07 : width == 3 ? 0x0F : 0x1F)
    for offset in 1..<width { value = value << 6 | UInt32(self[position + offset]) & 0x3F }
    return (value, width)
  }
}
