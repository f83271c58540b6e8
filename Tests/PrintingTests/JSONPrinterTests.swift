import Printing
import SourceText
import Testing
import YAMLSyntax

struct JSONPrinterTests {
  struct Case: CustomTestStringConvertible {
    var yaml: String
    var json: String
    var dialect = ScalarDialect.resource

    init(_ yaml: String, _ json: String, _ dialect: ScalarDialect = .resource) {
      self.yaml = yaml
      self.json = json
      self.dialect = dialect
    }

    var testDescription: String { yaml }
  }

  static let cases = [
    Case("{b: 1, a: [x, 'y', \"z\"]}", #"{"b":1,"a":["x","y","z"]}"#),
    Case(
      "[yes, 'yes', true, ~, 0x10, 012, 1e3, 1.5, 100000000000000000000]",
      #"["yes","yes",true,null,16,10,1000,1.5,100000000000000000000]"#),
    Case("[yes, on]", "[true,true]", .kustomization),
    Case("{1: a, yes: b}", #"{"1":"a","yes":"b"}"#),
    Case("{0x10: a, yes: b}", #"{"16":"a","true":"b"}"#, .kustomization),
    Case("[1e21, 1e-7, 0.000001, 2.50, -0.0, 123456.789]", "[1e+21,1e-7,0.000001,2.5,0,123456.789]"),
    Case("a: &x {k: v}\nb: *x\nc: {<<: *x, l: w}", #"{"a":{"k":"v"},"b":{"k":"v"},"c":{"l":"w","k":"v"}}"#),
    Case(#"["\e[31m", "a\tb\n", "\u202e", "é<>&"]"#, #"["\u001b[31m","a\tb\n","\u202e","é<>&"]"#),
    Case("[!!str 1, !!binary aGk=, 2020-01-01]", #"["1","hi","2020-01-01T00:00:00Z"]"#),
    Case("[{}, []]", "[{},[]]"),
    Case("k: >-\n  [\n    x\t\n  y", #"{"k":"[\n\n  x\t\ny"}"#),
    Case("k: >-\n  [\n    x \n  y", #"{"k":"[\n  x \ny"}"#),
  ]

  @Test(arguments: cases) func `a node is written as the toolchain reads it`(_ test: Case) throws {
    let (forest, root) = try Self.parse(test.yaml)
    var printer = JSONPrinter(forest: forest, dialect: test.dialect)
    try printer.append(root)
    #expect(String(decoding: printer.bytes, as: UTF8.self) == test.json)
  }

  @Test func `indented text has a line for each member`() throws {
    let (forest, root) = try Self.parse("{a: {b: [1, {}]}, c: []}")
    var printer = JSONPrinter(forest: forest, layout: .indented, depth: 1)
    try printer.append(root)
    let expected = """
      {
          "a": {
            "b": [
              1,
              {}
            ]
          },
          "c": []
        }
      """
    #expect(String(decoding: printer.bytes, as: UTF8.self) == expected)
  }

  @Test func `canonical text has sorted keys`() throws {
    let (forest, root) = try Self.parse("{b: 1, a: {d: 2, c: 3}}")
    let text = try JSONPrinter.canonical(root, in: forest)
    #expect(String(decoding: text, as: UTF8.self) == #"{"a":{"c":3,"d":2},"b":1}"#)
  }

  @Test(arguments: ["[.inf]", "[!!int x]", "{[a]: b}"]) func `what JSON cannot hold is refused`(_ yaml: String) throws {
    let (forest, root) = try Self.parse(yaml)
    var printer = JSONPrinter(forest: forest)
    #expect(throws: JSONPrintError.self) { try printer.append(root) }
  }

  @Test func `a value that grows without bound is refused`() throws {
    let (forest, root) = try Self.parse("a: &a [1, 1]\nb: &b [*a, *a]\nc: [*b, *b]")
    var printer = JSONPrinter(forest: forest, nodeLimit: 20)
    #expect(throws: JSONPrintError.self) { try printer.append(root) }
  }

  @Test func `a long text that is written again and again is refused`() throws {
    let (forest, root) = try Self.parse("a: &a \(String(repeating: "x", count: 200))\nb: [*a, *a, *a, *a]")
    var printer = JSONPrinter(forest: forest, byteLimit: 500)
    #expect(throws: JSONPrintError.self) { try printer.append(root) }
    #expect(printer.bytes.count < 1_000)
  }

  private static func parse(_ yaml: String) throws -> (Forest, NodeRef) {
    let tree = YAMLParser.parse(Array(yaml.utf8), file: FileID(0), tree: 0)
    let root = try #require(tree.documents.first?.root)
    return (Forest(trees: [tree]), root)
  }
}
