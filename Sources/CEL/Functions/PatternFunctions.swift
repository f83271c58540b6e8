import TextMatching

/// Functions with regular expressions (RE2).
extension Evaluator {
  private mutating func prepared(_ pattern: Value, for text: Value) -> Result<LinearRegex, Failure> {
    guard let source = string(pattern) else { return .failure(Failure("a pattern must be a string")) }
    do throws(LinearRegex.Failure) {
      let regex = try self.pattern(source)
      var length = 0
      withText(text) { length = $0.count }
      if case .failure(let spent) = charge((length + 16) * regex.weight / 256) { return .failure(spent) }
      return .success(regex)
    } catch {
      return .failure(Failure("'\(source)' is no regular expression: \(error.reason)"))
    }
  }

  mutating func matches(_ text: Value, _ pattern: Value) -> Value {
    switch prepared(pattern, for: text) {
    case .failure(let failure): return .failure(failure)
    case .success(let regex): return .bool(matches(text, regex))
    }
  }

  func matches(_ text: Value, _ regex: LinearRegex) -> Bool {
    var result = false
    withText(text) { result = regex.matchesPart($0) }
    return result
  }

  mutating func pattern(_ function: Builtin, _ arguments: Arguments) -> Value {
    guard let text = string(arguments.first) else { return noOverload(function.rawValue, arguments.values) }
    switch prepared(arguments.second, for: arguments.first) {
    case .failure(let failure): return .failure(failure)
    case .success(let regex):
      switch function {
      case .find: return find(regex, text)
      case .findAll: return findAll(regex, text, arguments)
      case .regexReplace: return replace(regex, text, arguments)
      default: return extract(regex, text, isAll: function == .regexExtractAll)
      }
    }
  }

  private func find(_ regex: LinearRegex, _ text: String) -> Value {
    var copy = text
    return copy.withUTF8 { bytes in
      guard let match = regex.firstMatch(in: bytes) else { return .string("") }
      return .string(String(decoding: bytes[match.range], as: UTF8.self))
    }
  }

  private mutating func findAll(_ regex: LinearRegex, _ text: String, _ arguments: Arguments) -> Value {
    var limit = Int.max
    if arguments.count == 3 {
      guard case .int(let given) = arguments.third else { return noOverload("findAll", arguments.values) }
      if given >= 0 { limit = Int(given) }
    }
    var copy = text
    let found = copy.withUTF8 { bytes in
      regex.matches(in: bytes, limit: limit).map { Value.string(String(decoding: bytes[$0.range], as: UTF8.self)) }
    }
    return charge(found.count) ?? .list(found)
  }

  /// The first group, or the whole match where there is none (cel-go, ext/regex.go).
  private mutating func extract(_ regex: LinearRegex, _ text: String, isAll: Bool) -> Value {
    guard regex.groupCount <= 1 else { return .fail("the regular expression has more than one capturing group") }
    var copy = text
    let found = copy.withUTF8 { bytes in
      regex.matches(in: bytes, limit: isAll ? .max : 1).compactMap { match -> Value? in
        guard let range = regex.groupCount == 0 ? match.range : match.groups[0] else { return nil }
        guard regex.groupCount == 0 || !range.isEmpty else { return nil }
        return .string(String(decoding: bytes[range], as: UTF8.self))
      }
    }
    if let spent = charge(found.count) { return spent }
    return isAll ? .list(found) : .optional(OptionalValue(found.first))
  }

  private enum Part {
    case text([UInt8])
    case group(Int)
  }

  private mutating func replace(_ regex: LinearRegex, _ text: String, _ arguments: Arguments) -> Value {
    guard let replacement = string(arguments.third) else { return noOverload("regex.replace", arguments.values) }
    var limit = Int.max
    if arguments.count == 4 {
      guard case .int(let given) = arguments.fourth else { return noOverload("regex.replace", arguments.values) }
      if given >= 0 { limit = Int(given) }
    }
    if limit == 0 { return arguments.first }
    let parts: [Part]
    do throws(Failure) { parts = try Self.parts(replacement, regex.groupCount) } catch { return .failure(error) }
    var copy = text
    var result: [UInt8] = []
    let count = copy.withUTF8 { bytes in
      let matches = regex.matches(in: bytes, limit: limit)
      var position = 0
      for match in matches {
        result += bytes[position..<match.range.lowerBound]
        for part in parts {
          switch part {
          case .text(let text): result += text
          case .group(0): result += bytes[match.range]
          case .group(let index): if let range = match.groups[index - 1] { result += bytes[range] }
          }
        }
        position = match.range.upperBound
      }
      result += bytes[position...]
      return matches.count
    }
    return charge(count + result.count / 16) ?? .string(String(decoding: result, as: UTF8.self))
  }

  /// `\1` is a group, `\\` a backslash.
  private static func parts(_ replacement: String, _ groupCount: Int) throws(Failure) -> [Part] {
    var (parts, text): ([Part], [UInt8]) = ([], [])
    var bytes = Array(replacement.utf8)[...]
    while let byte = bytes.popFirst() {
      guard byte == UInt8(ascii: "\\") else {
        text.append(byte)
        continue
      }
      guard let next = bytes.popFirst() else { throw Failure("'\\' stands at the end of a replacement") }
      if next == UInt8(ascii: "\\") {
        text.append(next)
      } else if (0x30...0x39).contains(next) {
        let group = Int(next - 0x30)
        guard group <= groupCount else {
          throw Failure("the replacement names group \(group), but the regular expression has \(groupCount)")
        }
        parts.append(.text(text))
        parts.append(.group(group))
        text = []
      } else {
        throw Failure("'\\' of a replacement is not followed by a digit or '\\'")
      }
    }
    return parts + [.text(text)]
  }
}
