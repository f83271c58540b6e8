import CEL
import Testing

@testable import cel_conformance

struct EvaluationTests {
  private let manifest = Document([
    "kind": "Kustomization",
    "metadata": ["name": "apps", "labels": ["team": "blue"]],
    "spec": [
      "prune": true, "interval": "30m", "retries": 3, "dependsOn": [["name": "infra"], ["name": "crds"]],
      "secret": .unknown("value is encrypted"),
    ],
  ])

  struct Example: Sendable, CustomTestStringConvertible {
    var text: String
    var result: String
    var testDescription: String { text }
    init(_ text: String, _ result: String) { (self.text, self.result) = (text, result) }
  }

  @Test(arguments: [
    Example("object.kind", #"{"string":"Kustomization"}"#),
    Example("object.spec.retries + 1", #"{"int":"4"}"#),
    Example("object.spec.dependsOn[1].name", #"{"string":"crds"}"#),
    Example("object.spec.dependsOn.map(d, d.name)", #"{"list":[{"string":"infra"},{"string":"crds"}]}"#),
    Example("object.spec.dependsOn == [{'name': 'infra'}, {'name': 'crds'}]", #"{"bool":true}"#),
    Example("object.metadata.labels == {'team': 'blue'}", #"{"bool":true}"#),
    Example("'team' in object.metadata.labels", #"{"bool":true}"#),
    Example("object.metadata.labels.all(k, v, k == 'team' && v == 'blue')", #"{"bool":true}"#),
    Example("object.metadata.labels.transformMap(k, v, v + '!')['team']", #"{"string":"blue!"}"#),
    Example("has(object.spec.suspend) || has(object.spec.prune)", #"{"bool":true}"#),
    Example("object.spec.?suspend.orValue(false)", #"{"bool":false}"#),
    Example("duration(object.spec.interval) > duration('29m59s')", #"{"bool":true}"#),
    Example("size(object.kind) + object.kind.indexOf('z')", #"{"int":"20"}"#),
    Example("object.kind.matches('^Kust.*on$')", #"{"bool":true}"#),
    Example("object.?spec.?interval.orValue('')", #"{"string":"30m"}"#),
    Example("object.?nothing.interval.more.orValue('none')", #"{"string":"none"}"#),
    Example("object.metadata.?labels['team'].orValue('')", #"{"string":"blue"}"#),
    Example("object.spec[?'none'][?'x'].hasValue() || object.?metadata.labels.hasValue()", #"{"bool":true}"#),
    Example("object.spec.?prune == optional.of(true)", #"{"bool":true}"#),
    Example("object.spec.?suspend != optional.of(true)", #"{"bool":true}"#),
    Example("object.spec.?suspend == optional.none()", #"{"bool":true}"#),
    Example("optional.of(object.spec).?retries == optional.of(3u)", #"{"bool":true}"#),
    Example("object.kind.?name.hasValue()", #"{"bool":false}"#),
    Example("object.nope.?name.orValue('x')", "failed: no such key 'nope'"),
    Example("object.spec.suspend", "failed: no such key 'suspend'"),
    Example("object.kind.name", "failed: 'string' has no 'name'"),
    Example("object.nope.name || true", #"{"bool":true}"#),
    Example("cel.bind(n, object.metadata.name, n + n)", #"{"string":"appsapps"}"#),
    Example("'e\\u0301' == '\\u00e9'", #"{"bool":false}"#),
  ])
  func `a document is read in place`(_ example: Example) throws {
    #expect(try manifest.run(example.text) == example.result)
  }

  @Test(arguments: [
    Example("object.spec.secret", "unknown: value is encrypted"),
    Example("object.spec.secret == 'x'", "unknown: value is encrypted"),
    Example("object.spec.?secret == optional.of('x')", "unknown: value is encrypted"),
    Example("object.spec.?secret.hasValue()", "unknown: value is encrypted"),
    Example("object.spec.secret.startsWith('x')", "unknown: value is encrypted"),
    Example("object.spec.secret == 'x' || object.spec.prune", #"{"bool":true}"#),
    Example("object.spec.secret == 'x' && !object.spec.prune", #"{"bool":false}"#),
    Example("object.spec.secret == 'x' && object.spec.prune", "unknown: value is encrypted"),
    Example("object.spec.nope == 1 || object.spec.secret == 'x'", "unknown: value is encrypted"),
    Example("object.spec.secret == 'x' ? 1 : 2", "unknown: value is encrypted"),
    Example("[object.spec.secret, 1].size()", #"{"int":"2"}"#),
    Example("[object.spec.secret, 1].exists(x, x == 1)", #"{"bool":true}"#),
    Example("[object.spec.secret, 1].all(x, x == 1)", "unknown: value is encrypted"),
    Example("1 in [object.spec.secret, 1]", #"{"bool":true}"#),
    Example("2 in [object.spec.secret, 1]", "unknown: value is encrypted"),
    Example("[object.spec.secret, 1] == ['x', 2]", #"{"bool":false}"#),
    Example("[object.spec.secret, 1] == ['x', 1]", "unknown: value is encrypted"),
    Example("object.spec.?secret.orValue('x')", "unknown: value is encrypted"),
    Example("has(object.spec.secret)", #"{"bool":true}"#),
    Example("has(object.spec.secret.name)", "unknown: value is encrypted"),
    Example("[object.spec.secret].join(',')", "unknown: value is encrypted"),
    Example("'%s'.format([object.spec.secret])", "unknown: value is encrypted"),
    Example("[object.spec.?secret].unwrapOpt()", "unknown: value is encrypted"),
    Example("optional.unwrap([object.spec.?secret])", "unknown: value is encrypted"),
    Example("[object.spec.?secret].unwrapOpt().size() == 1 || true", #"{"bool":true}"#),
    Example("[object.spec.secret, 1].distinct()", "unknown: value is encrypted"),
    Example("[[1], object.spec.secret].flatten()", "unknown: value is encrypted"),
    Example("[object.spec.secret, 1].indexOf(1)", "unknown: value is encrypted"),
    Example("[1, object.spec.secret].indexOf(1)", #"{"int":"0"}"#),
  ])
  func `what is not known makes unknown what depends on it, and nothing else`(_ example: Example) throws {
    #expect(try manifest.run(example.text) == example.result)
  }

  @Test(arguments: [
    Example("object.spec.retries > 5", #"{"int":"3"}"#),
    Example("object.kind == 'Kustomization' && object.spec.interval == '1h'", #"{"string":"30m"}"#),
    Example("object.spec.interval == '30m' || object.kind == 'x'", #"{"string":"30m"}"#),
    Example(
      "has(object.metadata.annotations)",
      #"{"map":[[{"string":"name"},{"string":"apps"}],[{"string":"labels"},{"map":[[{"string":"team"},{"string":"blue"}]]}]]}"#
    ),
    Example("has(object.metadata.labels.team)", #"{"string":"blue"}"#),
    Example("object.spec.dependsOn.all(d, d.name == 'infra')", #"{"string":"crds"}"#),
    Example("object.spec.dependsOn.exists(d, d.name == 'crds')", #"{"string":"crds"}"#),
    Example("!object.spec.prune", #"{"bool":true}"#),
    Example(
      "object.spec.?suspend.orValue(true)",
      #"{"map":[[{"string":"prune"},{"bool":true}],[{"string":"interval"},{"string":"30m"}],[{"string":"retries"},{"int":"3"}],[{"string":"dependsOn"},{"list":[{"map":[[{"string":"name"},{"string":"infra"}]]},{"map":[[{"string":"name"},{"string":"crds"}]]}]}],[{"string":"secret"},{"null":null}]]}"#
    ),
    Example("object.spec.?retries.orValue(1) > 2", #"{"int":"3"}"#),
    Example("object.spec.?prune == optional.of(true)", #"{"bool":true}"#),
    Example("object.metadata.?labels['team'].hasValue()", #"{"string":"blue"}"#),
    Example("object.metadata.?labels.?none.orValue('x') == 'x'", #"{"map":[[{"string":"team"},{"string":"blue"}]]}"#),
    Example(
      "'blue' in object.metadata.labels.map(k, object.metadata.labels[k])",
      #"{"map":[[{"string":"team"},{"string":"blue"}]]}"#),
    Example("object.metadata.labels.all(k, v, v == 'red')", #"{"string":"blue"}"#),
    Example("cel.bind(s, object.spec, s.retries > 5)", #"{"int":"3"}"#),
    Example("object.spec.interval.startsWith('1')", #"{"string":"30m"}"#),
  ])
  func `a result has the deepest node that decided it`(_ example: Example) throws {
    #expect(try manifest.decided(example.text) == example.result)
  }

  @Test(arguments: [
    "[1,2,3,4,5,6,7,8,9].map(a, [1,2,3,4,5,6,7,8,9].map(b, [1,2,3,4,5,6,7,8,9].map(c, [1,2,3,4,5,6,7,8,9].map(d, a))))",
    "lists.range(100000000)",
    "cel.bind(a, 'x'.replace('', 'yyyyyyyyyyyyyyyyyyyyyy'), a.replace('', a).replace('', a).replace('', a))",
    "true || lists.range(1000000).exists(x, x < 0)", "lists.range(9000).all(x, x in lists.range(9000))",
    "lists.range(4000).map(x, lists.range(4000).indexOf(x)).size() == 0",
    "lists.range(4000).map(x, [x]).distinct().size() == 0",
    "lists.range(4000).map(x, double(x)).distinct().size() == 0",
    "sets.equivalent(lists.range(400), lists.range(400)) && false",
    "sets.intersects(lists.range(400), lists.range(400).map(x, x + 1000))",
  ])
  func `a hostile expression ends with an error`(_ text: String) throws {
    let result = try manifest.run(text, steps: 5_000)
    #expect(result == "failed: evaluation takes too many steps" || result == #"{"bool":true}"#)
  }

  @Test func `a long list of numbers or texts is made distinct in a few steps`() throws {
    #expect(try manifest.run("lists.range(4000).distinct().size()", steps: 20_000) == #"{"int":"4000"}"#)
    let texts = "lists.range(1000).map(x, string(x % 10)).distinct().size()"
    #expect(try manifest.run(texts, steps: 20_000) == #"{"int":"10"}"#)
  }

  @Test(arguments: [
    Example("[1, 1u, 1.0, 2u, 2, 1.5, 1].distinct().map(x, string(x)) == ['1', '2', '1.5']", #"{"bool":true}"#),
    Example("[1.0, 1, 1u, 2].distinct().size()", #"{"int":"2"}"#),
    Example("[object.kind, 'Kustomization', object.kind, 'x'].distinct().size()", #"{"int":"2"}"#),
    Example("['Kustomization', object.kind, null, null, true, true].distinct().size()", #"{"int":"3"}"#),
    Example("[[1], [1], [2]].distinct().size()", #"{"int":"2"}"#),
  ])
  func `of elements that are equal the first stays`(_ example: Example) throws {
    #expect(try manifest.run(example.text) == example.result)
  }

  @Test(arguments: [
    ("object.nope.b.c == 1", "nope"), ("object.spec.nope.c.d", "nope"), ("object.spec.prune.c.d", "c"),
    ("object.spec.nope", "nope"), ("1 == object.spec.dependsOn[0].nope.x", "nope"),
  ])
  func `a key that is missing is told at its place`(text: String, key: String) throws {
    let program = try Program(text, in: Document.environment)
    guard case .failed(let failure) = program.run(manifest.source, [.mapRef(manifest.root)]) else {
      Issue.record("it does not fail")
      return
    }
    let range = try #require(failure.range)
    #expect(String(decoding: Array(text.utf8)[range], as: UTF8.self) == key)
  }

  @Test func `a budget is shared by the evaluations it is given to`() throws {
    let program = try Program("[1, 2, 3].all(x, x > 0)", in: Document.environment)
    var left = 1_000
    _ = program.run(NoSource(), [], stepsLeft: &left)
    #expect(left < 1_000)
    #expect(left > 900)
  }

  // MARK: Hosts

  @Test func `a host adds variables and functions of its own`() throws {
    var environment = Environment.newest
    environment.declare("name", .string)
    environment.declare("limits", .map(.string, .int))
    let functions = [
      HostFunction("owner(string) string") { arguments, evaluator in
        .string("team-" + (evaluator.string(arguments[0]) ?? ""))
      },
      HostFunction(".within(int, map(string, int)) bool") { arguments, evaluator in
        guard case .int(let value) = arguments[0], let entries = evaluator.entries(arguments[1]) else {
          return .fail("no limit")
        }
        return .bool(entries.allSatisfy { if case .int(let limit) = $0.value { value <= limit } else { false } })
      },
      HostFunction("no signature") { _, _ in .null },
    ]
    let areAdded = functions.map { environment.add($0) }
    #expect(areAdded == [true, true, false])
    let program = try Program("owner(name) == 'team-blue' && 3.within(limits)", in: environment, result: .bool)
    #expect(program.variables == ["name", "limits"])
    let limits = Value.map(MapValue([(.string("a"), .int(5))]))
    guard case .value(.bool(true)) = program.run(NoSource(), [.string("blue"), limits]) else {
      Issue.record("the program does not hold")
      return
    }
    #expect(throws: CELError.self) { try Program("owner(3)", in: environment) }
    #expect(throws: CELError.self) { try Program("name + 1", in: environment) }
    #expect(throws: CELError.self) { try Program("name", in: environment, result: .bool) }
    guard case .failed = program.run(NoSource(), [.string("blue")]) else {
      Issue.record("a missing binding is no error")
      return
    }
  }

  @Test func `a program is evaluated from several threads`() async throws {
    let program = try Program("object.spec.dependsOn.all(d, d.name.matches('^[a-z]+$'))", in: Document.environment)
    let (source, root) = (manifest.source, manifest.root)
    await withTaskGroup(of: Bool.self) { group in
      for _ in 0..<8 {
        group.addTask {
          (0..<50).allSatisfy { _ in
            if case .value(.bool(true)) = program.run(source, [.mapRef(root)]) { true } else { false }
          }
        }
      }
      for await result in group { #expect(result) }
    }
  }

  @Test func `a name is worked out when an expression looks at it`() throws {
    var environment = Document.environment
    for name in ["item", "double", "sum", "broken"] { environment.declare(name) }
    let names = try ["item * 2", "double + 1", "item.nothing"].map { try Program($0, in: environment) }
    let sum = try Program("[sum, double].map(n, n + 0)", in: environment)
    let place = try Program("sum > 1 && object.kind == 'Kustomization'", in: environment)
    var machine = Machine(manifest.source, [.mapRef(manifest.root), .int(3)])
    machine.bind(names, from: 2)
    let first = machine.value(of: sum)
    #expect(TypedValue.encode(first, machine.evaluator) == #"{"list":[{"int":"7"},{"int":"6"}]}"#)
    machine.bindings[1] = .int(5)
    machine.unbind([0, 1])
    let decided = machine.decidingNode(of: place)
    #expect(decided.map { machine.evaluator.string(.text($0)) } == "Kustomization")
    let second = machine.value(of: sum)
    #expect(TypedValue.encode(second, machine.evaluator) == #"{"list":[{"int":"11"},{"int":"10"}]}"#)
    let broken = machine.value(of: names[2])
    #expect("\(Self.message(of: broken) ?? "")".contains("nothing"))
  }

  @Test(
    arguments: [
      ("status.ready", nil), ("status.ready || missing(1)", nil), ("status.a == 1 && status.b", nil),
      ("status.parts.all(p, p.ready)", nil), ("status.ready ? true : 'x'", nil), ("[status.ready][0]", nil),
      ("status.phase.startsWith('R')", nil), ("status.a < 1", nil), ("status.?a.orValue(false)", nil),
      ("status.ready in [true]", nil),
      ("status.replicas + 1", .failure), ("size(status.parts)", .failure), ("status.?ready", .failure),
      ("status.parts.filter(p, p.ready)", .failure), ("[status.ready]", .failure), ("-status.replicas", .failure),
      ("status.ready && 'x' + status.phase", .failure), ("size(status.parts) ? true : false", .failure),
      ("!size(status.parts)", .failure), ("status.ready ? 'x' : 'y'", .failure), ("missing(status)", .failure),
      ("status.a.min()", .failure),
      ("1 > 2", .isFalse), ("status.ready && false", .isFalse),
      ((0..<8).reduce("true") { "[0, 1, 2, 3, 4, 5, 6, 7, 8, 9].all(x\($1), \($0))" }, .tooLong),
    ] as [(String, Program.Obstacle.Kind?)])
  func `what an expression can never give is known without the object`(
    text: String, kind: Program.Obstacle.Kind?
  ) throws {
    let program = try Program(text, in: .fluxHealthCheck)
    let unknown = program.variables.map { _ in Value.unknown(Unknown("in the cluster")) }
    #expect(program.obstacle(unknown)?.kind == kind)
  }

  @Test(
    arguments: [
      ("status.ready && self.x", nil), ("self.x && status.ready", nil), ("status.ready || self.x", nil),
      ("status.ready && 'x' + status.phase", nil), ("!(status.ready && self.x)", nil), ("1 > 2", nil),
      ("status.ready && false", nil), ("false && self.x", nil), ("1 < 2", .isTrue), ("status.ready || true", .isTrue),
      ("!(status.ready && false)", .isTrue), ("status.ready || self.x", nil), ("status.?a != 'x'", .isTrue),
      ("status.ready ? self.x : false", nil),
      ("self.x", .failure), ("true && self.x", .failure), ("self.x && self.y", .failure),
      ("size(status.parts)", .failure),
      ("!self.x", .failure), ("status.ready ? self.x : self.y", .failure), ("self.x ? true : false", .failure),
      ("(self.x && self.y) ? true : false", .failure), ("'x'", .failure), ("1 + status.x", .failure),
    ] as [(String, Program.Obstacle.Kind?)])
  func `only what fails whatever the object is fails with certainty`(text: String, kind: Program.Obstacle.Kind?) throws
  {
    let program = try Program(text, in: .fluxHealthCheck)
    let values = program.variables.map { name -> Value in
      name == "self" ? .fail("no object has a field 'self'") : .unknown(Unknown("in the cluster"))
    }
    #expect(program.certainty(values)?.kind == kind)
  }

  /// A status as a schema describes it: `phase` is a text, `replicas` a number, `ready` a bool, `parts` a list of texts,
  /// `labels` a map of texts, `extra` anything.
  private static let status = CELType.object(
    ObjectType(name: "status") { name in
      let types: [String: CELType] = [
        "phase": .string, "replicas": .double, "ready": .bool, "parts": .list(.string),
        "labels": .map(.string, .string),
        "extra": .dyn,
      ]
      return types[name].map { ObjectType.Field(key: name, type: $0) }
    })

  @Test(
    arguments: [
      ("status.phase == 'Ready'", nil), ("status.ready", nil), ("status.extra", nil), ("status.extra.a.b", nil),
      ("status.labels.ready == 'yes'", nil), ("status.parts[0] == 'x'", nil), ("status.replicas == 1", nil),
      ("status.replicas > 1.5", nil), ("has(status.phase)", nil), ("!has(status.phse)", nil),
      ("status.phase == null", nil), ("status.?phase.orValue('') == 'Ready'", nil), ("'x' in status.parts", nil),
      ("status.?phse.orValue('Ready') == 'Ready'", nil), ("status.phse == 'x' || status.ready", nil),
      ("status == {'phase': 'x'}", nil), ("status.extra < 'x'", nil), ("'a' in status.labels", nil),
      ("status.phse == 'Ready'", .failure), ("status.ready && status.phse == 'x'", .failure),
      ("status.phase.x == 'Ready'", .failure), ("status.parts.first", .failure), ("status.phase", .failure),
      ("status.replicas", .failure), ("status.labels", .failure), ("status.labels.ready", .failure),
      ("status.replicas > '1'", .failure), ("status.parts < status.parts", .failure), ("'x' in status.phase", .failure),
      ("status.ready ? status.phase : status.phase", .failure), ("status.phse ? true : false", .failure),
      ("status.phse || status.phase", .failure), ("status", .failure),
      ("status.replicas == '1'", .isFalse), ("status.?phase == 'Ready'", .isFalse),
      ("status.ready == 'true'", .isFalse),
      ("has(status.phse)", .isFalse), ("status.?phse.hasValue()", .isFalse), ("status.parts == 'x'", .isFalse),
      ("status.?phse.orValue('') == 'Ready'", .isFalse), ("status.?phse == optional.of('x')", .isFalse),
      ("status.ready && has(status.phse)", .isFalse), ("has(status.phse) ? status.ready : false", .isFalse),
      ("status.phse == 'x' || status.?phase == 'x'", .failure),
    ] as [(String, Program.Obstacle.Kind?)])
  func `what a schema says of an object decides too`(text: String, kind: Program.Obstacle.Kind?) throws {
    let program = try Program(text, in: .fluxHealthCheck)
    let unknown = program.variables.map { _ in Value.unknown(Unknown("in the cluster")) }
    #expect(program.obstacle(unknown, [Self.status])?.kind == kind)
  }

  private static func message(of value: Value) -> String? {
    if case .failure(let failure) = value { failure.message } else { nil }
  }
}
