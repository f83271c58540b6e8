import Testing

@testable import ScalarFormats

struct ScalarFormatTests {
  struct DurationExample: Sendable {
    var text: String
    var nanoseconds: Int64?
    var seconds: String?
  }

  @Test(arguments: [
    DurationExample(text: "1h30m", nanoseconds: 5_400_000_000_000, seconds: "5400s"),
    DurationExample(text: "-1.5ms", nanoseconds: -1_500_000, seconds: "-0.0015s"),
    DurationExample(text: "0", nanoseconds: 0, seconds: "0s"), DurationExample(text: ".5s", nanoseconds: 500_000_000),
    DurationExample(text: "1µs", nanoseconds: 1_000),
    DurationExample(text: "-9223372036854775808ns", nanoseconds: .min, seconds: "-9223372036.854775808s"),
    DurationExample(text: "9223372036854775808ns"), DurationExample(text: "2562048h"), DurationExample(text: "1d"),
    DurationExample(text: ""), DurationExample(text: "5"), DurationExample(text: "1h 30m"), DurationExample(text: "s"),
  ])
  func `a duration is read as Go reads it`(_ example: DurationExample) {
    #expect(GoDuration.parse(example.text) == example.nanoseconds)
    if let seconds = example.seconds { #expect(example.nanoseconds.map(GoDuration.seconds) == seconds) }
  }

  @Test(arguments: [
    ("2021-02-03T04:05:06Z", "2021-02-03T04:05:06Z", "2021-02-03T04:05:06Z"),
    ("2021-02-03T04:05:06.120+02:00", "2021-02-03T04:05:06.12+02:00", "2021-02-03T02:05:06.12Z"),
    ("0001-01-01T00:00:00Z", "0001-01-01T00:00:00Z", "0001-01-01T00:00:00Z"),
    ("2000-02-29T23:59:59-11:30", "2000-02-29T23:59:59-11:30", "2000-03-01T11:29:59Z"),
  ])
  func `a timestamp keeps its offset`(_ text: String, _ written: String, _ inUTC: String) throws {
    let time = try Timestamp(text)
    #expect(time.text() == written)
    #expect(time.text(inUTC: true) == inUTC)
  }

  @Test(arguments: [
    "", "2021-02-03", "2021-02-30T00:00:00Z", "2021-02-03t04:05:06z", "2021-02-03T04:05:06", "2021-02-03T24:00:00Z",
    "2021-02-03T04:05:06+0200", "0000-01-01T00:00:00Z", "2021-13-01T00:00:00Z", "2021-02-03T04:05:06Zx",
  ])
  func `what is no timestamp is refused`(_ text: String) {
    #expect(throws: Timestamp.Failure.self) { try Timestamp(text) }
  }

  @Test(arguments: [
    (1.0, "1"), (1_000_000.0, "1e+06"), (123_456.0, "123456"), (0.0001, "0.0001"), (0.00001, "1e-05"),
    (-0.5, "-0.5"), (1_234_567.5, "1.2345675e+06"), (1e300, "1e+300"), (.infinity, "+Inf"), (0, "0"),
  ])
  func `a number is written as Go writes it`(_ value: Double, _ text: String) {
    #expect(DecimalText.shortest(value) == text)
  }

  @Test(arguments: [
    ("1e3", 1_000.0), (".5", 0.5), ("5.", 5), ("+1", 1), ("0x1p4", 16), ("inf", .infinity), ("-Infinity", -.infinity),
  ])
  func `a number is read as Go reads it`(_ text: String, _ value: Double) {
    #expect(DecimalText.double(text) == value)
  }

  @Test(arguments: ["", ".", "e5", "0x1F", "1e", " 1", "1_000", "1e400", "--1", "1.2.3", "abc", "+nan"])
  func `what is no number is refused`(_ text: String) { #expect(DecimalText.double(text) == nil) }

  struct Comparison: Sendable {
    var left: String
    var right: String
    var order: Int
  }

  @Test(arguments: [
    Comparison(left: "1Ki", right: "1024", order: 0), Comparison(left: "1000m", right: "1", order: 0),
    Comparison(left: "50M", right: "50Mi", order: -1), Comparison(left: "-1", right: "1", order: -1),
    Comparison(left: "-2", right: "-1", order: -1), Comparison(left: "0", right: "-0", order: 0),
    Comparison(left: "9999999999999999999999G", right: "1", order: 1),
    Comparison(left: "1.5Gi", right: "1536Mi", order: 0),
    Comparison(left: "0.1n", right: "1n", order: 0), Comparison(left: "1e3", right: "1k", order: 0),
  ])
  func `quantities are compared by value`(_ example: Comparison) throws {
    let left = try #require(Quantity(example.left))
    let right = try #require(Quantity(example.right))
    #expect(left.compare(right) == example.order)
    #expect(right.compare(left) == -example.order)
  }

  @Test(arguments: ["", "1 Gi", "1Kb", "1K", "1,000", "Gi1", "20Mo", "--1", "1e9999", "."])
  func `what is no quantity is refused`(_ text: String) { #expect(Quantity(text) == nil) }

  @Test func `sums of quantities keep what they are`() throws {
    let sum = try #require(Quantity("50k")).adding(Quantity(20)).adding(try #require(Quantity("100k")).negated)
    #expect(sum.integer == -49_980)
    #expect(try #require(Quantity("1000m")).integer == nil)
    #expect(try #require(Quantity("500m")).approximate == 0.5)
  }

  @Test func `versions are ordered as SemVer says`() throws {
    let texts = [
      "1.0.0-alpha", "1.0.0-alpha.1", "1.0.0-beta.2", "1.0.0-beta.11", "1.0.0-rc.1", "1.0.0", "1.2.3", "1.10.0",
    ]
    let versions = try texts.map { try #require(SemanticVersion($0)) }
    for (left, right) in zip(versions, versions.dropFirst()) { #expect(left.compare(right) == -1) }
    #expect(SemanticVersion("v1", isLenient: true)?.compare(versions[5]) == 0)
    for text in ["v1.0.0", "1.0", "01.0.0", "1.0.0-01", "1.0.0+", "1.0.0-", ""] {
      #expect(SemanticVersion(text) == nil)
    }
  }

  @Test(arguments: [
    ("127.0.0.1", "127.0.0.1"), ("2001:DB8::1", "2001:db8::1"), ("::", "::"), ("1:0:0:2:0:0:0:3", "1:0:0:2::3"),
    ("64:ff9b::1.2.3.4", "64:ff9b::102:304"), ("1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0"),
  ])
  func `an address has one canonical text`(_ text: String, _ canonical: String) {
    #expect(NetworkAddress(text)?.text == canonical)
  }

  @Test(arguments: [
    "", "127.1", "127.0.0.01", "1.2.3.4.5", ":::", "1::2::3", "::ffff:1.2.3.4", "fe80::1%en0", "12345::",
    "1:2:3:4:5:6:7:8:9",
  ])
  func `what is no address is refused`(_ text: String) { #expect(NetworkAddress(text) == nil) }

  @Test func `a network holds its addresses`() throws {
    let network = try #require(NetworkPrefix("10.1.2.3/8"))
    #expect(network.masked.text == "10.0.0.0/8")
    #expect(network.contains(try #require(NetworkAddress("10.255.0.1"))))
    #expect(!network.contains(try #require(NetworkAddress("11.0.0.1"))))
    #expect(network.contains(try #require(NetworkPrefix("10.9.0.0/16"))))
    #expect(NetworkPrefix("10.0.0.0/08") == nil)
  }

  @Test func `a URL has its parts`() throws {
    let url = try #require(GoURL("https://user:pw@example.com:8080/a b?x=1&x=%20z&y"))
    #expect(url.scheme == "https")
    #expect(url.host == "example.com:8080")
    #expect(url.hostname == "example.com")
    #expect(url.port == "8080")
    #expect(url.escapedPath == "/a%20b")
    #expect(url.query.map(\.name) == ["x", "y"])
    #expect(url.query.first?.values == ["1", " z"])
    for text in ["", "example.com", "https://a b.com/", "https://e.com/%zz", "git@github.com:org/repo", "../a"] {
      #expect(GoURL(text) == nil, "\(text)")
    }
  }

  @Test(.enabled(if: TimeZones.offset(of: "America/New_York", at: 0) != nil))
  func `a zone has its offsets`() {
    #expect(TimeZones.offset(of: "America/New_York", at: 1_612_325_106) == -18_000)
    #expect(TimeZones.offset(of: "America/New_York", at: 1_625_000_000) == -14_400)
    #expect(TimeZones.offset(of: "America/New_York", at: 4_100_000_000) == -18_000)
    #expect(TimeZones.offset(of: "../etc/passwd", at: 0) == nil)
    #expect(TimeZones.offset(of: "-08:30", at: 0) == -30_600)
  }

  /// Texts made of the characters that the formats know, the same ones each time.
  @Test func `any text is read or refused`() {
    var state: UInt64 = 7
    func next(_ bound: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % bound
    }
    let pieces = [
      "9223372036854775808", "18446744073709551615", "1844674407370955161.9", "9", "0", "00", ".", "-", "+", ":", "::",
      "/",
      "ns", "µs", "h", "m", "s", "e", "E", "Ki", "Ei", "k", "T", "Z", "2021", "-12-31", "23:59:59", "%", "%2F", "@",
      "[", "]",
      "?", "&", "=", "a", "v", "ffff", "é", "=", "\n", " ",
    ]
    for _ in 0..<20_000 {
      let text = (0...next(7)).map { _ in pieces[next(pieces.count)] }.joined()
      if let duration = GoDuration.parse(text) { #expect(GoDuration.parse(GoDuration.seconds(duration)) == duration) }
      if let time = try? Timestamp(text) { #expect((try? Timestamp(time.text())) == time) }
      if let quantity = Quantity(text) { #expect(quantity.compare(quantity.adding(Quantity(0))) == 0) }
      if let version = SemanticVersion(text, isLenient: true) { #expect(version.compare(version) == 0) }
      if let address = NetworkAddress(text) { #expect(NetworkAddress(address.text) == address) }
      if let prefix = NetworkPrefix(text) { #expect(NetworkPrefix(prefix.masked.text) == prefix.masked) }
      if let url = GoURL(text) { #expect(url.query.count <= text.utf8.count) }
      if let bytes = Base64.decode(text) { #expect(Base64.decode(Base64.encode(bytes)) == bytes) }
      if let value = DecimalText.double(text), value.isFinite {
        #expect(DecimalText.double(DecimalText.shortest(value)) == value)
      }
      for format in NameFormat.allCases { #expect(format.problems(text).count < 4) }
      _ = TimeZones.offset(of: text, at: 1_600_000_000)
      _ = ZoneRule(text)?.offset(at: 1_600_000_000)
    }
  }

  @Test(arguments: [
    "1.x", "*", "v1.2", ">=1.2 <2", ">= 1.2, < 2 || ^3.0.0-0", "1.27.x-0", "4.1 - 4.3", "~>1.2.3+build", " =1.0.0 ",
    "1.X.*",
    "!=1.2.3-rc.1",
  ])
  func `a range of versions is read as Masterminds reads it`(_ text: String) {
    #expect(VersionRange.problem(with: text) == nil)
  }

  @Test(arguments: [
    "latest", "", ">=", "1.2.3.4", "1.2 -1.4", ">=1.0<2.0", "1.x2", "1..2", "1.2 ||", "1.2.3-01",
    "99999999999999999999.0.0", "1.2.3-",
  ])
  func `what is no range of versions is refused`(_ text: String) {
    #expect(VersionRange.problem(with: text) != nil)
  }
}
