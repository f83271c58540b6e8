import SourceText
import Testing

struct SuggestionTests {
  @Test(arguments: [
    ("kustomizaton", ["kustomization", "helmrelease"], "kustomization" as String?),
    ("Apps", ["apps"], "apps"), ("pord", ["prod"], "prod"), ("prod", ["prod-eu"], "prod-eu"),
    ("b", ["a"], nil), ("A", ["a"], "a"), ("id", ["is"], nil), ("ur", ["url"], "url"), ("redis", ["postgres"], nil),
    ("", ["a"], nil), ("same", ["same"], nil),
    ("aac", ["aab", "aaa"], "aaa"),
  ])
  func `the nearest name is one that a slip explains`(name: String, candidates: [String], expected: String?) {
    #expect(Suggestion.nearest(to: name, in: candidates) == expected)
  }

  @Test(arguments: [
    ("apps", "app", true), ("apps", "aps", true), ("apps", "apsp", true), ("apps", "appz", true),
    ("apps", "apps", false), ("apps", "zpsp", false), ("apps", "apples", false), ("web-1", "web-2", false),
    ("web", "web2", false), ("aa", "aaa", true), ("ab", "ba", true), ("a", "", true),
  ])
  func `a slip is one letter, or two that are swapped, and no number`(left: String, right: String, isSlip: Bool) {
    #expect(Suggestion.isSlip(between: left, and: right) == isSlip)
    #expect(Suggestion.isSlip(between: right, and: left) == isSlip)
  }

  @Test(arguments: [("", "abc", 3), ("abc", "abc", 0), ("abc", "acb", 1), ("kitten", "sitting", 3)])
  func `distance counts what must be changed`(left: String, right: String, distance: Int) {
    #expect(Suggestion.distance(Array(left.utf8), Array(right.utf8)) == distance)
  }
}
