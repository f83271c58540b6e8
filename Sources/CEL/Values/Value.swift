package import ScalarFormats

/// A value of an expression, computed or read in place from a source.
package enum Value: Sendable {
  case null
  case bool(Bool)
  case int(Int64)
  case uint(UInt64)
  case double(Double)
  case string(String)
  case bytes([UInt8])
  case list([Value])
  case map(MapValue)
  case timestamp(Timestamp)
  /// In nanoseconds.
  case duration(Int64)
  case type(CELType)
  case optional(OptionalValue)
  /// A value with a type of its own, of a library or of the host.
  case opaque(OpaqueBox)
  /// A string, list or map of the source.
  case text(Ref)
  case listRef(Ref)
  case mapRef(Ref)
  /// A list whose order means nothing.
  case keyedList(KeyedList)
  /// Not known offline; what depends on it is not known either.
  case unknown(Unknown)
  case failure(Failure)

  /// A value of a type of the host.
  package static func opaque(_ value: some OpaqueValue) -> Value { .opaque(OpaqueBox(value)) }

  package static func fail(_ message: String) -> Value { .failure(Failure(message)) }

  package var isUnknown: Bool { if case .unknown = self { true } else { false } }

  /// Whether it stands for no value: unknown, or an error.
  var isAbnormal: Bool {
    switch self {
    case .unknown, .failure: true
    default: false
    }
  }
}

/// Why a value is not known.
package final class Unknown: Sendable {
  package let reason: String
  /// The node of the source that is not known.
  package let place: Ref?

  package init(_ reason: String, place: Ref? = nil) { (self.reason, self.place) = (reason, place) }
}

/// An error of an evaluation. It is a value, for a logical operator may absorb it.
package final class Failure: Sendable, Error {
  /// One sentence in lower case without a final stop.
  package let message: String
  /// Bytes of the expression; nil until the evaluator knows them.
  package let range: Range<Int>?
  /// The number of the name whose program has these bytes (`Machine.bind`); nil for the program that was evaluated.
  package let name: Int?
  /// Whether the evaluation ends here, because its budget is spent.
  package let isFinal: Bool

  package init(_ message: String, range: Range<Int>? = nil, name: Int? = nil, isFinal: Bool = false) {
    (self.message, self.range, self.name, self.isFinal) = (message, range, name, isFinal)
  }

  func of(name: Int) -> Failure { Failure(message, range: range, name: self.name ?? name, isFinal: isFinal) }

  func located(_ range: Range<Int>) -> Failure {
    self.range == nil ? Failure(message, range: range, isFinal: isFinal) : self
  }
}

/// An optional of the language; nil is `optional.none()`.
package final class OptionalValue: Sendable {
  package let value: Value?
  package init(_ value: Value?) { self.value = value }
  static let none = OptionalValue(nil)
}

/// Holds a value of any size in the place of one word.
package final class OpaqueBox: Sendable {
  package let value: any OpaqueValue
  package init(_ value: any OpaqueValue) { self.value = value }
}

/// A value that the language knows by the name of its type only.
package protocol OpaqueValue: Sendable {
  /// Such as `net.IP`.
  var typeName: String { get }
  /// The node of the source that it stands for; nil when it stands for none.
  var place: Ref? { get }
  func isEqual(_ other: any OpaqueValue) -> Bool
}

extension OpaqueValue {
  package var place: Ref? { nil }
}

/// The entries of a map that was computed, in the order they were added.
package final class MapValue: Sendable {
  package let entries: [(key: Value, value: Value)]
  /// Where a key is, for maps that are too large to look through.
  private let places: [MapKey: Int]

  private static let smallest = 8

  /// - Parameter fields: names that differ, and their values.
  package init(fields: [(name: String, value: Value)]) {
    entries = fields.map { (.string($0.name), $0.value) }
    places = [:]
  }

  /// The last of entries with one key wins, as in cel-go.
  package init(_ entries: [(key: Value, value: Value)]) {
    var places: [MapKey: Int] = [:]
    var kept: [(key: Value, value: Value)] = []
    kept.reserveCapacity(entries.count)
    for entry in entries {
      guard let key = MapKey(entry.key) else { continue }
      if entries.count <= Self.smallest {
        if let place = kept.firstIndex(where: { MapKey($0.key) == key }) {
          kept[place].value = entry.value
        } else {
          kept.append(entry)
        }
      } else if let place = places[key] {
        kept[place].value = entry.value
      } else {
        places[key] = kept.count
        kept.append(entry)
      }
    }
    (self.entries, self.places) = (kept, places)
  }

  func value(_ key: MapKey) -> Value? {
    if places.isEmpty { return entries.first { MapKey($0.key) == key }?.value }
    return places[key].map { entries[$0].value }
  }
}

extension String {
  /// Equality of the language, which knows nothing of canonical equivalence.
  func hasSameCodePoints(as other: String) -> Bool {
    let (left, right) = (utf8, other.utf8)
    guard left.count == right.count else { return false }
    return left.withContiguousStorageIfAvailable { first in
      right.withContiguousStorageIfAvailable { second in first.indices.allSatisfy { first[$0] == second[$0] } }
    }?.flatMap { $0 } ?? left.elementsEqual(right)
  }
}

/// What a map can be looked up by; each kind of number is one of its own.
enum MapKey: Hashable {
  case null
  case bool(Bool)
  case int(Int64)
  case uint(UInt64)
  case double(Double)
  case string(CodePoints)

  /// A text whose equality is that of its code points.
  struct CodePoints: Hashable {
    let text: String
    static func == (lhs: CodePoints, rhs: CodePoints) -> Bool { lhs.text.hasSameCodePoints(as: rhs.text) }
    func hash(into hasher: inout Hasher) {
      var copy = text
      copy.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
    }
  }

  /// Nil when a value can be no key.
  init?(_ value: Value) {
    switch value {
    case .null: self = .null
    case .bool(let value): self = .bool(value)
    case .int(let value): self = .int(value)
    case .uint(let value): self = .uint(value)
    case .double(let value): self = .double(value)
    case .string(let value): self = .string(CodePoints(text: value))
    default: return nil
    }
  }

  /// The keys of other kinds of number that are equal, in the order that cel-go tries them.
  var equals: [MapKey] {
    switch self {
    case .int(let value): UInt64(exactly: value).map { [.uint($0)] } ?? []
    case .uint(let value): Int64(exactly: value).map { [.int($0)] } ?? []
    case .double(let value):
      (Int64(exactly: value).map { [.int($0)] } ?? []) + (UInt64(exactly: value).map { [.uint($0)] } ?? [])
    default: []
    }
  }
}
