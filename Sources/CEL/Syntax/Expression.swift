/// A node of a parsed expression. The checker notes types and what names stand for in place.
final class Expression {
  var kind: Kind
  /// Bytes of the expression's text.
  let range: Range<Int>
  /// Where an operator or a name is that a message points at.
  let mark: Range<Int>
  /// How many nodes lie below, the deepest way down.
  let depth: Int
  /// Set by the checker; `dyn` where nothing is checked.
  var type: CELType = .dyn
  /// Set by the checker where a name, or a path as a whole, stands for something.
  var meaning: Meaning?

  enum Kind {
    case literal(Value)
    /// A leading dot looks in the root only.
    case name(String, isRooted: Bool)
    case select(Expression, String, isOptional: Bool)
    /// `has(operand.field)`
    case has(Expression, String)
    case index(Expression, Expression, isOptional: Bool)
    /// Operators have the names that cel-go gives them: `_+_`.
    case call(String, target: Expression?, [Expression])
    case and([Expression])
    case or([Expression])
    case list([Element])
    case map([Entry])
    case message(String)
    case loop(Loop)
    case bind(String, Expression, Expression)
    /// `optMap` and `optFlatMap`
    case optionalMap(Expression, String, Expression, isFlat: Bool)
  }

  struct Element {
    var value: Expression
    var isOptional: Bool
  }

  struct Entry {
    var key: Expression
    var value: Expression
    var isOptional: Bool
  }

  /// A macro over the elements of a list or a map.
  struct Loop {
    var kind: LoopKind
    var range: Expression
    var first: String
    /// The value beside an index or key.
    var second: String?
    var condition: Expression?
    var body: Expression?
  }

  enum Meaning {
    case variable(Int)
    case local(Int)
    case type(CELType)
    /// A name that nothing declares; an error when it is looked at.
    case undeclared(String)
    case function(FunctionReference)
  }

  init(_ kind: Kind, _ range: Range<Int>, mark: Range<Int>? = nil) {
    self.kind = kind
    self.range = range
    self.mark = mark ?? range
    depth = Self.children(kind).reduce(0) { max($0, $1.depth) } + 1
  }

  var children: [Expression] { Self.children(kind) }

  private static func children(_ kind: Kind) -> [Expression] {
    switch kind {
    case .literal, .name, .message: []
    case .select(let operand, _, _), .has(let operand, _): [operand]
    case .index(let operand, let index, _): [operand, index]
    case .call(_, let target, let arguments): (target.map { [$0] } ?? []) + arguments
    case .and(let operands), .or(let operands): operands
    case .list(let elements): elements.map(\.value)
    case .map(let entries): entries.flatMap { [$0.key, $0.value] }
    case .loop(let loop): [loop.range] + (loop.condition.map { [$0] } ?? []) + (loop.body.map { [$0] } ?? [])
    case .bind(_, let value, let body): [value, body]
    case .optionalMap(let target, _, let body, _): [target, body]
    }
  }

  /// Looks at another key than the text says.
  func rename(_ key: String) {
    switch kind {
    case .select(let operand, _, let isOptional): kind = .select(operand, key, isOptional: isOptional)
    case .has(let operand, _): kind = .has(operand, key)
    default: break
    }
  }

  /// The fields of a variable that are looked at; nil where it is used as a whole.
  func fields(of variable: String) -> Set<String>? {
    switch kind {
    case .name(let name, _): return name == variable ? nil : []
    case .select(let operand, let field, _), .has(let operand, let field):
      if case .name(variable, _) = operand.kind { return [field] }
    default: break
    }
    var fields: Set<String> = []
    for child in children {
      guard let more = child.fields(of: variable) else { return nil }
      fields.formUnion(more)
    }
    return fields
  }

  /// The fields of a variable that are named, and where: `options.limit`, `options['limit']`, `has(options.limit)`.
  func namedFields(of variable: String) -> [(name: String, range: Range<Int>)] {
    func isVariable(_ expression: Expression) -> Bool {
      if case .name(variable, _) = expression.kind { true } else { false }
    }
    switch kind {
    case .select(let operand, let field, _) where isVariable(operand): return [(field, mark)]
    case .has(let operand, let field) where isVariable(operand): return [(field, mark)]
    case .index(let operand, let index, _) where isVariable(operand):
      if case .literal(.string(let field)) = index.kind { return [(field, index.range)] }
      return index.namedFields(of: variable)
    // Inside, the name stands for something else.
    case .loop(let loop) where loop.first == variable || loop.second == variable:
      return loop.range.namedFields(of: variable)
    case .bind(variable, let value, _): return value.namedFields(of: variable)
    default: return children.flatMap { $0.namedFields(of: variable) }
    }
  }

  /// `a.b.c` as a name, and whether it begins with a dot.
  var qualifiedName: (name: String, isRooted: Bool)? {
    switch kind {
    case .name(let name, let isRooted): return (name, isRooted)
    case .select(let operand, let field, isOptional: false):
      guard let (name, isRooted) = operand.qualifiedName else { return nil }
      return (name + "." + field, isRooted)
    default: return nil
    }
  }

  /// The name that a path begins with.
  var rootName: Expression? {
    switch kind {
    case .name: self
    case .select(let operand, _, isOptional: false): operand.rootName
    default: nil
    }
  }
}

enum LoopKind: UInt8, Sendable {
  case all, exists, existsOne, filter, map, transformMap, transformMapEntry, sortBy
}

/// A function that a call stands for, and the signatures that its arguments may have.
struct FunctionReference {
  var name: String
  /// The namespace is part of the name, not a receiver.
  var isQualified: Bool
  /// Whether there is any function of the name.
  var isDeclared: Bool
  /// By arity and style; with a check those that fit.
  var overloads: [Overload]
  /// Whether the values have to be looked at, for their types are not known.
  var isGuarded: Bool
}
