import CEL
import ScalarFormats

/// The typed JSON of the cases.
enum TypedValue {
  /// The value of a text such as `{"int":"5"}`. What JSON could say is put into the source, to be read in place.
  static func decode(_ json: JSON, _ source: ArenaSource) -> Value? {
    if let ref = node(json, source) {
      return Evaluator(source: source, steps: 0).load(ref)
    }
    guard let member = json.members.first else { return nil }
    let (kind, content) = (member.key, member.value)
    switch kind {
    case "bytes_b64": return content.text.flatMap(Base64.decode).map { .bytes($0) }
    case "timestamp": return content.text.flatMap { try? Timestamp($0) }.map { .timestamp($0) }
    case "duration": return content.text.flatMap(GoDuration.parse).map { .duration($0) }
    case "type": return content.text.flatMap { CELType($0) }.map { .type($0) }
    case "optional":
      if case .null = content { return .optional(OptionalValue(nil)) }
      return decode(content, source).map { .optional(OptionalValue($0)) }
    case "list":
      var result: [Value] = []
      for element in content.elements ?? [] {
        guard let value = decode(element, source) else { return nil }
        result.append(value)
      }
      return .list(result)
    case "map":
      var result: [(key: Value, value: Value)] = []
      for entry in content.elements ?? [] {
        guard let pair = entry.elements, pair.count == 2, let key = decode(pair[0], source),
          let value = decode(pair[1], source)
        else { return nil }
        result.append((Evaluator(source: source, steps: 0).string(key).map { .string($0) } ?? key, value))
      }
      return .map(MapValue(result))
    default: return nil
    }
  }

  private static func node(_ json: JSON, _ source: ArenaSource) -> Ref? {
    guard let member = json.members.first else { return nil }
    let (kind, content) = (member.key, member.value)
    switch kind {
    case "null": return source.add(scalar: .null)
    case "bool": return source.add(scalar: .bool(content.isTrue))
    case "int": return content.text.flatMap { Int64($0) }.map { source.add(scalar: .int($0)) }
    case "uint": return content.text.flatMap { UInt64($0) }.map { source.add(scalar: .uint($0)) }
    case "double": return double(content).map { source.add(scalar: .double($0)) }
    case "string": return content.text.map { source.add(text: $0) }
    case "list":
      var refs: [Ref] = []
      for element in content.elements ?? [] {
        guard let ref = node(element, source) else { return nil }
        refs.append(ref)
      }
      return source.add(list: refs)
    case "map":
      var pairs: [(key: Ref, value: Ref)] = []
      for entry in content.elements ?? [] {
        guard let pair = entry.elements, pair.count == 2, pair[0]["string"] != nil, let key = node(pair[0], source),
          let value = node(pair[1], source)
        else { return nil }
        pairs.append((key, value))
      }
      return source.add(map: pairs)
    default: return nil
    }
  }

  private static func double(_ json: JSON) -> Double? {
    switch json {
    case .number(let value): value
    case .string(let text): DecimalText.double(text)
    default: nil
    }
  }

  static func encode(_ value: Value, _ evaluator: Evaluator) -> String {
    if let text = evaluator.string(value) { return #"{"string":\#(JSON.quoted(text))}"# }
    if let elements = evaluator.elements(value) {
      return #"{"list":[\#(elements.map { encode($0, evaluator) }.joined(separator: ","))]}"#
    }
    if let entries = evaluator.entries(value) {
      let texts = entries.map { "[\(encode($0.key, evaluator)),\(encode($0.value, evaluator))]" }
      return #"{"map":[\#(texts.joined(separator: ","))]}"#
    }
    switch value {
    case .bool(let flag): return #"{"bool":\#(flag)}"#
    case .int(let number): return #"{"int":"\#(number)"}"#
    case .uint(let number): return #"{"uint":"\#(number)"}"#
    case .double(let number):
      if number.isNaN { return #"{"double":"NaN"}"# }
      if number.isInfinite { return #"{"double":"\#(number < 0 ? "-Infinity" : "Infinity")"}"# }
      return number == 0 && number.sign == .minus ? #"{"double":"-0"}"# : #"{"double":\#(number)}"#
    case .bytes(let bytes): return #"{"bytes_b64":"\#(Base64.encode(bytes))"}"#
    case .timestamp(let time): return #"{"timestamp":"\#(time.text(inUTC: true))"}"#
    case .duration(let nanoseconds): return #"{"duration":"\#(GoDuration.seconds(nanoseconds))"}"#
    case .type(let type): return #"{"type":\#(JSON.quoted(type.runtimeName))}"#
    case .optional(let optional): return #"{"optional":\#(optional.value.map { encode($0, evaluator) } ?? "null")}"#
    case .opaque(let box): return #"{"opaque":[\#(JSON.quoted(box.value.typeName)),""]}"#
    default: return #"{"null":null}"#
    }
  }
}
