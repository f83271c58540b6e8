import CommandFailures
import Commands
import Sessions
import TextEdits

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

  enum Stream {
    case output, talk

    fileprivate var descriptor: Int32 { self == .output ? STDOUT_FILENO : STDERR_FILENO }
  }

  /// Whether a stream is a terminal.
  static func isInteractive(_ stream: Stream = .output) -> Bool { isatty(stream.descriptor) == 1 }

  /// Whether to colour what goes to a stream.
  static func usesColor(_ mode: ColorMode, on stream: Stream = .output) -> Bool {
    mode.isOn(environment: { environment[$0] }, isTerminal: isInteractive(stream))
  }

  /// What a stream can show.
  static func style(_ mode: ColorMode, on stream: Stream = .output) -> ReportStyle {
    var style = ReportStyle()
    style.color = usesColor(mode, on: stream)
    style.width = isInteractive(stream) ? width : nil
    return style
  }

  /// Asks the person at the terminal; false where there is none.
  static func confirms(_ question: String) -> Bool {
    guard isatty(STDIN_FILENO) == 1, isatty(STDERR_FILENO) == 1 else { return false }
    talk("\(question) [y/N]")
    return ["y", "yes"].contains(readLine()?.lowercased() ?? "")
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

  /// Lines of the terminal; nil when it does not say.
  static var height: Int? {
    var size = winsize()
    return ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0 && size.ws_row > 0 ? Int(size.ws_row) : nil
  }

  /// A reader that stops reading (`| head`) must neither kill the process nor change its verdict.
  static func ignoreBrokenPipe() { signal(SIGPIPE, SIG_IGN) }

  /// The URL of a directory for terminals that take links; nil for others, and without a directory.
  static func linkBase(to directory: String?) -> String? {
    guard let directory, Hyperlinks.areOn(environment: { environment[$0] }, isTerminal: isInteractive()) else {
      return nil
    }
    var name = [CChar](repeating: 0, count: 256)
    let host = gethostname(&name, name.count - 1) == 0 ? name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) } : []
    return Hyperlinks.base(host: String(decoding: host, as: UTF8.self), directory: directory)
  }

  /// All of standard input.
  static func readInput() throws(CommandFailure) -> [UInt8] {
    var bytes: [UInt8] = []
    var piece = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = read(STDIN_FILENO, &piece, piece.count)
      if count > 0 {
        bytes += piece[..<count]
        // A file on disk may be no longer.
        if bytes.count > TreeRequest.Buffer.byteLimit {
          throw .notReadable(path: "standard input", reason: "more than \(TreeRequest.Buffer.byteLimit) bytes")
        }
      } else if count == 0 {
        return bytes
      } else if errno != EINTR {
        throw .notReadable(path: "standard input", reason: String(cString: strerror(errno)))
      }
    }
  }

  /// Writes to standard output, and ends the process when that cannot be done.
  static func write(_ document: Document) { write { $0(document.bytes) } }

  /// The same with what `body` hands on, piece by piece.
  static func write(_ body: (@escaping ([UInt8]) -> Void) -> Void) {
    if OutputFile.writePieces(body, to: STDOUT_FILENO) || errno == EPIPE { return }
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
