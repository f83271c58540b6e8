import Foundation
import Testing

/// A directory with an overlay and its base, a Git repository unless told otherwise.
private struct Overlay {
  let fleet: Fleet
  var url: URL { fleet.url }

  init(isRepository: Bool = true) throws {
    fleet = try Fleet(isRepository: isRepository)
    try fleet.write("base/kustomization.yaml", "resources:\n- deployment.yaml\n- settings.yaml\n")
    try fleet.write(
      "base/deployment.yaml",
      "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: web\nspec:\n  replicas: 1\n  paused: false\n")
    try fleet.write(
      "base/settings.yaml",
      "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: settings\n  annotations:\n    n: 5\ndata: {b: '2', a: x}\n")
    try fleet.write(
      "overlays/prod/kustomization.yaml", "resources:\n- ../../base\nnamePrefix: p-\npatches:\n- path: patch.yaml\n")
    try fleet.write(
      "overlays/prod/patch.yaml",
      "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: web\nspec:\n  replicas: 3\n")
    guard isRepository else { return }
    try fleet.git("add", "-A")
    try fleet.git("commit", "-q", "-m", "overlay")
  }

  static let settings = """
    apiVersion: v1
    data:
      a: x
      b: "2"
    kind: ConfigMap
    metadata:
      annotations:
        "n": "5"
      name: p-settings

    """

  static func deployment(replicas: Int) -> String {
    """
    apiVersion: apps/v1
    kind: Deployment
    metadata:
      name: p-web
    spec:
      paused: false
      replicas: \(replicas)

    """
  }

  static let built = settings + "---\n" + deployment(replicas: 3)
}

@Suite struct `building a directory` {
  @Test(arguments: [true, false]) func `prints the objects, with Git and without`(isRepository: Bool) throws {
    let overlay = try Overlay(isRepository: isRepository)
    let result = try Fluxlint.run("build", "overlays/prod", in: overlay.url)
    #expect(result.output == Overlay.built)
    #expect(result.talk.isEmpty)
    #expect(result.status == 0)
  }

  @Test func `finds a base above the directory without Git`() throws {
    let overlay = try Overlay(isRepository: false)
    let directory = overlay.url.appending(path: "overlays/prod")
    #expect(try Fluxlint.run("build", in: directory).output == Overlay.built)
    #expect(try Fluxlint.run("build", directory.path).output == Overlay.built)
    #expect(try Fluxlint.run("build", "--no-git", directory.path).output == Overlay.built)
  }

  @Test func `builds from the index and from a revision`() throws {
    let overlay = try Overlay()
    let patch = "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: web\nspec:\n  replicas: 9\n"
    try overlay.fleet.write("overlays/prod/patch.yaml", patch)
    let changed = Overlay.settings + "---\n" + Overlay.deployment(replicas: 9)
    #expect(try Fluxlint.run("build", "overlays/prod", in: overlay.url).output == changed)
    #expect(try Fluxlint.run("build", "overlays/prod", "--staged", in: overlay.url).output == Overlay.built)
    try overlay.fleet.git("add", "-A")
    #expect(try Fluxlint.run("build", "overlays/prod", "--staged", in: overlay.url).output == changed)
    #expect(try Fluxlint.run("build", "overlays/prod", "--rev", "HEAD", in: overlay.url).output == Overlay.built)
  }

  @Test func `builds what only a revision has`() throws {
    let overlay = try Overlay()
    try overlay.fleet.git("rm", "-r", "-q", "overlays", "base")
    try overlay.fleet.git("commit", "-q", "-m", "gone")
    #expect(try Fluxlint.run("build", "overlays/prod", "--rev", "HEAD~1", in: overlay.url).output == Overlay.built)
    let bare = try overlay.fleet.bareClone()
    #expect(try Fluxlint.run("build", "overlays/prod", "--rev", "main~1", in: bare).output == Overlay.built)
    let outside = overlay.url.path + "/overlays/prod"
    #expect(try Fluxlint.run("build", outside, "--rev", "HEAD~1").output == Overlay.built)
    let gone = try Fluxlint.run("build", "overlays/prod", "--rev", "HEAD", in: overlay.url)
    #expect(gone.status == 2)
    #expect(gone.talk.contains("nothing to build at 'overlays/prod': directory 'overlays/prod' does not exist"))
  }

  @Test func `says where objects and changed values are written`() throws {
    let overlay = try Overlay()
    let result = try Fluxlint.run("build", "overlays/prod", "--provenance", in: overlay.url)
    #expect(
      result.output == """
        # base/settings.yaml:1
        # namePrefix: overlays/prod/kustomization.yaml:3
        apiVersion: v1
        data:
          a: x
          b: "2"
        kind: ConfigMap
        metadata:
          annotations:
            "n": "5"
          name: p-settings
        ---
        # base/deployment.yaml:1
        # patch: overlays/prod/kustomization.yaml:5
        # namePrefix: overlays/prod/kustomization.yaml:3
        apiVersion: apps/v1
        kind: Deployment
        metadata:
          name: p-web
        spec:
          paused: false
          replicas: 3 # overlays/prod/patch.yaml:6

        """)
  }

  @Test func `writes JSON, with places if they are wanted`() throws {
    let overlay = try Overlay()
    try overlay.fleet.write(
      "overlays/prod/kustomization.yaml", "resources: [../../base/]\npatches: [path: patch.yaml]\n")
    try overlay.fleet.write("base/kustomization.yaml", "resources: [deployment.yaml]\n")
    let list = try Fluxlint.run("build", "overlays/prod", "--format", "json", in: overlay.url)
    #expect(
      list.output == """
        {
          "apiVersion": "v1",
          "kind": "List",
          "items": [
            {
              "apiVersion": "apps/v1",
              "kind": "Deployment",
              "metadata": {
                "name": "web"
              },
              "spec": {
                "paused": false,
                "replicas": 3
              }
            }
          ]
        }

        """)
    let result = try Fluxlint.run("build", "overlays/prod", "--format", "json", "--provenance", in: overlay.url)
    struct Described: Decodable, Equatable {
      struct Object: Decodable, Equatable {
        struct Content: Decodable, Equatable { var kind: String }
        struct Modifier: Decodable, Equatable {
          var kind: String
          var file: String
          var line: Int
        }
        struct Field: Decodable, Equatable {
          var path: String
          var file: String
          var line: Int
        }
        var object: Content
        var file: String
        var line: Int
        var modifiers: [Modifier]
        var fields: [Field]
      }
      var objects: [Object]
    }
    let described = try JSONDecoder().decode(Described.self, from: Data(result.output.utf8))
    #expect(
      described.objects == [
        Described.Object(
          object: .init(kind: "Deployment"), file: "base/deployment.yaml", line: 1,
          modifiers: [.init(kind: "patch", file: "overlays/prod/kustomization.yaml", line: 2)],
          fields: [.init(path: "/spec/replicas", file: "overlays/prod/patch.yaml", line: 6)])
      ])
  }

  @Test func `writes to a file, and nothing when the build fails`() throws {
    let overlay = try Overlay()
    let file = overlay.url.appending(path: "out.yaml")
    let result = try Fluxlint.run("build", "overlays/prod", "--output", "out.yaml", in: overlay.url)
    #expect(result.output.isEmpty)
    #expect(try String(contentsOf: file, encoding: .utf8) == Overlay.built)
    try overlay.fleet.write("base/settings.yaml", "kind: ConfigMap\n")
    #expect(try Fluxlint.run("build", "overlays/prod", "--output", "out.yaml", in: overlay.url).status == 1)
    #expect(try String(contentsOf: file, encoding: .utf8) == Overlay.built)
  }

  @Test func `keeps the order of Flux when asked`() throws {
    let overlay = try Overlay()
    let result = try Fluxlint.run("build", "overlays/prod", "--reorder", "none", in: overlay.url)
    #expect(result.output == Overlay.deployment(replicas: 3) + "---\n" + Overlay.settings)
  }
}

@Suite struct `a build that fails` {
  @Test func `names the entry, what it may have meant, and the way there`() throws {
    let overlay = try Overlay()
    try overlay.fleet.write("base/kustomization.yaml", "resources:\n- deploymnt.yaml\n")
    let result = try Fluxlint.run("build", "overlays/prod", in: overlay.url)
    #expect(result.status == 1)
    #expect(result.output.isEmpty)
    #expect(result.talk.contains("'deploymnt.yaml' does not exist, did you mean 'deployment.yaml'?"))
    #expect(result.talk.contains("--> base/kustomization.yaml:2:3"))
    #expect(result.talk.contains("::: overlays/prod/kustomization.yaml:2:3"))
  }

  @Test func `has no kustomization file`() throws {
    let overlay = try Overlay()
    let result = try Fluxlint.run("build", "apps", in: overlay.url)
    #expect(result.status == 2)
    #expect(result.talk.contains("nothing to build at 'apps': no kustomization file is there"))
    #expect(result.talk.contains("--kustomization NAMESPACE/NAME, or --all"))
    let here = try Fluxlint.run("build", "--no-git", in: overlay.url.appending(path: "apps"))
    #expect(here.status == 2)
    #expect(here.talk.contains("nothing to build at '.'"))
  }

  @Test func `reads a file outside its directory, unless that is allowed`() throws {
    let overlay = try Overlay()
    try overlay.fleet.write("overlays/dev/kustomization.yaml", "resources:\n- ../../base/deployment.yaml\n")
    let result = try Fluxlint.run("build", "overlays/dev", in: overlay.url)
    #expect(result.status == 1)
    #expect(result.talk.contains("'../../base/deployment.yaml' is outside the directory of its kustomization file"))
    let allowed = try Fluxlint.run(
      "build", "overlays/dev", "--load-restrictor", "LoadRestrictionsNone", in: overlay.url)
    #expect(allowed.status == 0)
    #expect(allowed.output.contains("kind: Deployment"))
  }

  @Test func `needs the network, unless that part is left out`() throws {
    let overlay = try Overlay()
    try overlay.fleet.write(
      "overlays/dev/kustomization.yaml", "resources:\n- ../../base\n- https://example.com/org/repo//dir?ref=v1\n")
    let result = try Fluxlint.run("build", "overlays/dev", in: overlay.url)
    #expect(result.status == 1)
    #expect(result.output.isEmpty)
    #expect(
      result.talk.contains(
        "not built: 'resources' fetches 'https://example.com/org/repo//dir?ref=v1' from the network (overlays/dev/kustomization.yaml:3:3)"
      ))
    let partial = try Fluxlint.run("build", "overlays/dev", "--allow-incomplete", in: overlay.url)
    #expect(partial.status == 0)
    #expect(partial.output.contains("kind: Deployment"))
    #expect(partial.talk.contains("not built: "))
  }

  @Test(arguments: [
    ("data: {8080: x}", "the key '8080' is no string"), ("data: {a: !!int x}", "'x' cannot be read as '!!int'"),
    ("data: {a: .inf}", "'.inf' is a number that cannot be written as JSON"),
    ("data: {? [a] : x}", "a list is the key, expected a string"),
    ("data: {a: \"\\x7f\"}", "the value has control characters"),
    ("data: {<<: 5}", "'<<' merges mappings only"), ("data: {~: x}", "the key is null"),
    ("data: {a: 1, a: 2}", "mapping key 'a' is already defined"),
    ("metadata: {name: x, annotations: {'5': x}}", "the annotation '5' is called like a number"),
  ])
  func `has an object that cannot be printed`(field: String, expected: String) throws {
    let overlay = try Overlay()
    let metadata = field.hasPrefix("metadata") ? "" : "metadata: {name: x}\n"
    try overlay.fleet.write("odd/kustomization.yaml", "resources: [x.yaml]\n")
    try overlay.fleet.write("odd/x.yaml", "apiVersion: v1\nkind: ConfigMap\n\(metadata)\(field)\n")
    let result = try Fluxlint.run("build", "odd", in: overlay.url)
    #expect(result.status == 1)
    #expect(result.output.isEmpty)
    #expect(result.talk.contains(expected), "\(result.talk)")
    #expect(result.talk.contains("--> odd/x.yaml:"))
  }

  @Test func `is no endless search when a kustomization names all directories above`() throws {
    let overlay = try Overlay(isRepository: false)
    try overlay.fleet.write(
      "deep/kustomization.yaml", "resources: [.., ../.., ../../.., /, ../../../../../../../.., ./., deep, '']\n")
    let result = try Fluxlint.run("build", "deep", in: overlay.url)
    #expect(result.status == 1)
    #expect(result.talk.contains("error[build-failed]"))
  }
}

/// Builds whose output kustomize itself recorded. They lie beside the repository and not in it.
@Suite struct `recorded builds` {
  struct Case: Decodable {
    var dir: String
    var expect: String
    var flags: [String]?
  }

  static let directory = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "../shared/cases/kustomize/dev").standardizedFileURL

  @Test(.enabled(if: FileManager.default.fileExists(atPath: directory.path)))
  func `come out with the same bytes`() throws {
    var wrong: [String] = []
    for name in try FileManager.default.contentsOfDirectory(atPath: Self.directory.path).sorted() {
      let folder = Self.directory.appending(path: name)
      let input = folder.appending(path: "in")
      // A case without any file has no such directory.
      guard let data = try? Data(contentsOf: folder.appending(path: "case.json")),
        FileManager.default.fileExists(atPath: input.path)
      else { continue }
      let example = try JSONDecoder().decode(Case.self, from: data)
      let result = try Subprocess.run(
        Fluxlint.binary, ["build", "--no-git"] + (example.flags ?? []) + [example.dir], in: input)
      #expect((0...2).contains(result.status), "\(name) ends with \(result.status)")
      if example.expect == "error" {
        if result.status == 0 { wrong.append(name) }
      } else {
        let expected = try String(contentsOf: folder.appending(path: "expected.yaml"), encoding: .utf8)
        if result.status != 0 || result.output != expected { wrong.append(name) }
      }
    }
    #expect(wrong == [])
  }
}
