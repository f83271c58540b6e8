import Testing

@testable import Schemas

/// Formats of strings in definitions: what the API server takes.
struct SchemaFormatTests {
  @Test(arguments: [
    ("email", ["a@b", "first.last@example.com", "ü@example.com", "Bob <bob@example.com>", "\"a b\"@example.com"]),
    ("hostname", ["localhost", "example.com", "a-b.example", "1.example", "bücher.example", "web-1", "a1.b2-c3"]),
    ("ipv4", ["10.0.0.1", "010.0.0.01", "::ffff:10.0.0.1"]), ("ipv6", ["::1", "2001:db8::1", "::ffff:10.0.0.1"]),
    ("cidr", ["10.0.0.0/8", "10.1.2.3/08", "2001:db8::/32", "::ffff:10.0.0.0/104"]),
    ("mac", ["00:00:5e:00:53:01", "02-00-5E-10-00-00-00-01", "0000.5e00.5301"]),
    ("uri", ["https://example.com/a?b#c", "/a", "mailto:a@b"]), ("bsonobjectid", ["5f43a1b2c3d4e5f607182930"]),
    ("uuid", ["123e4567-e89b-12d3-a456-426614174000", "123E4567E89B12D3A456426614174000"]),
    ("uuid4", ["123e4567-e89b-42d3-a456-426614174000"]), ("uuid3", ["123e4567-e89b-32d3-a456-426614174000"]),
    ("isbn", ["978-0-306-40615-7", "0-306-40615-2", "097522980X"]), ("isbn10", ["0306406152"]),
    ("isbn13", ["9780306406157"]), ("ssn", ["111-22-3333"]), ("hexcolor", ["#fff", "A0B1C2"]),
    ("rgbcolor", ["rgb(1, 20,255)"]), ("byte", ["YWJj", "YQ=="]), ("date", ["2024-02-29"]),
    ("date-time", ["2024-02-29T23:59:59Z", "2024-02-29t01:02:03.5+02:00"]), ("datetime", ["2024-02-29T23:59:59Z"]),
    ("duration", ["1h30m", "3 days", "1w", "2 Weeks 3h", "0", "-5s"]),
  ])
  func `a text of the format is taken`(name: String, texts: [String]) throws {
    let format = try #require(SchemaFormat(name))
    for text in texts { #expect(format.takes(text), "\(text)") }
  }

  @Test(arguments: [
    ("email", ["bob", "", "a@", "@b", "a@b@c", ".a@b", "a..b@c", "a@b."]),
    ("hostname", ["", "a_b", "-a.example", "example.com.", "a b", String(repeating: "a", count: 64) + ".example"]),
    ("ipv4", ["::1", "10.0.0", "10.0.0.256", "10.0..1", ""]), ("ipv6", ["10.0.0.1", "fe80::1%eth0", ":::"]),
    ("cidr", ["10.0.0.0", "10.0.0.0/33", "10.0.0.0/", "a/8"]), ("mac", ["00:00:5e:00:53", "0:0:5e:0:53:1", "x"]),
    ("uri", ["example.com/a", "", "http://a b"]), ("bsonobjectid", ["5f43"]), ("uuid", ["123e4567", ""]),
    ("uuid4", ["123e4567-e89b-12d3-a456-426614174000"]), ("uuid5", ["123e4567-e89b-42d3-a456-426614174000"]),
    ("isbn", ["978-0-306-40615-8", "0-306-40615-3", "x"]), ("ssn", ["111223333", "1-2-3"]),
    ("hexcolor", ["#ffff", "red"]), ("rgbcolor", ["rgb(1,2,256)", "#fff"]), ("byte", ["YWJ", "a b="]),
    ("date", ["2023-02-29", "2024-1-1"]), ("date-time", ["2024-02-29", "2024-02-29 01:02:03Z"]),
    ("duration", ["soon", "", "5", "3 fortnights"]),
  ])
  func `another text is not`(name: String, texts: [String]) throws {
    let format = try #require(SchemaFormat(name))
    for text in texts { #expect(!format.takes(text), "\(text)") }
  }

  @Test(arguments: ["password", "made-up", "time", "int32", "cron", "percent", "port-name", "k8s-short-name"])
  func `what is no format of definitions says nothing`(name: String) throws {
    #expect(SchemaFormat(name) == nil)
    let schema = "{type: object, properties: {a: {type: string, format: \(name)}}}"
    #expect(try SchemaValidatorTests.violations(schema, "{a: '?'}").isEmpty)
  }

  /// A definition may say what the name is like, and nothing else of `metadata`.
  @Test(arguments: [
    ("{properties: {name: {type: string, pattern: '^y'}}}", ["pattern /metadata/name"]),
    ("{properties: {name: {type: string, maxLength: 0}}}", ["length /metadata/name"]),
    ("{properties: {name: {type: string, format: uuid}}}", ["format /metadata/name"]),
    ("{properties: {name: {type: string, enum: [y]}}}", ["enum /metadata/name"]),
    ("{properties: {name: {type: string, pattern: '^x'}}}", []),
    ("{properties: {generateName: {type: string, pattern: '^y'}}}", []),
    ("{properties: {labels: {type: string}}}", []),
  ])
  func `the name is held against its definition`(metadata: String, expected: [String]) throws {
    let whole = "{type: object, properties: {spec: {type: object}, metadata: \(metadata)}}"
    let found = try SchemaValidatorTests.checked(whole: whole, "{}").violations
    #expect(found.map { "\($0.kind.rawValue) \($0.path)" } == expected)
  }

  @Test func `forms of an object can differ by its name alone`() throws {
    func form(_ pattern: String) -> String { "{properties: {metadata: {properties: {name: {pattern: '\(pattern)'}}}}}" }
    func kinds(_ choice: String) throws -> [String] {
      let whole = "{type: object, properties: {spec: {type: object}}, \(choice)}"
      return try SchemaValidatorTests.checked(whole: whole, "{}").violations.map(\.kind.rawValue)
    }
    #expect(try kinds("oneOf: [\(form("^x")), \(form("^y"))]").isEmpty)
    #expect(try kinds("oneOf: [\(form("^z")), \(form("^y"))]") == ["one-of"])
    #expect(try kinds("not: \(form("^y"))").isEmpty)
    #expect(try kinds("allOf: [\(form("^y"))]") == ["pattern"])
  }
}
