import SourceText
import YAMLSyntax

/// Finds what kustomize reads but cannot print. At the end of a build it writes each object down, reads it back, turns it
/// into JSON and that into YAML, and each step refuses something (api/resource/resource.go `AsYAML`, kyaml/yaml
/// `RNode.MarshalJSON`, sigs.k8s.io/yaml).
struct OutputCheck {
  let forest: Forest
  private(set) var errors: [BuildError] = []
  /// Aliases make a small text a large one.
  private var nodesLeft = 1_000_000

  init(forest: Forest) { self.forest = forest }

  /// Adds an error for each place of the object that fails.
  mutating func check(_ root: NodeRef) { check(root, isRoot: true) }

  private mutating func check(_ ref: NodeRef, isRoot: Bool) {
    let node = forest[ref]
    nodesLeft -= 1
    guard node.flags.contains(.needsOutputCheck), nodesLeft > 0, errors.count < 100 else { return }
    switch node.kind {
    case .scalar, .alias: checkScalar(ref, node)
    case .sequence: for item in forest.items(ref) { check(item, isRoot: false) }
    case .mapping:
      if node.flags.contains(.hasRepeatedKey) { checkRepeatedKeys(of: ref) }
      for pair in forest.pairs(ref) {
        checkKey(pair.key, isAtRoot: isRoot)
        check(pair.value, isRoot: false)
      }
    }
  }

  /// The first thing that keeps an object from being printed, nil when nothing does.
  static func firstError(in root: NodeRef, _ forest: Forest) -> BuildError? {
    var check = OutputCheck(forest: forest)
    check.check(root)
    return check.errors.first
  }

  /// The first key of an object that is repeated, which fails where the object goes through JSON.
  static func repeatedKey(in root: NodeRef, _ forest: Forest) -> BuildError? {
    guard forest[root].flags.contains(.needsOutputCheck) else { return nil }
    var check = OutputCheck(forest: forest)
    check.check(root)
    return check.errors.first(where: \.isOfRepeatedKey)
  }

  private mutating func report(_ message: String, _ ref: NodeRef) {
    errors.append(BuildError(kind: .invalidResource, message: message, range: forest.range(ref)))
  }

  private mutating func checkScalar(_ ref: NodeRef, _ node: Node) {
    do throws(ScalarError) { _ = try forest.checkedScalarValue(ref, dialect: .resource) } catch {
      report(error.message, ref)
    }
    if forest.withText(ref, { $0.hasForbiddenCharacter }) {
      report("the value has control characters, which kustomize refuses when it prints the object", ref)
    }
    if node.style == .literal || node.style == .folded, forest.withText(ref, { Self.losesIndentation($0) }) {
      report("the text begins with a tab, which kustomize writes down but cannot read again", ref)
    }
  }

  /// Whether the text is written as a block (a blank before a break and characters that need escapes prevent that), in
  /// which its first tab is taken for indentation.
  private static func losesIndentation(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
    guard text.first == UInt8(ascii: "\t"), text.last != UInt8(ascii: " ") else { return false }
    var previous: UInt8 = 0
    for byte in text {
      if byte == UInt8(ascii: "\n"), previous == UInt8(ascii: " ") { return false }
      if byte < 0x20, byte != UInt8(ascii: "\n"), byte != UInt8(ascii: "\t") { return false }
      if byte >= 0xF0 { return false }
      previous = byte
    }
    return true
  }

  // MARK: Keys

  /// The longest key, in characters of JSON without the quotes.
  private static let keyLimit = 1_022

  private mutating func checkKey(_ key: NodeRef, isAtRoot: Bool) {
    let node = forest[key]
    guard forest.written(key).flags.contains(.needsOutputCheck) || node.kind != .scalar else { return }
    guard node.kind == .scalar else {
      return report("a \(node.kind == .mapping ? "mapping" : "list") is the key, expected a string", key)
    }
    let count = forest.withText(key) { Self.jsonCount($0) }
    if count > Self.keyLimit {
      report("the key has \(count) characters, kustomize takes at most \(Self.keyLimit)", key)
    }
    if forest.withText(key, { $0.hasForbiddenCharacter }) {
      report("the key has control characters, which kustomize refuses when it prints the object", key)
    }
    if node.flags.contains(.omitted) && node.tag == .none || forest.isString(key, dialect: .resource) { return }
    do throws(ScalarError) {
      if try forest.decodedScalarValue(key, dialect: .resource) == .null {
        report("the key is null, expected a string", key)
      } else if !isAtRoot {
        report("the key '\(forest.text(key))' is no string, which kustomize cannot print: put it in quotes", key)
      }
    } catch {
      report(error.message, key)
    }
  }

  /// A changed copy of a mapping may have lost the key that was repeated.
  private mutating func checkRepeatedKeys(of mapping: NodeRef) {
    var first: [String: NodeRef] = [:]
    for pair in forest.writtenPairs(mapping) {
      let text = forest.text(pair.key)
      guard let earlier = first.updateValue(pair.key, forKey: text) else { continue }
      errors.append(
        BuildError(
          kind: .invalidResource, message: "mapping key '\(text)' is already defined", range: forest.range(pair.key),
          related: forest.range(earlier)))
    }
  }

  /// Characters of the text in the JSON of Go's encoder.
  private static func jsonCount(_ text: UnsafeBufferPointer<UInt8>) -> Int {
    text.reduce(0) { count, byte in
      switch byte {
      case 0x08, 0x09, 0x0A, 0x0C, 0x0D, 0x22, 0x5C: count + 2
      case 0..<0x20, 0x3C, 0x3E, 0x26: count + 6
      case 0x80..<0xC0: count
      default: count + 1
      }
    }
  }
}

extension BuildError {
  /// An error of a scalar or a key names no second place.
  fileprivate var isOfRepeatedKey: Bool { related != nil }
}
