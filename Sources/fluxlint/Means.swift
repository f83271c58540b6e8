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

  /// What is missing, in the words of the system; nil when nothing is.
  static func shortage() -> String? {
    if let code = descriptorShortage() { return "cannot open files: \(text(code))" }
    if let code = threadShortage() { return "cannot start a thread: \(text(code))" }
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

  private static func threadShortage() -> CInt? {
    #if canImport(Darwin)
      var thread: pthread_t?
      let code = pthread_create(&thread, nil, { _ in nil }, nil)
      if code == 0, let thread { pthread_join(thread, nil) }
    #else
      var thread = pthread_t()
      let code = pthread_create(&thread, nil, { _ in nil }, nil)
      if code == 0 { pthread_join(thread, nil) }
    #endif
    return code == 0 ? nil : code
  }
}
