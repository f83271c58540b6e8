import Testing

@testable import Kustomize

/// Which strings are remote, and what would be fetched.
struct RemoteClassifierTests {
  struct GitCase: Sendable, CustomTestStringConvertible {
    var text: String
    var clone: String
    var path: String
    var ref: String?

    init(_ text: String, _ clone: String, _ path: String = "", ref: String? = nil) {
      self.text = text
      self.clone = clone
      self.path = path
      self.ref = ref
    }

    var testDescription: String { text }
  }

  static let repositories = [
    GitCase("github.com/org/repo/p?ref=v1", "https://github.com/org/repo", "p", ref: "v1"),
    GitCase("github.com:org/repo", "https://github.com/org/repo"),
    GitCase("GITHUB.com/O/R", "https://github.com/O/R"),
    GitCase("git@github.com:org/repo.git//p", "git@github.com:org/repo.git", "p"),
    GitCase("ssh://git@github.com/org/repo/p", "git@github.com:org/repo", "p"),
    GitCase("git@gitlab.com:group/sub/repo//p", "git@gitlab.com:group/sub/repo", "p"),
    GitCase("git@gitlab.com:group/sub/repo", "git@gitlab.com:group/sub", "repo"),
    GitCase("ssh://git@host:22/o/r.git//p?ref=r", "ssh://git@host:22/o/r.git", "p", ref: "r"),
    GitCase("git::https://github.com/o/r//p", "https://github.com/o/r", "p"),
    GitCase("git::git@host:o/r", "git@host:o/r"),
    GitCase("https://dev.azure.com/o/p/_git/repo/x?ref=a", "https://dev.azure.com/o/p/_git/repo", "x", ref: "a"),
    GitCase("file:///srv/repo//p?ref=x", "/srv/repo", "p", ref: "x"),
    GitCase("https://host/scm/proj/repo.git", "https://host/scm/proj/repo.git"),
    GitCase("https://example.com/a/b/c.yaml", "https://example.com/a/b", "c.yaml"),
    GitCase("a@b/c/d", "a@b/c/d"),
    GitCase("github.com/org/repo?version=v2&timeout=30s", "https://github.com/org/repo", ref: "v2"),
    GitCase("github.com/org/repo?version=v2&ref=v3", "https://github.com/org/repo", ref: "v3"),
  ]

  @Test(arguments: repositories)
  func `a repository is recognised`(_ example: GitCase) throws {
    let spec = try #require(GitSpec(example.text))
    let expectedClone = example.text.hasPrefix("file://") ? "file://" + example.clone : example.clone
    #expect(spec.clone.hasSuffix(example.clone) || spec.clone == expectedClone)
    #expect(spec.path == example.path)
    #expect(spec.ref == example.ref)
  }

  @Test(arguments: [
    "https://example.com/x.yaml", "https://github.com/org", "gitlab.com/org/repo", "gitlab.com/org/repo.git",
    "git.host:o/r", "oci://host/repo", "s3::https://host/bucket", "host:path/x", "user@host:path", "git@host",
    "./github.com/org/repo", "../base", "base?ref=x", "/abs/path", "", "base", "git@github.com:org/repo//../x",
  ])
  func `a path or plain URL is no repository`(_ text: String) {
    #expect(GitSpec(text) == nil)
  }

  struct ResourceCase: Sendable, CustomTestStringConvertible {
    var text: String
    var isLocalFile = false
    var kind: RemoteReference.Kind?

    var testDescription: String { text }
  }

  @Test(arguments: [
    ResourceCase(text: "https://example.com/x.yaml", kind: .http),
    ResourceCase(text: "HTTPS://example.com/x.yaml", kind: .http),
    ResourceCase(text: "https://raw.githubusercontent.com/org/repo/main/deploy/x.yaml", kind: .http),
    ResourceCase(text: "https://github.com/org/repo/releases/download/v1/install.yaml", kind: .http),
    ResourceCase(text: "https://downloads.example.com/agent/install.yaml", kind: .http),
    ResourceCase(text: "https://downloads.example.com/agent/install.yaml?ref=v1", kind: .http),
    ResourceCase(text: "https://github.com/org/repo/releases/download/v1/manifests", kind: .http),
    ResourceCase(text: "https://github.com/org/repo//deploy?ref=v1", kind: .git),
    ResourceCase(text: "github.com/org/repo", kind: .git),
    ResourceCase(text: "a@b/c/d", isLocalFile: true, kind: nil),
    ResourceCase(text: "a@b/c/d", kind: .git),
    ResourceCase(text: "../base", kind: nil),
    ResourceCase(text: "gitlab.com/org/repo", kind: nil),
  ])
  func `an entry of resources is classified`(_ example: ResourceCase) {
    #expect(RemoteClassifier.resource(example.text, isLocalFile: example.isLocalFile)?.kind == example.kind)
  }

  @Test func `a component is remote only as a repository, a file only over HTTP`() {
    #expect(RemoteClassifier.component("github.com/org/repo")?.kind == .git)
    #expect(RemoteClassifier.component("https://example.com/x.yaml") == nil)
    #expect(RemoteClassifier.file("https://example.com/x.yaml")?.kind == .http)
    #expect(RemoteClassifier.file("github.com/org/repo") == nil)
  }
}
