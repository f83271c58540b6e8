import FluxModel
import Testing

@testable import FluxGraph

@Suite struct `The version of a FluxInstance` {
  @Test(arguments: [
    ("2.x", 10), ("2.*", 10), ("2", 10), ("*", 10), ("^2.3.0", 10), (">=2.0", 10), ("2.6.x", 6), ("2.6.4", 6),
    ("v2.6.4", 6),
    ("=2.6.4", 6), ("~2.6.1", 6), ("~2.6", 6), ("~2", 10), (">=2.6.0 <2.8.0", 7), (">= 2.6.0, < 2.8.0", 7),
    ("<2.8.3", 8), ("<2.8.0", 7), ("<=2.8.0", 8), ("<=2.7", 7), (">2.3 <2.5", 4), ("2.3 - 2.5", 5),
    ("2.3.0 - 2.5.1", 5),
    ("2.2.x || 2.5.x", 5), ("!=2.10.x", 9), ("2.12.0", 12),
    ("2.12.x", 12), (">=2.12.0", 12), (">2.12", 13), ("~2.12.1", 12), (">=2.12 <3.0", 12), ("^2.12.1 || 2.14.x", 12),
  ])
  func `is the newest minor of its range`(text: String, minor: Int) {
    #expect(FluxVersionRange(text).newest == FluxVersion(major: 2, minor: minor))
  }

  @Test(arguments: [("3.x", 0), (">=3.1.0", 1)])
  func `is of the next major where only that fits`(text: String, minor: Int) {
    #expect(FluxVersionRange(text).newest == FluxVersion(major: 3, minor: minor))
  }

  @Test(arguments: ["", "1.x", "latest", "<2.0.0", ">=2.5 <2.5", "2.a"])
  func `is unknown where no release since Flux 2 fits`(text: String) {
    #expect(FluxVersionRange(text).newest == nil)
  }
}
