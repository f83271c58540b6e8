import Foundation
import Testing

@Suite struct `graph and inventory` {
  private static let repository = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()
  private static let fleet = repository.appending(path: "testdata/fleet").path

  @Test func `the tree has each cluster, and marks what waits for itself`() throws {
    let result = try Fluxlint.run("graph", "--no-git", Self.fleet)
    #expect(result.status == 0)
    #expect(result.output.contains("clusters/production  bootstrap, Flux 2."))
    #expect(result.output.contains("clusters/staging"))
    #expect(result.output.contains("waits in a cycle: apps -> infra-configs -> apps"))
    #expect(!result.output.contains("\u{1B}"))
  }

  @Test func `colours come when they are asked for`() throws {
    #expect(try Fluxlint.run("graph", "--no-git", "--color", "always", Self.fleet).output.contains("\u{1B}[1m"))
  }

  @Test(arguments: ["clusters/staging", "staging"])
  func `one cluster can be chosen by its name or the end of it`(name: String) throws {
    let output = try Fluxlint.run("graph", "--no-git", "--cluster", name, Self.fleet).output
    #expect(output.contains("clusters/staging"))
    #expect(!output.contains("clusters/production"))
  }

  /// Runs a command line at a terminal of five lines.
  private func atTerminal(_ line: String) throws -> String {
    let command = "stty rows 5 cols 200; \(line.replacing("fluxlint ", with: "'\(Fluxlint.binary.path)' "))"
    return try Subprocess.run(
      URL(filePath: "/usr/bin/script"), ["--quiet", "--command", command, "/dev/null"], in: nil,
      environment: ["TERM": "xterm", "SHELL": "/bin/sh"]
    ).output.replacing("\r\n", with: "\n")
  }

  @Test(.enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/script")))
  func `a graph that is longer than the terminal goes through the pager`() throws {
    // On a machine that is slow the line about what is being done would be between.
    let graph = "fluxlint graph --color never --no-git \(Self.fleet) 2>/dev/null"
    let plain = try Fluxlint.run("graph", "--no-git", Self.fleet).output
    let prefixed = plain.split(separator: "\n", omittingEmptySubsequences: false).dropLast().map { "P\($0)\n" }.joined()
    #expect(try atTerminal("PAGER='sed s/^/P/' \(graph)") == prefixed)
    #expect(try atTerminal("FLUXLINT_PAGER= PAGER='sed s/^/P/' \(graph)") == plain)
    #expect(try atTerminal("PAGER='sed s/^/P/' \(graph) --no-pager") == plain)
    let missing = try atTerminal("PAGER=/nonexistent/pager \(graph)")
    #expect(missing == plain)
  }

  @Test func `the upper levels say what is below them`() throws {
    let all = try Fluxlint.run("graph", "--no-git", Self.fleet).output.split(separator: "\n")
    let output = try Fluxlint.run("graph", "--no-git", "--depth", "1", Self.fleet).output
    let lines = output.split(separator: "\n")
    #expect(lines.count < all.count && lines.count >= 2)
    #expect(!output.contains("─"))
    #expect(output.contains(" more below"))
  }

  @Test(arguments: ["HelmRelease", "helmrelease"])
  func `objects of a kind are shown with what applies them, and listed without`(kind: String) throws {
    let graph = try Fluxlint.run("graph", "--no-git", "--only", kind, Self.fleet).output
    #expect(graph.contains("HelmRelease ") && graph.contains("flux-system") && !graph.contains("─ GitRepository "))
    let inventory = try Fluxlint.run("inventory", "--no-git", "--only", kind, Self.fleet).output
    #expect(inventory.contains("HelmReleases (") && !inventory.contains("Kustomizations ("))
    for format in ["json", "dot", "mermaid"] {
      let drawn = try Fluxlint.run("graph", "--no-git", "--only", kind, "--format", format, Self.fleet).output
      #expect(drawn.contains("HelmRelease"), "\(format)")
    }
  }

  @Test func `an unknown cluster is named with the one that was probably meant`() throws {
    let result = try Fluxlint.run("inventory", "--no-git", "--cluster", "stagging", Self.fleet)
    #expect(result.status == 2)
    #expect(result.output.isEmpty)
    #expect(result.talk.contains("no cluster 'stagging'; did you mean 'staging'?"))
  }

  @Test(arguments: ["text", "json", "dot", "mermaid"])
  func `two runs give the same bytes, on standard output and in a file`(format: String) throws {
    let scratch = try Scratch()
    let file = scratch.url.appending(path: "graph")
    let printed = try Fluxlint.run("graph", "--no-git", "--format", format, Self.fleet)
    let written = try Fluxlint.run("graph", "--no-git", "--format", format, "--output", file.path, Self.fleet)
    #expect(printed.status == 0)
    #expect(written.output.isEmpty)
    #expect(try String(contentsOf: file, encoding: .utf8) == printed.output)
  }

  @Test(arguments: [("graph", []), ("inventory", []), ("build", ["--all"])])
  func `JSON is as its schema says`(command: String, options: [String]) throws {
    let output = try Subprocess.run(
      Fluxlint.binary, [command] + options + ["--no-git", "--format", "json", Self.fleet], in: nil
    ).output
    let value = try JSONSerialization.jsonObject(with: Data(output.utf8))
    let file = Self.repository.appending(path: "docs/output-\(command)-v1.schema.json")
    let schema = try #require(try JSONSerialization.jsonObject(with: Data(contentsOf: file)) as? [String: Any])
    #expect(faults(in: value, schema, root: schema, at: "") == [])
    #expect((value as? [String: Any])?["schema"] as? String == "fluxlint/\(command)/v1")
  }

  @Test func `work tree, index and commit give the same graph`() throws {
    let fleet = try Fleet()
    let outputs = try [[], ["--staged"], ["--rev", "HEAD"]].map { options in
      try Fluxlint.shell("\"$fluxlint\" graph \(options.joined(separator: " "))", in: fleet.url).output
    }
    #expect(!outputs[0].isEmpty)
    #expect(Set(outputs).count == 1)
  }

  @Test func `a directory without Flux objects has nothing to show`() throws {
    let scratch = try Scratch()
    try "a: 1\n".write(to: scratch.url.appending(path: "values.yaml"), atomically: true, encoding: .utf8)
    let result = try Fluxlint.run("graph", "--no-git", scratch.url.path)
    #expect(result.status == 0)
    #expect(result.output == "no Flux objects\n")
  }

  /// The part of JSON Schema that the schemas here use.
  private func faults(in value: Any, _ schema: [String: Any], root: [String: Any], at path: String) -> [String] {
    var schema = schema
    if let reference = schema["$ref"] as? String {
      let name = String(reference.dropFirst("#/$defs/".count))
      schema = (root["$defs"] as? [String: Any])?[name] as? [String: Any] ?? [:]
      if schema.isEmpty { return ["\(path): no definition \(name)"] }
    }
    var faults: [String] = []
    if let allowed = schema["enum"] as? [String], !allowed.contains(value as? String ?? "") {
      faults.append("\(path): \(value) is not one of \(allowed)")
    }
    // Anything may be in a Kubernetes object.
    let isFree = schema["additionalProperties"] as? Bool == true
    if let object = value as? [String: Any] {
      let properties = schema["properties"] as? [String: Any] ?? [:]
      for key in schema["required"] as? [String] ?? [] where object[key] == nil { faults.append("\(path): no \(key)") }
      for (key, member) in object {
        guard let inner = properties[key] as? [String: Any] else {
          if !isFree { faults.append("\(path)/\(key): not in the schema") }
          continue
        }
        faults += self.faults(in: member, inner, root: root, at: "\(path)/\(key)")
      }
    } else if let array = value as? [Any] {
      let items = schema["items"] as? [String: Any] ?? [:]
      for member in array { faults += self.faults(in: member, items, root: root, at: "\(path)[]") }
    } else {
      let types = (schema["type"] as? [String]) ?? (schema["type"] as? String).map { [$0] } ?? []
      let type = value is NSNull ? "null" : value is String ? "string" : isBoolean(value) ? "boolean" : "integer"
      if !types.contains(type) { faults.append("\(path): a \(type), not \(types)") }
    }
    return faults
  }

  private func isBoolean(_ value: Any) -> Bool {
    (value as? NSNumber).map { String(cString: $0.objCType) == "c" } ?? false
  }
}
