import Manifests
import Testing

@Suite struct RelativePathTests {
  @Test(
    "A path is joined to a directory and cleaned, and never leaves the tree",
    arguments: [
      ("apps/web", "../base", "apps/base"), ("apps/web", "../../base/", "base"), ("apps", "..", ""),
      ("apps", "../..", nil), ("", "..", nil), ("", "../base", nil),
      ("apps", "./deployment.yaml", "apps/deployment.yaml"),
      ("apps", ".", "apps"), ("apps", "./", "apps"), ("apps", "", "apps"), ("", "", ""), ("", "./base", "base"),
      ("apps", ".././../apps/x", nil), ("apps/web", ".././../x", "x"), ("apps", "..//base", "base"),
      ("apps", "/base", "apps/base"), ("apps", ".hidden/x", "apps/.hidden/x"), ("apps", "...", "apps/..."),
      ("apps", "../..x", "..x"), ("apps", "a/../b", "apps/b"), ("apps", "../a/./b/../c", "a/c"),
      ("apps", "a//b", "apps/a/b"),
      ("apps", "..", ""), ("a/b/c", "../../../", ""), ("a/b/c", "../../../..", nil), ("ä/ö", "../ü", "ä/ü"),
    ] as [(String, String, String?)])
  func joins(_ base: String, _ path: String, _ expected: String?) {
    #expect(RelativePath.join(base, path) == expected)
  }

  /// What the words of Go's documentation say, one component after the other.
  private static func slowly(_ base: String, _ path: String) -> String? {
    var parts: [Substring] = []
    for part in base.split(separator: "/") + path.split(separator: "/") where part != "." {
      if part != ".." {
        parts.append(part)
      } else if parts.popLast() == nil {
        return nil
      }
    }
    return parts.joined(separator: "/")
  }

  @Test("Short cuts give what taking a path apart gives")
  func agreesWithTakingApart() {
    let pieces = ["", ".", "..", "a", "bc", ".d", "..e", "/"]
    for base in ["", "a", "a/b", "a/b/c"] {
      for first in pieces {
        for second in pieces {
          for third in pieces {
            for path in ["\(first)/\(second)/\(third)", "\(first)\(second)/\(third)", "\(first)/\(second)\(third)"] {
              #expect(RelativePath.join(base, path) == Self.slowly(base, path), "\(base) and \(path)")
            }
          }
        }
      }
    }
  }
}
