import Commands
import TextEdits

#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  @preconcurrency import Glibc
#endif

/// The program of the user that shows what is longer than the terminal.
enum Pager {
  /// Writes to standard output, through the pager where that is a terminal with fewer lines.
  static func write(_ document: Document, isWanted: Bool) {
    guard isWanted, Terminal.isInteractive(), let height = Terminal.height,
      document.bytes.count(where: { $0 == UInt8(ascii: "\n") }) >= height, let command
    else { return Terminal.write(document) }
    if !show(document.bytes, in: command) { Terminal.write(document) }
  }

  /// As Git chooses it; nil when the user wants none.
  private static var command: String? {
    let names = ["FLUXLINT_PAGER", "PAGER"]
    let command = names.lazy.compactMap { Terminal.environment[$0] }.first ?? "less"
    return command.isEmpty || command == "cat" || Terminal.environment["TERM"] == "dumb" ? nil : command
  }

  /// The shell's status for a command that is not there.
  private static let notFound: Int32 = 127

  /// Whether the pager was there to show it.
  private static func show(_ bytes: [UInt8], in command: String) -> Bool {
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0 else { return false }
    fflush(nil)
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_adddup2(&actions, ends[0], STDIN_FILENO)
    posix_spawn_file_actions_addclose(&actions, ends[0])
    posix_spawn_file_actions_addclose(&actions, ends[1])

    // Colours as they are, no pager for a page, and the text stays when it ends.
    let environment = Terminal.environment.merging(["LESS": "FRX", "LV": "-c"]) { given, _ in given }
    var process = pid_t()
    let code = withCStrings(["/bin/sh", "-c", command]) { arguments in
      withCStrings(environment.map { "\($0)=\($1)" }) { variables in
        posix_spawn(&process, "/bin/sh", &actions, nil, arguments, variables)
      }
    }
    close(ends[0])
    guard code == 0 else {
      close(ends[1])
      return false
    }
    // A reader that has seen enough is no failure.
    _ = OutputFile.writeAll(bytes, to: ends[1])
    close(ends[1])
    var status: Int32 = 0
    while waitpid(process, &status, 0) < 0, errno == EINTR {}
    return (status >> 8) & 0xFF != notFound
  }

  /// Calls `body` with the strings as C has them, a null pointer at the end.
  private static func withCStrings<Result>(
    _ strings: [String], _ body: ([UnsafeMutablePointer<CChar>?]) -> Result
  ) -> Result {
    let pointers = strings.map { strdup($0) }
    defer { for pointer in pointers { free(pointer) } }
    return body(pointers + [nil])
  }
}
