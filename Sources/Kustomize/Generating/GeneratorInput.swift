import Manifests
import SourceText
import SourceTrees

/// The data of one generator: environment files, then literals, then files (api/kv/kv.go).
struct GeneratorInput {
  let kind: GeneratedKind
  let directory: String
  let artifactRoot: String
  private(set) var data: [Entry] = []
  /// What is no UTF-8 in a ConfigMap, in base64.
  private(set) var binaryData: [Entry] = []
  /// Something is decrypted with SOPS before it is read: keys are known, values are not.
  private(set) var isDecrypted = false
  /// What is encrypted with SOPS, in the order read.
  private(set) var encrypted: [EncryptedInput] = []
  /// Whether an error was reported, or something has to be fetched.
  private(set) var isFailed = false
  /// Where each key was given.
  private var keys: [String: SourceRange] = [:]
  /// Bytes of all keys and values.
  private var byteCount = 0

  /// Far more than an API server takes (1 MiB, `MaxSecretSize` of kubernetes/api `core/v1/types.go`): patches may still
  /// take some of it away.
  private static let byteLimit = 16 << 20

  private var isTooLarge: Bool { byteCount > Self.byteLimit }

  struct Entry {
    var key: String
    var value: SourcedText
  }

  init(kind: GeneratedKind, directory: String, artifactRoot: String) {
    self.kind = kind
    self.directory = directory
    self.artifactRoot = artifactRoot
  }

  mutating func read(_ entry: GeneratorEntry, in engine: KustomizeEngine, _ report: inout BuildReport) {
    for path in entry.envs where !isTooLarge {
      guard let bytes = contents(of: path.text, at: path.range, in: engine, &report) else { continue }
      addEnvironment(bytes, of: path, in: engine, &report)
    }
    for literal in entry.literals { add(literal, &report) }
    for file in entry.files where !isTooLarge {
      guard let (key, path) = Self.split(file.text) else {
        fail("'\(file.text)' is no file, expected 'path' or 'key=path'", at: file.range, &report)
        continue
      }
      guard let bytes = contents(of: path, at: file.range, in: engine, &report) else { continue }
      // One that is not decrypted for its name is decrypted in the Secret.
      if SOPS.isEncrypted(bytes) { note(path, isDecryptable: kind == .secret, at: file.range, in: engine) }
      add(key, bytes, at: file.range, &report)
    }
  }

  private mutating func note(
    _ path: String, isDecryptable: Bool, at range: SourceRange, in engine: KustomizeEngine
  ) {
    if isDecryptable, engine.decrypts { isDecrypted = true }
    encrypted.append(
      EncryptedInput(path: path, kind: kind.rawValue, isDecryptable: isDecryptable, range: range))
  }

  private mutating func fail(
    _ message: String, at range: SourceRange, _ report: inout BuildReport, kind: BuildError.Kind = .other,
    places: [BuildError.Place] = []
  ) {
    isFailed = true
    report.add(BuildError(kind: kind, message: message, range: range, places: places))
  }

  private mutating func contents(
    of path: String, at range: SourceRange, in engine: KustomizeEngine, _ report: inout BuildReport
  ) -> [UInt8]? {
    if let remote = RemoteClassifier.file(path) {
      let field = kind == .configMap ? "configMapGenerator" : "secretGenerator"
      report.remotes.append(
        RemoteReference(kind: remote.kind, url: path, ref: remote.ref, field: field, range: range))
      isFailed = true
      return nil
    }
    switch engine.resolve(path, from: directory, artifactRoot: artifactRoot) {
    case .file(let path):
      do throws(SourceTreeError) {
        let bytes = try engine.sources.contents(at: path)
        if StandIn(bytes) == .gitLFSPointer {
          report.leftOut.append(LeftOut(kind: .content, name: path, range: range))
        }
        return bytes
      } catch {
        fail(KustomizeEngine.message(for: error), at: range, &report)
      }
    case .directory: fail("'\(path)' is a directory, expected a file", at: range, &report, kind: .fileMissing)
    case .submodule(let submodule):
      isFailed = true
      report.notBuilt.append(NotBuilt(submodule: submodule, range: range))
    case .error(let kind, let message): fail(message, at: range, &report, kind: kind)
    }
    return nil
  }

  // MARK: Values

  private mutating func add(
    _ key: String, _ value: some Collection<UInt8>, at range: SourceRange, _ report: inout BuildReport
  ) {
    byteCount += key.utf8.count + value.count
    guard !isTooLarge else {
      return fail(
        "the generator has more than \(Self.byteLimit >> 20) MiB of data, and a \(kind.rawValue) holds 1 MiB at most",
        at: range, &report)
    }
    if let first = keys.updateValue(range, forKey: key) {
      // An environment file with a key twice is one place.
      let places = first == range ? [] : [BuildError.Place(first, "given here first")]
      return fail("the key '\(key)' is in the generator twice", at: range, &report, places: places)
    }
    let text = String(validating: value, as: UTF8.self)
    switch (kind, text) {
    case (.configMap, let text?): data.append(Entry(key: key, value: SourcedText(text: text, range: range)))
    case (.configMap, nil):
      binaryData.append(Entry(key: key, value: SourcedText(text: Base64.encode(value), range: range)))
    case (.secret, _): data.append(Entry(key: key, value: SourcedText(text: Base64.encode(value), range: range)))
    }
  }

  /// `key=value`; one pair of quotes around the value is taken off.
  private mutating func add(_ literal: SourcedText, _ report: inout BuildReport) {
    let bytes = Array(literal.text.utf8)
    guard let equals = bytes.firstIndex(of: 0x3D), equals > 0 else {
      fail("'\(literal.text)' is no literal, expected 'key=value'", at: literal.range, &report)
      return
    }
    var value = bytes[(equals + 1)...]
    if value.count >= 2, let quote = value.first, quote == value.last, quote == 0x22 || quote == 0x27 {
      value = value.dropFirst().dropLast()
    }
    add(String(decoding: bytes[..<equals], as: UTF8.self), value, at: literal.range, &report)
  }

  /// The key of a file and its path; nil for a text that says neither.
  private static func split(_ text: String) -> (key: String, path: String)? {
    let parts = text.utf8.split(separator: UInt8(ascii: "="), omittingEmptySubsequences: false)
    switch parts.count {
    case 1: return (RelativePath.name(of: text), text)
    case 2 where !parts[0].isEmpty && !parts[1].isEmpty:
      return (String(Substring(parts[0])), String(Substring(parts[1])))
    default: return nil
    }
  }

  /// Lines `key=value`; nothing is unquoted. A key without `=` has an empty value.
  private mutating func addEnvironment(
    _ bytes: [UInt8], of path: SourcedText, in engine: KustomizeEngine, _ report: inout BuildReport
  ) {
    let range = path.range
    var isDecrypted = false
    if SOPS.isEncrypted(bytes) {
      let isDecryptable = kind == .secret && SOPS.isEncrypted(bytes, asEnvironmentFile: path.text)
      note(path.text, isDecryptable: isDecryptable, at: range, in: engine)
      isDecrypted = isDecryptable && engine.decrypts
    }
    var rest = bytes[...]
    if rest.starts(with: [0xEF, 0xBB, 0xBF]) { rest = rest.dropFirst(3) }
    for line in rest.split(separator: 0x0A, omittingEmptySubsequences: true) {
      // Upstream's line reader stops here without a word.
      if line.count > 65_536 { break }
      var line = line
      if line.last == 0x0D { line = line.dropLast() }
      line = line.drop { $0 == 0x20 || (0x09...0x0D).contains($0) }
      guard let first = line.first, first != 0x23 else { continue }
      guard String(validating: line, as: UTF8.self) != nil else {
        fail("a line of the environment file is no UTF-8", at: range, &report)
        return
      }
      let equals = line.firstIndex(of: 0x3D) ?? line.endIndex
      let key = String(decoding: line[..<equals], as: UTF8.self)
      if key.isEmpty || isDecrypted && key.hasPrefix("sops_") { continue }
      add(key, line[equals...].dropFirst(), at: range, &report)
    }
  }
}

/// Marks of files that SOPS encrypted, as kustomize-controller looks for them (`internal/decryptor/decryptor.go`).
enum SOPS {
  /// Whether a file has the mark of any format.
  static func isEncrypted(_ bytes: [UInt8]) -> Bool {
    Format.allCases.contains { contains($0.mark, in: bytes) }
  }

  /// Whether an environment file has the mark of the format that its name stands for: another one is not looked for.
  static func isEncrypted(_ bytes: [UInt8], asEnvironmentFile path: String) -> Bool {
    let format: Format =
      if path.hasSuffix(".yaml") || path.hasSuffix(".yml") { .yaml } else if path.hasSuffix(".json") {
        .json
      } else if path.hasSuffix(".ini") { .ini } else { .dotenv }
    return contains(format.mark, in: bytes)
  }

  private enum Format: CaseIterable {
    case yaml, json, dotenv, ini

    var mark: [UInt8] {
      switch self {
      case .yaml: Array("mac: ENC[".utf8)
      case .json: Array("\"mac\": \"ENC[".utf8)
      case .dotenv: Array("sops_mac=ENC[".utf8)
      case .ini: Array("[sops]".utf8)
      }
    }
  }

  private static func contains(_ needle: [UInt8], in bytes: [UInt8]) -> Bool {
    guard let first = needle.first, bytes.count >= needle.count else { return false }
    return bytes.withUnsafeBufferPointer { buffer in
      var start = 0
      while let found = buffer[start...].firstIndex(of: first) {
        if buffer[found...].starts(with: needle) { return true }
        start = found + 1
      }
      return false
    }
  }
}

/// Base64 as kyaml writes it (kyaml/yaml/datamap.go): long text is broken after every 70 characters.
enum Base64 {
  static func encode(_ bytes: some Collection<UInt8>) -> String {
    var result: [UInt8] = []
    result.reserveCapacity(bytes.count / 3 * 4 + 4)
    var iterator = bytes.makeIterator()
    while let first = iterator.next() {
      let second = iterator.next()
      let third = iterator.next()
      let bits = UInt32(first) << 16 | UInt32(second ?? 0) << 8 | UInt32(third ?? 0)
      result.append(alphabet[Int(bits >> 18 & 63)])
      result.append(alphabet[Int(bits >> 12 & 63)])
      result.append(second == nil ? 0x3D : alphabet[Int(bits >> 6 & 63)])
      result.append(third == nil ? 0x3D : alphabet[Int(bits & 63)])
    }
    guard result.count >= lineLength else { return String(decoding: result, as: UTF8.self) }
    var broken: [UInt8] = []
    for start in stride(from: 0, to: result.count, by: lineLength) {
      broken += result[start..<min(start + lineLength, result.count)]
      broken.append(0x0A)
    }
    return String(decoding: broken, as: UTF8.self)
  }

  private static let lineLength = 70
  private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
}
