internal import CLibGit2

/// The one door to libgit2: starts it, calls it, and turns its codes into errors.
enum LibGit2 {
  /// Started on first use, since it costs more than the rest of a small run (see docs/adr/0001-libgit2.md), and never
  /// stopped: handles may live as long as the process.
  private static let startCode: CInt = {
    let code = git_libgit2_init()
    guard code >= 0 else { return code }
    let skipped = fluxlint_git_verify_hashes(0)
    return skipped >= 0 ? fluxlint_git_accept_harmless_extensions() : skipped
  }()

  /// Has objects hashed again while `body` runs, on whatever thread they are read.
  ///
  /// For all objects of a check that costs as much as reading them. It is worth it where objects name each other and are
  /// followed to an end: a tag or commit under a wrong id can lead back to itself.
  static func verifyingHashes<Result: ~Copyable>(_ body: () throws(GitError) -> Result) throws(GitError) -> Result {
    try call("verify objects") { fluxlint_git_verify_hashes(1) }
    defer { _ = fluxlint_git_verify_hashes(0) }
    return try body()
  }

  /// Calls libgit2, starting it if need be.
  ///
  /// - Parameters:
  ///   - task: What the call is for, to be read after "cannot".
  ///   - function: Gives libgit2's return code.
  /// - Returns: The code, which is not negative.
  /// - Throws: `GitError.library` with the message that libgit2 keeps for this thread.
  @discardableResult
  static func call(_ task: @autoclosure () -> String, _ function: () -> CInt) throws(GitError) -> CInt {
    guard startCode >= 0 else { throw failure(task(), startCode) }
    let code = function()
    guard code >= 0 else { throw failure(task(), code) }
    return code
  }

  private static func failure(_ task: String, _ code: CInt) -> GitError {
    let message = git_error_last().flatMap { $0.pointee.message }.map { String(cString: $0) } ?? "no reason given"
    return .library(LibraryFailure(task: task, code: code, message: message))
  }
}

/// What a handle stands for, and how it is given back.
protocol HandleKind {
  static func release(_ pointer: OpaquePointer)
}

/// An object of libgit2, given back when the value goes away. Used by one thread at a time.
struct Handle<Kind: HandleKind>: ~Copyable {
  let pointer: OpaquePointer

  /// - Parameter make: A function of libgit2 that stores a new object, and its return code.
  init(_ task: @autoclosure () -> String, _ make: (UnsafeMutablePointer<OpaquePointer?>) -> CInt) throws(GitError) {
    var made: OpaquePointer?
    try LibGit2.call(task()) { make(&made) }
    guard let made else { throw .library(LibraryFailure(task: task(), code: -1, message: "nothing was returned")) }
    pointer = made
  }

  deinit { Kind.release(pointer) }
}

enum RepositoryKind: HandleKind {
  static func release(_ pointer: OpaquePointer) { git_repository_free(pointer) }
}
enum IndexKind: HandleKind {
  static func release(_ pointer: OpaquePointer) { git_index_free(pointer) }
}
enum ObjectDatabaseKind: HandleKind {
  static func release(_ pointer: OpaquePointer) { git_odb_free(pointer) }
}
enum RawObjectKind: HandleKind {
  static func release(_ pointer: OpaquePointer) { git_odb_object_free(pointer) }
}
enum ObjectKind: HandleKind {
  static func release(_ pointer: OpaquePointer) { git_object_free(pointer) }
}
enum TreeKind: HandleKind {
  static func release(_ pointer: OpaquePointer) { git_tree_free(pointer) }
}
enum ReferenceKind: HandleKind {
  static func release(_ pointer: OpaquePointer) { git_reference_free(pointer) }
}
enum ConfigKind: HandleKind {
  static func release(_ pointer: OpaquePointer) { git_config_free(pointer) }
}

/// An object id of 40 hexadecimal digits.
func hexadecimal(_ id: UnsafePointer<git_oid>) -> String {
  let length = 40
  return String(unsafeUninitializedCapacity: length) { buffer in
    buffer.withMemoryRebound(to: CChar.self) { _ = git_oid_nfmt($0.baseAddress, length, id) }
    return length
  }
}
