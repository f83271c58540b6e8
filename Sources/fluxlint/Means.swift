#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// What the process needs of the system besides memory. The run-time libraries wait for ever for a thread that they do
/// not get, and crash without a descriptor, so it is asked for before they do.
enum Means {
  /// Descriptors that the libraries and two workers have open at once.
  private static let descriptorCount = 8
  /// Threads beside the first: two workers, one that wakes them, and one that is made while another still ends.
  private static let threadCount = 4

  /// What is missing, in the words of the system; nil when nothing is.
  static func shortage() -> String? {
    if let code = descriptorShortage() { return "cannot open files: \(text(code))" }
    if let code = shortage(ofThreads: threadCount) { return "cannot start a thread: \(text(code))" }
    return nil
  }

  private static func text(_ code: CInt) -> String { String(cString: strerror(code)).lowercased() }

  private static func descriptorShortage() -> CInt? {
    var opened: [CInt] = []
    defer { for descriptor in opened { close(descriptor) } }
    for _ in 0..<descriptorCount {
      let descriptor = open("/", O_RDONLY | O_CLOEXEC)
      guard descriptor >= 0 else { return errno }
      opened.append(descriptor)
    }
    return nil
  }

  /// Has the threads all at once: each starts the next and waits for it.
  private static func shortage(ofThreads count: Int) -> CInt? {
    guard count > 0 else { return nil }
    var result: UnsafeMutableRawPointer?
    #if canImport(Darwin)
      var thread: pthread_t?
    #else
      var thread = pthread_t()
    #endif
    let code = pthread_create(
      &thread, nil,
      { rest in
        let code = Means.shortage(ofThreads: Int(bitPattern: rest))
        return UnsafeMutableRawPointer(bitPattern: Int(code ?? 0))
      }, UnsafeMutableRawPointer(bitPattern: count - 1))
    guard code == 0 else { return code }
    #if canImport(Darwin)
      if let thread { pthread_join(thread, &result) }
    #else
      pthread_join(thread, &result)
    #endif
    return result.map { CInt(truncatingIfNeeded: Int(bitPattern: $0)) }
  }
}
