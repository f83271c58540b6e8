#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  @preconcurrency import Glibc
#endif

/// Runs readers on mutated input: `fuzz [TARGET ...] [--iterations N] [--seed N] [FILE ...]`.
///
/// With files they are the inputs, as they are. An input that crashes a reader, or keeps it for ten seconds of a
/// processor, is written to `fuzz-failure`, and the status is not 0.
@main
struct Fuzz {
  static func main() async {
    var targets: [FuzzTarget] = []
    var files: [String] = []
    var iterations = 1_000
    var seed: UInt64 = 1
    var arguments = CommandLine.arguments.dropFirst()
    while let argument = arguments.popFirst() {
      switch argument {
      case "--iterations": iterations = arguments.popFirst().flatMap { Int($0) } ?? iterations
      case "--seed": seed = arguments.popFirst().flatMap { UInt64($0) } ?? seed
      default:
        if let target = FuzzTarget(rawValue: argument) { targets.append(target) } else { files.append(argument) }
      }
    }
    Watch.begin()
    for target in targets.isEmpty ? FuzzTarget.allCases : targets {
      for file in files {
        guard let input = bytes(of: file) else {
          print("cannot read '\(file)'")
          exit(2)
        }
        await run(target, input)
      }
      guard files.isEmpty else { continue }
      let seeds = target.seeds.map { Array($0.utf8) }
      for input in seeds { await run(target, input) }
      var mutator = Mutator(seed: seed, corpus: seeds)
      for _ in 0..<iterations { await run(target, mutator.next()) }
      print("\(target.rawValue): \(iterations) inputs")
    }
  }

  private static func run(_ target: FuzzTarget, _ input: [UInt8]) async {
    Watch.begin(input)
    await target.run(input)
    Watch.stop()
  }

  private static func bytes(of path: String) -> [UInt8]? {
    guard let file = fopen(path, "rb") else { return nil }
    defer { fclose(file) }
    var result: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = fread(&buffer, 1, buffer.count, file)
      if count == 0 { return result }
      result += buffer[..<count]
    }
  }
}

/// Keeps the current input where a signal handler finds it.
enum Watch {
  private nonisolated(unsafe) static let memory = UnsafeMutableRawBufferPointer.allocate(
    byteCount: 1 << 20, alignment: 1)
  private nonisolated(unsafe) static var count = 0
  /// Processor time when the input began.
  private nonisolated(unsafe) static var start = clock_t()
  private nonisolated(unsafe) static var alarms = 0

  static func begin() {
    _ = memory
    for number in [SIGILL, SIGTRAP, SIGSEGV, SIGBUS, SIGABRT, SIGALRM] {
      signal(number) { number in
        if number == SIGALRM, Watch.isStarved { return }
        Watch.save()
        _exit(128 + number)
      }
    }
  }

  static func begin(_ input: [UInt8]) {
    count = min(input.count, memory.count)
    memory.copyBytes(from: input.prefix(count))
    start = clock()
    alarms = 0
    alarm(10)
  }

  /// Whether the input had less than the ten seconds of a processor so far, on a machine that has others to do; not for
  /// longer than two minutes, for then it waits for something. Sets the next alarm.
  private static var isStarved: Bool {
    alarms += 1
    // POSIX counts in microseconds.
    guard clock() - start < 9_000_000, alarms < 12 else { return false }
    alarm(10)
    return true
  }

  static func stop() { alarm(0) }

  private static func save() {
    let descriptor = open("fuzz-failure", O_WRONLY | O_CREAT | O_TRUNC, 0o644)
    _ = write(descriptor, memory.baseAddress, count)
    let message: StaticString = "an input fails; it is in the file fuzz-failure\n"
    _ = write(STDERR_FILENO, message.utf8Start, message.utf8CodeUnitCount)
  }
}
