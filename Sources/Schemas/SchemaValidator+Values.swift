import ScalarFormats
import SourceText
import TextMatching
import YAMLSyntax

extension SchemaValidator {
  mutating func wrongType(_ ref: NodeRef, _ schema: Schema) {
    var help: String?
    let isScalar = forest.kind(ref) == .scalar
    let isMendedByQuotes = isScalar && schema.kind == .string && isAllowed(forest.text(ref), schema.limits)
    if isMendedByQuotes, !isNull(ref, forest[ref]) {
      help = hides(ref) ? "quote it" : "quote it: \"\(forest.text(ref))\""
    } else if isScalar, schema.kind == .string, !hides(ref), let pattern = schema.limits.pattern {
      // A number in place of a duration: what a string of it lacks.
      help = Self.patternWords(pattern, forest.text(ref)).1
    }
    if subject.keepsExpressions, isScalar, isUnknown(ref, forest[ref]) {
      help = "no variable is substituted in this object: write the value itself"
    }
    if isScalar, !hides(ref), case .string(let text) = forest.scalarValue(ref, dialect: .resource) {
      switch schema.kind {
      case .integer, .number: if Double(text) != nil { help = "write \(text) without quotes" }
      case .boolean:
        switch text {
        case "true", "false": help = "write \(text) without quotes"
        case "yes", "on": help = "write true"
        case "no", "off": help = "write false"
        default: break
        }
      default: break
      }
    }
    report(
      .type, forest.range(ref), node: ref, "\(fieldName) is \(words(ref)), but \(schema.kind.words) is expected",
      help: help, wantsString: schema.kind == .string)
    violations[violations.count - 1].isMendedByQuotes = isMendedByQuotes
  }

  /// Whether a text would do as it is, as far as anybody can say.
  private func isAllowed(_ text: String, _ limits: Schema.Limits) -> Bool {
    if !limits.allowed.isEmpty, !limits.allowed.contains(.string(text)) { return false }
    if let format = limits.format, lacking(format, text) != nil { return false }
    return limits.pattern.map { caches.matches($0, text) != false } ?? true
  }

  mutating func missing(_ name: String, _ ref: NodeRef) {
    let field = (fields + [name]).fieldText
    report(
      .required, container, node: nil, "'\(field)' is required, and \(subject.kind) has none here", last: name,
      label: "'\(name)' is missing", help: "add '\(name)'")
  }

  mutating func unknownField(_ pair: Forest.Pair, _ schema: Schema) {
    let name = shownKey(pair.key)
    let place = fields.dropLast().map { $0 }
    let owner = place.isEmpty ? subject.kind : "'\(Array(place).fieldText)' of \(subject.kind)"
    let names = schema.fields.map(\.name)
    let near = Suggestion.nearest(to: name, in: names)
    report(
      .unknownField, forest.range(pair.key), node: pair.value, "\(owner) has no field '\(name)'",
      help: near.map { "did you mean '\($0)'?" }, outcome: subject.isBuiltIn ? .dropped : .refused)
    violations[violations.count - 1].isSlip = Self.isSlip(name, near)
  }

  mutating func tooFew(_ ref: NodeRef, _ count: Int, _ least: Int, _ what: Countable, at range: SourceRange? = nil) {
    let verb = least == 1 ? "is" : "are"
    report(
      .length, range ?? container, node: ref,
      "\(fieldName) has \(Self.counted(count, what)), but at least \(Self.counted(least, what)) \(verb) expected")
  }

  mutating func tooMany(_ ref: NodeRef, _ count: Int, _ most: Int, _ what: Countable, at range: SourceRange? = nil) {
    let verb = most == 1 ? "is" : "are"
    report(
      .length, range ?? container, node: ref,
      "\(fieldName) has \(Self.counted(count, what)), but at most \(Self.counted(most, what)) \(verb) allowed")
  }

  // MARK: Scalars

  mutating func checkScalar(_ ref: NodeRef, _ schema: Schema) {
    let limits = schema.limits
    let value = forest.scalarValue(ref, dialect: .resource)
    let range = forest.range(ref)
    // An empty string of a built-in kind is the zero value, in whose place a default comes.
    if !limits.allowed.isEmpty, !limits.allowed.contains(value), !(subject.isBuiltIn && value == .string("")) {
      notAllowed(ref, limits.allowed)
    }
    switch value {
    case .string(let text):
      // Whoever is told what is allowed needs no pattern.
      if let pattern = limits.pattern {
        switch caches.matches(pattern, text) {
        case true?: break
        case false?:
          let (words, help) = Self.patternWords(pattern, text)
          report(
            .pattern, range, node: ref, "\(fieldName) is \(shown(ref)), but \(words)", help: hides(ref) ? nil : help)
        case nil:
          let failure = caches.failure(of: pattern)
          if let place = limits.patternPlace, let failure, !failure.isLimit {
            reportDefinition(place, ValidatorCaches.words(pattern, subject.kind, failure))
            break
          }
          leaveOpen("pattern '\(Self.shortened(pattern))' in the schema of \(subject.kind) cannot be read", range)
        }
      }
      if limits.minLength != nil || limits.maxLength != nil {
        let count = text.unicodeScalars.count
        if let least = limits.minLength, count < least { tooFew(ref, count, least, .characters, at: range) }
        if let most = limits.maxLength, count > most { tooMany(ref, count, most, .characters, at: range) }
      }
      if let format = limits.format, let (words, isOfName) = lacking(format, text) {
        var problem = subject.isSecret && hides(ref) ? "is not \(words)" : "is \(shown(ref)), but \(words) is expected"
        var help: String?
        // A date without quotes is a time once it is built.
        if !hides(ref), forest[ref].style == .plain, text != forest.text(ref) {
          problem = "is '\(Self.shortened(text))' once it is built, but \(words) is expected"
          if lacking(format, forest.text(ref)) == nil { help = "quote it: \"\(forest.text(ref))\"" }
        }
        report(isOfName ? .pattern : .format, range, node: ref, "\(fieldName) \(problem)", help: help)
      }
      if schema.kind == .quantity, Quantity(text) == nil {
        report(
          .format, range, node: ref,
          "\(fieldName) is \(shown(ref)), but a quantity such as '500m' or '1Gi' is expected")
      }
    case .integer(let number):
      if limits.format == "int32", Int32(exactly: number) == nil {
        report(.range, range, node: ref, "\(fieldName) is \(shownNumber(ref)), which does not fit into 32 bits")
      } else {
        checkRange(ref, Double(number), limits)
      }
    case .unsigned(let number):
      if limits.format == "int32" || limits.format == "int64" {
        report(.range, range, node: ref, "\(fieldName) is \(shownNumber(ref)), which is too large")
      } else {
        checkRange(ref, Double(number), limits)
      }
    case .float(let number): checkRange(ref, number, limits)
    case .null, .boolean: break
    }
  }

  private mutating func checkRange(_ ref: NodeRef, _ number: Double, _ limits: Schema.Limits) {
    let text = shownNumber(ref)
    if let least = limits.minimum, limits.isMinimumExcluded ? number <= least : number < least {
      let words = limits.isMinimumExcluded ? "more than" : "at least"
      report(
        .range, forest.range(ref), node: ref, "\(fieldName) is \(text), but \(words) \(Self.text(least)) is expected")
    }
    if let most = limits.maximum, limits.isMaximumExcluded ? number >= most : number > most {
      let words = limits.isMaximumExcluded ? "less than" : "at most"
      report(
        .range, forest.range(ref), node: ref, "\(fieldName) is \(text), but \(words) \(Self.text(most)) is expected")
    }
    if let step = limits.multipleOf, step > 0, !Self.isMultiple(number, of: step) {
      report(
        .range, forest.range(ref), node: ref,
        "\(fieldName) is \(text), but a multiple of \(Self.text(step)) is expected")
    }
  }

  /// As k8s.io/kube-openapi counts, for which 0.3 is a multiple of 0.1.
  private static func isMultiple(_ number: Double, of step: Double) -> Bool {
    let quotient = step < 1 ? 1 / step * number : number / step
    return abs(quotient - quotient.rounded()) <= 1e-9 * max(1, abs(quotient))
  }

  private static func text(_ number: Double) -> String { Int64(exactly: number).map { "\($0)" } ?? "\(number)" }

  private mutating func notAllowed(_ ref: NodeRef, _ allowed: [ScalarValue]) {
    let names = allowed.map { value -> String in
      switch value {
      case .string(let text): text
      case .integer(let number): "\(number)"
      case .boolean(let value): "\(value)"
      case .float(let number): "\(number)"
      case .unsigned(let number): "\(number)"
      case .null: "null"
      }
    }
    let quoted = names.map { "'\($0)'" }
    let list =
      quoted.count == 1 ? quoted[0] : quoted.dropLast().joined(separator: ", ") + " or " + (quoted.last ?? "")
    let text = forest.text(ref)
    let near =
      names.first { $0.lowercased() == text.lowercased() } ?? Suggestion.nearest(to: text, in: names)
    report(
      .allowed, forest.range(ref), node: ref, "\(fieldName) is \(shown(ref)), but \(list) is expected",
      help: hides(ref) ? nil : near.map { "did you mean '\($0)'?" })
    violations[violations.count - 1].isSlip = Self.isSlip(text, near)
  }

  private static func isSlip(_ text: String, _ near: String?) -> Bool {
    near.map { $0.lowercased() == text.lowercased() || Suggestion.isSlip(between: text, and: $0) } ?? false
  }

  // MARK: Forms

  /// A pattern in words, and what to write instead.
  private static func patternWords(_ pattern: String, _ text: String) -> (String, String?) {
    if pattern.contains("(ms|s|m|h)") {
      let days = text.hasSuffix("d") ? Int(text.dropLast()) : nil
      let words = text.split(separator: " ")
      var help: String?
      if let days {
        help = "write \(days * 24)h: there is no unit for days"
      } else if words.count == 2, let unit = words[1].first, "hms".contains(unit), Int(words[0]) != nil {
        help = "write \(words[0])\(unit)"
      } else if Int(text) != nil {
        help = "write '\(text)s': a duration has a unit"
      }
      return ("a duration such as '30s', '5m' or '1h30m' is expected", help)
    }
    if pattern.contains("(ms|s|m)") {
      let hours = text.hasSuffix("h") ? Int(text.dropLast()) : nil
      return (
        "a duration in minutes or seconds such as '60s' or '5m' is expected",
        hours.map { "write \($0 * 60)m: this field takes no hours" }
          ?? (Int(text) != nil ? "write '\(text)s': a duration has a unit" : nil)
      )
    }
    if pattern.hasPrefix("^(http|https|ssh)://") {
      var help: String?
      // git@host:path, the short form that only git itself knows.
      if let at = text.firstIndex(of: "@"), let colon = text[at...].firstIndex(of: ":"), !text.contains("://") {
        help = "write ssh://\(text[..<colon])/\(text[text.index(after: colon)...])"
      }
      return ("a URL that begins with 'http://', 'https://' or 'ssh://' is expected", help)
    }
    if pattern.hasPrefix("^(http|https|oci)://") {
      return ("a URL that begins with 'http://', 'https://' or 'oci://' is expected", nil)
    }
    if pattern.hasPrefix("^(http|https)://") {
      return ("a URL that begins with 'http://' or 'https://' is expected", nil)
    }
    if pattern.hasPrefix("^oci://") { return ("a URL that begins with 'oci://' is expected", nil) }
    return ("a text that matches '\(pattern)' is expected", nil)
  }

  /// What built-in kinds want beyond the formats of definitions, in words; the API server says it once an object is
  /// decoded, by code of its own.
  private static let namedForms = [
    "k8s-short-name": "a name of at most 63 small letters, digits and '-'",
    "port-name": "a number, or the name of a port, which has a letter,",
    "cron": "a schedule of five fields such as '*/10 * * * *'",
    "percent": "a number, or a percentage such as '25%'",
  ]

  /// What a format asks for, in words, and whether that is no matter of the type; nil for a text that has the format.
  /// Whoever writes a definition may call a format anything: what is not known says nothing.
  func lacking(_ format: String, _ text: String) -> (words: String, isOfName: Bool)? {
    if subject.isBuiltIn, let words = Self.namedForms[format] { return Self.has(format, text) ? nil : (words, true) }
    guard let known = SchemaFormat(format) else { return nil }
    // Decoding passes over line breaks.
    let isGood = subject.isBuiltIn && known == .byte ? Self.isBase64(text) : known.takes(text)
    return isGood ? nil : (known.words, false)
  }

  private static func has(_ form: String, _ text: String) -> Bool {
    switch form {
    case "k8s-short-name": NameFormat.dns1123Label.problems(text).isEmpty
    case "port-name": text.isEmpty || isPortName(text)
    case "cron": CronSchedule.isValid(text)
    default: text.last == "%" && text.count > 1 && text.dropLast().utf8.allSatisfy { (48...57).contains($0) }
    }
  }

  /// `IsValidPortName` of k8s.io/apimachinery.
  private static func isPortName(_ text: String) -> Bool {
    text.utf8.count <= 15 && NameFormat.dns1123Label.problems(text).isEmpty && !text.utf8.contains(subsequence: "--")
      && text.utf8.contains { $0 > 57 }
  }

  /// Go's decoder passes over line breaks.
  static func isBase64(_ text: String) -> Bool {
    let clean = text.utf8.filter { $0 != 10 && $0 != 13 }
    return clean.count % 4 == 0 && Base64.decode(String(decoding: clean, as: UTF8.self)) != nil
  }

  // MARK: Lists

  mutating func checkDuplicates(_ items: [NodeRef], _ schema: Schema) {
    var seen: Set<[ScalarValue]> = []
    for (index, item) in items.enumerated() {
      guard let key = key(of: item, schema), !seen.insert(key).inserted else { continue }
      let names = zip(schema.keys, key).map { "\($0) '\(Self.text($1))'" }.joined(separator: " and ")
      let what =
        forest.isWritten(item, at: subject.secrets)
        ? "an entry" : schema.list == .set ? "'\(key.first.map(Self.text) ?? "")'" : "an entry with \(names)"
      let owner = fieldName
      push(index, item)
      report(
        .duplicate, container, node: item, "\(owner) has \(what) more than once", help: "keep one of them")
      pop()
    }
  }

  private static func text(_ value: ScalarValue) -> String {
    switch value {
    case .string(let text): text
    case .integer(let number): "\(number)"
    case .unsigned(let number): "\(number)"
    case .float(let number): "\(number)"
    case .boolean(let value): "\(value)"
    case .null: ""
    }
  }

  /// What must be different in every entry; nil when it is not known or not comparable.
  private func key(of item: NodeRef, _ schema: Schema) -> [ScalarValue]? {
    let node = forest[item]
    if schema.list == .set {
      guard node.kind == .scalar, !isUnknown(item, node) else { return nil }
      let value = forest.scalarValue(item, dialect: .resource)
      return [subject.isBuiltIn && value == .null ? .string("") : value]
    }
    guard node.kind == .mapping else { return nil }
    var key: [ScalarValue] = []
    for name in schema.keys {
      guard let value = forest.value(item, key: name), !isNull(value, forest[value]) else {
        guard let text = schema.items?.field(name)?.schema.limits.defaultText else { return nil }
        key.append(Self.scalar(json: text))
        continue
      }
      guard forest.kind(value) == .scalar, !isUnknown(value, forest[value]) else { return nil }
      key.append(forest.scalarValue(value, dialect: .resource))
    }
    return key
  }

  private static func scalar(json: String) -> ScalarValue {
    if json.first == "\"" { return .string(String(json.dropFirst().dropLast())) }
    return Int64(json).map { .integer($0) } ?? .boolean(json == "true")
  }
}
