import Commands
import Synchronization

#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  @preconcurrency import Glibc
#endif

/// A line at the terminal that says what is being done, for work that takes longer than a moment. It is taken away again.
final class Progress: Sendable {
  private struct State {
    var step = ""
    var isShown = false
    var isOver = false
  }

  /// Nothing is shown before, in microseconds.
  private static let delay: UInt32 = 500_000
  private static let interval: UInt32 = 100_000

  private let state = Mutex(State())

  /// - Returns: nil where nobody would see it.
  static func start(isWanted: Bool) -> Progress? {
    guard isWanted, Terminal.isInteractive(.talk), Terminal.environment["TERM"] != "dumb" else { return nil }
    let progress = Progress()
    // A thread of its own: the work has all those of the language's pool.
    #if canImport(Darwin)
      var thread: pthread_t?
    #else
      var thread = pthread_t()
    #endif
    let context = Unmanaged.passRetained(progress)
    let code = pthread_create(
      &thread, nil,
      { context in
        #if canImport(Darwin)
          let opaque = context
        #else
          guard let opaque = context else { return nil }
        #endif
        Unmanaged<Progress>.fromOpaque(opaque).takeRetainedValue().show()
        return nil
      }, context.toOpaque())
    if code != 0 {
      context.release()
      return nil
    }
    #if canImport(Darwin)
      if let thread { pthread_detach(thread) }
    #else
      pthread_detach(thread)
    #endif
    return progress
  }

  func show(_ step: String) { state.withLock { $0.step = step } }

  /// Takes the line away; nothing is shown afterwards.
  func stop() {
    state.withLock { state in
      if state.isShown { Terminal.writeTalk(Self.line("")) }
      state.isShown = false
      state.isOver = true
    }
  }

  /// Takes the place of what the line held; all of `text` is our own.
  private static func line(_ text: String) -> Document { Document(data: "\r\u{1B}[K" + text) }

  private func show() {
    usleep(Self.delay)
    var shown: String?
    while true {
      let isOver = state.withLock { state in
        if !state.isOver, !state.step.isEmpty, shown != state.step {
          Terminal.writeTalk(Self.line("\(ProgramName.current): \(state.step) ..."))
          shown = state.step
          state.isShown = true
        }
        return state.isOver
      }
      if isOver { return }
      usleep(Self.interval)
    }
  }
}
