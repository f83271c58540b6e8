import FluxLintKit

#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  @preconcurrency import Glibc
#endif

/// The streams and the environment of the process. Data goes to standard output, talk to standard error.
enum Terminal {
  /// All variables of the environment.
  static let environment: [String: String] = {
    var result: [String: String] = [:]
    var next = environ
    while let entry = next.pointee {
      let text = String(cString: entry)
      if let equals = text.firstIndex(of: "=") {
        result[String(text[..<equals])] = String(text[text.index(after: equals)...])
      }
      next += 1
    }
    return result
  }()

  /// Whether standard output is a terminal.
  static var isInteractive: Bool { isatty(STDOUT_FILENO) == 1 }

  /// Whether to colour what goes to standard output.
  static func usesColor(_ mode: ColorMode) -> Bool {
    mode.isOn(environment: { environment[$0] }, isTerminal: isInteractive)
  }

  /// Whether standard error is a terminal.
  static var isTalkInteractive: Bool { isatty(STDERR_FILENO) == 1 }

  /// Whether to colour what goes to standard error.
  static func colorsTalk(_ mode: ColorMode) -> Bool {
    mode.isOn(environment: { environment[$0] }, isTerminal: isTalkInteractive)
  }

  /// Writes lines for the person at the terminal.
  static func writeTalk(_ document: Document) { _ = OutputFile.writeAll(document.bytes, to: STDERR_FILENO) }

  /// Columns of the terminal: `COLUMNS`, else what the terminal says, else 100.
  static var width: Int {
    if let columns = environment["COLUMNS"].flatMap({ Int($0) }), columns > 0 { return columns }
    var size = winsize()
    if ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 { return Int(size.ws_col) }
    return 100
  }

  /// A reader that stops reading (`| head`) must neither kill the process nor change its verdict.
  static func ignoreBrokenPipe() { signal(SIGPIPE, SIG_IGN) }

  /// Writes to standard output, and ends the process when that cannot be done.
  static func write(_ document: Document) {
    if OutputFile.writeAll(document.bytes, to: STDOUT_FILENO) || errno == EPIPE { return }
    talk("cannot write to standard output: \(String(cString: strerror(errno)))")
    Status.notDone.endProcess()
  }

  /// Says something to the person at the terminal, on one line.
  static func talk(_ message: String) {
    writeTalk(Document(message: ProgramName.spelled(message), from: ProgramName.current))
  }

  /// Says what is wrong with the arguments, in the words of the argument parser.
  static func complain(_ message: String) {
    var message = Substring(message)
    if message.hasPrefix("Error: ") { message = message.dropFirst("Error: ".count) }
    // With the usage below it are several lines.
    let text = message.prefix(1).lowercased() + message.dropFirst()
    writeTalk(Document(ofText: "\(ProgramName.current): \(ProgramName.spelled(text))"))
  }
}
