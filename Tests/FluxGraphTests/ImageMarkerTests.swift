import Facts
import Manifests
import SourceTrees
import Testing
import YAMLSyntax

/// Comments that tell image-automation-controller what to write.
struct ImageMarkerTests {
  private static func markers(_ text: String, in path: String = "web.yaml") async throws -> ([ImageMarker], SourceSet) {
    let sources = try await SourceSet.load(InMemoryTree(files: [path: Array(text.utf8)]))
    return (ImageMarkers(sources).markers, sources)
  }

  @Test(arguments: [
    ("image: a:1 # {\"$imagepolicy\": \"ns:p\"}", ImageMarker.Part.image),
    ("image: a:1 # {\"$imagepolicy\": \"ns:p:tag\"}", .tag),
    ("image: 'a:1' ## { \"$imagepolicy\" : \"ns:p:name\" }  ", .name),
    ("- a:1 #{\"$imagepolicy\":\"ns:p:digest\"}", .digest),
    ("# {\"$imagepolicy\": \"ns:p\"}\n- a:1", .image),
    ("x: {image: a:1, # {\"$imagepolicy\": \"ns:p\"}\n  tag: 1}", .image),
    ("image: # {\"$imagepolicy\": \"ns:p\"}", .image), ("image: |- # {\"$imagepolicy\": \"ns:p\"}\n  a:1", .image),
  ])
  func `a marker says policy and part`(_ text: String, _ part: ImageMarker.Part) async throws {
    let (markers, _) = try await Self.markers(text)
    let marker = try #require(markers.first)
    #expect(markers.count == 1)
    #expect(marker.problem == nil)
    #expect([marker.namespace, marker.policy] == ["ns", "p"])
    #expect(marker.part == part)
  }

  @Test(arguments: [
    ("image: a:1 # {\"$imagepolicy\": \"ns:p\"} x", ImageMarker.Problem.textBehind),
    ("image: a:1 # {'$imagepolicy': 'ns:p'}", .notAnObject), ("image: a:1 # $imagepolicy ns:p", .notAnObject),
    ("image: a:1 # {\"$imagepolicy\": 1}", .notAnObject), ("image: a:1 # {\"$imagepolicy\": \"p\"}", .notAName),
    ("image: a:1 # {\"$imagepolicy\": \"ns/p\"}", .notAName),
    ("image: a:1 # {\"$imagepolicy\": \"ns:p:version\"}", .unknownSuffix("version")),
    ("# {\"$imagepolicy\": \"ns:p\"}\nimage: a:1", .alone),
    ("a: # {\"$imagepolicy\": \"ns:p\"}\n  image: a:1", .noValue),
    ("a: [b, c] # {\"$imagepolicy\": \"ns:p\"}", .noValue), ("a: &x 1\nb: *x # {\"$imagepolicy\": \"ns:p\"}", .noValue),
  ])
  func `what the controller passes over is no marker`(_ text: String, _ problem: ImageMarker.Problem) async throws {
    #expect(try await Self.markers(text).0.map(\.problem) == [problem])
  }

  @Test(arguments: [
    "# image: a:1 # {\"$imagepolicy\": \"ns:p\"}\nimage: a:1",
    "# write {\"$imagepolicy\": \"ns:p\"} behind it\nimage: a:1",
    "text: |\n  # {\"$imagepolicy\": \"ns:p\"}\n  x", "image: a:1 # a comment",
  ])
  func `text and lines that are commented out are no markers`(_ text: String) async throws {
    #expect(try await Self.markers(text).0.isEmpty)
  }

  @Test func `a marker knows its value and field`() async throws {
    let (markers, sources) = try await Self.markers(
      "spec:\n  tag: 1.2 # {\"$imagepolicy\": \"ns:p:tag\"}\n  args:\n    - a # {\"$imagepolicy\": \"ns:p\"}\n")
    #expect(markers.map { $0.value.map { sources.forest.text($0) } } == ["1.2", "a"])
    #expect(markers.map { $0.field.map { sources.forest.text($0) } } == ["tag", "args"])
  }

  @Test func `a file that does not parse is remembered`() async throws {
    let sources = try await SourceSet.load(
      InMemoryTree(files: ["chart.yaml": Array("image: {{ x }} # {\"$imagepolicy\": \"ns:p\"}\n  - {".utf8)]))
    #expect(ImageMarkers(sources).markers.isEmpty)
    #expect(ImageMarkers(sources).unparsed.count == 1)
  }
}
