#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// How the process ends, the same for every command.
enum Status: Int32 {
  case clean = 0
  case findings = 1
  /// The answer is not known.
  case notDone = 2

  func endProcess() -> Never { exit(rawValue) }
}

/// Thrown by a command that did its work and found something.
struct FindingsFound: Error {}
