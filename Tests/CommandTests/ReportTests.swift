import Foundation
import Testing

@Suite struct `the threshold` {
  @Test(arguments: [("error", 1), ("warning", 1), ("note", 1), ("never", 0)])
  func `decides the status, not what is shown`(threshold: String, status: Int32) throws {
    let fleet = try Fleet()
    try fleet.addFinding()
    let result = try Fluxlint.run("check", "--fail-on", threshold, in: fleet.url)
    #expect(result.status == status)
    #expect(result.output.contains("depends-on-missing"))
  }
}

@Suite struct `reports` {
  @Test func `JSON has the version, the findings and nothing else on standard output`() throws {
    let fleet = try Fleet()
    try fleet.addFinding()
    let result = try Fluxlint.run("check", "--format", "json", in: fleet.url)
    #expect(result.status == 1)
    let report = try #require(
      try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any])
    #expect(report["version"] as? String == "0.1.0")
    let findings = try #require(report["findings"] as? [[String: Any]])
    let finding = try #require(findings.first { $0["rule"] as? String == "depends-on-missing" })
    #expect(finding["file"] as? String == "clusters/prod/broken.yaml")
    #expect(finding["line"] as? Int == 14)
  }

  @Test func `SARIF names the tool and its version`() throws {
    let fleet = try Fleet()
    try fleet.addFinding()
    let result = try Fluxlint.run("check", "--format", "sarif", in: fleet.url)
    #expect(result.status == 1)
    let log = try #require(try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any])
    let run = try #require((log["runs"] as? [[String: Any]])?.first)
    let driver = try #require((run["tool"] as? [String: Any])?["driver"] as? [String: Any])
    #expect(log["version"] as? String == "2.1.0")
    #expect(driver["name"] as? String == "fluxlint")
    #expect(driver["version"] as? String == "0.1.0")
  }

  private static let formats = [
    "text", "concise", "json", "sarif", "github", "gitlab", "junit", "rdjsonl", "markdown",
  ]

  @Test(arguments: formats)
  func `two runs give the same bytes`(format: String) throws {
    let fleet = try Fleet()
    try fleet.addFinding()
    let first = try Fluxlint.run("check", "--format", format, in: fleet.url)
    let second = try Fluxlint.run("check", "--format", format, fleet.url.path)
    #expect(!first.output.isEmpty)
    #expect(first.output == second.output)
  }

  @Test(arguments: formats)
  func `a report file takes the place of standard output`(format: String) throws {
    let fleet = try Fleet()
    try fleet.addFinding()
    let printed = try Fluxlint.run("check", "--format", format, in: fleet.url)
    let file = fleet.scratch.url.appending(path: "report")
    let result = try Fluxlint.run("check", "--format", format, "--output", file.path, in: fleet.url)
    #expect(result.status == 1)
    #expect(result.output.isEmpty)
    #expect(result.talk.contains("1 error"))
    #expect(try String(contentsOf: file, encoding: .utf8) == printed.output)
    #expect(try Fluxlint.run("check", "--quiet", "--output", file.path, in: fleet.url).talk.isEmpty)
  }

  @Test func `several files are written beside the text`() throws {
    let fleet = try Fleet()
    try fleet.addFinding()
    var arguments = ["check"]
    for format in Self.formats { arguments += ["--output", "\(format)=\(fleet.scratch.url.path)/report.\(format)"] }
    let result = try Fluxlint.run(arguments, in: fleet.url)
    #expect(result.status == 1)
    #expect(result.output == (try Fluxlint.run("check", in: fleet.url).output))
    for format in Self.formats where format != "text" {
      let written = try String(contentsOf: fleet.scratch.url.appending(path: "report.\(format)"), encoding: .utf8)
      #expect(written == (try Fluxlint.run("check", "--format", format, in: fleet.url).output), "\(format)")
    }
  }

  @Test func `two reports to one file are refused`() throws {
    let fleet = try Fleet()
    let result = try Fluxlint.run("check", "--output", "sarif=report", "--output", "junit=report", in: fleet.url)
    #expect(result.status == 2)
    #expect(result.talk.contains("two reports would go to 'report'"), "\(result.talk)")
    #expect(!FileManager.default.fileExists(atPath: fleet.url.appending(path: "report").path))
  }

  @Test func `what stands before the first equals sign is a format only if there is one of that name`() throws {
    let fleet = try Fleet()
    let result = try Fluxlint.run(
      "check", "--output", "a=b.json", "--output", "json=c=d", "--output", "./srif=e", in: fleet.url)
    #expect(result.status == 0 && result.output.isEmpty, "\(result.talk)")
    #expect(try String(contentsOf: fleet.url.appending(path: "a=b.json"), encoding: .utf8).hasPrefix("no findings"))
    #expect(try String(contentsOf: fleet.url.appending(path: "c=d"), encoding: .utf8).hasPrefix("{"))
    #expect(try String(contentsOf: fleet.url.appending(path: "srif=e"), encoding: .utf8).hasPrefix("no findings"))
  }

  @Test func `a buffer takes the place of a file, and a new one is added`() throws {
    let fleet = try Fleet()
    for path in ["clusters/prod/apps.yaml", "clusters/prod/new.yaml"] {
      let buffer = Fleet.kustomization(path.contains("new") ? "new" : "apps", path: "apps", dependsOn: "missing")
      try fleet.write("../buffer", buffer)
      let result = try Fluxlint.shell(
        "\"$fluxlint\" check --format concise --quiet --stdin --stdin-filename '\(path)' < ../buffer", in: fleet.url)
      #expect(result.status == 1)
      #expect(result.output.contains("\(path):14:13: error: "), "\(result.output)\(result.talk)")
    }
    #expect(try Fluxlint.run("check", in: fleet.url).status == 0, "nothing on disk has changed")
    let outside = try Fluxlint.run("check", "clusters", "--stdin", "--stdin-filename", "../x.yaml", in: fleet.url)
    #expect(outside.status == 2 && outside.talk.contains("outside the repository"))
    for name in ["../x.yaml", "../none/x.yaml", "clusters/../../x.yaml"] {
      let elsewhere = try Fluxlint.run("check", "--stdin", "--stdin-filename", name, in: fleet.url)
      #expect(elsewhere.status == 2 && elsewhere.talk.contains("'\(name)' is outside the repository"), "\(name)")
    }
    let absolute = try Fluxlint.run("check", "--stdin", "--stdin-filename", "\(fleet.url.path)/apps/x.yaml", in: nil)
    #expect(absolute.status == 0, "an editor may run anywhere: \(absolute.talk)")
    let directory = try Fluxlint.run("check", "--stdin", "--stdin-filename", "clusters", in: fleet.url)
    #expect(directory.status == 2 && directory.talk.contains("it is a directory"))
  }

  @Test func `a buffer outside of Git is checked with the working directory, and with nothing above`() throws {
    let fleet = try Fleet(isRepository: false)
    try fleet.write("../buffer", Fleet.kustomization("apps", path: "apps", dependsOn: "base"))
    func check(_ name: String) throws -> Fluxlint.Result {
      try Fluxlint.shell("\"$fluxlint\" check --stdin --stdin-filename '\(name)' < ../buffer", in: fleet.url)
    }
    let inside = try check("clusters/prod/apps.yaml")
    #expect(inside.status == 0, "'base' is in another file: \(inside.output)\(inside.talk)")
    let outside = try check("../x.yaml")
    #expect(outside.status == 2)
    #expect(outside.talk.contains("is a file outside any Git repository; give the directory that Flux reads"))
  }

  @Test func `when one of several files cannot be written, the others keep what they had`() throws {
    let fleet = try Fleet()
    try fleet.write("report.json", "old")
    for target in ["missing/report.sarif", "clusters"] {
      let result = try Fluxlint.run(
        "check", "--output", "json=report.json", "--output", "sarif=\(target)", in: fleet.url)
      #expect(result.status == 2)
      #expect(result.talk.contains("cannot write '\(target)': "), "\(result.talk)")
      #expect(result.talk.contains("nothing is written to the other file either"), "\(result.talk)")
      #expect(try String(contentsOf: fleet.url.appending(path: "report.json"), encoding: .utf8) == "old")
      let names = try FileManager.default.contentsOfDirectory(atPath: fleet.url.path)
      #expect(!names.contains { $0.hasPrefix("report.json.") }, "\(names)")
    }
  }

  @Test(arguments: [
    (["check", "--output", "sarif=-"], "--format sarif"), (["check", "--output", "-"], "--format text"),
    (["graph", "--output", "-"], "no --output"), (["build", "apps", "--output", "-"], "no --output"),
  ])
  func `a hyphen is no file`(arguments: [String], instead: String) throws {
    let fleet = try Fleet()
    let result = try Fluxlint.run(arguments, in: fleet.url)
    #expect(result.status == 2)
    #expect(result.talk.contains("'-' is no file; for standard output use \(instead)"), "\(result.talk)")
    #expect(!FileManager.default.fileExists(atPath: fleet.url.appending(path: "-").path))
  }

  @Test func `statistics follow the grouping`() throws {
    let fleet = try Fleet()
    try fleet.addFinding()
    let byFile = try Fluxlint.run("check", "--statistics", "--group-by", "file", in: fleet.url)
    #expect(byFile.output.hasPrefix("== clusters/prod/broken.yaml (1 error)\n 1 error  depends-on-missing"))
    let byCluster = try Fluxlint.run("check", "--statistics", "--group-by", "cluster", in: fleet.url)
    #expect(byCluster.output.contains(" 1 error  depends-on-missing  fluxlint explain depends-on-missing\n"))
    #expect(byCluster.output.hasPrefix("== "))
  }

  @Test func `places are links where a terminal takes them, in files they are not`() throws {
    let fleet = try Fleet()
    try fleet.addFinding()
    let environment = ["FORCE_HYPERLINK": "1"]
    let linked = try Fluxlint.run(["check"], in: fleet.url, environment: environment).output
    #expect(linked.contains("\u{1B}]8;;file://"))
    #expect(linked.contains("\(fleet.url.path)/clusters/prod/broken.yaml\u{1B}\\clusters/prod/broken.yaml:14:13"))
    for arguments in [["check", "--staged"], ["check", "--format", "json"]] {
      #expect(try !Fluxlint.run(arguments, in: fleet.url, environment: environment).output.contains("\u{1B}]8"))
    }
  }

  @Test func `a report file is replaced at once, and a failure leaves nothing behind`() throws {
    let fleet = try Fleet()
    let folder = fleet.scratch.url.appending(path: "reports")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let file = folder.appending(path: "report.json")
    try "old".write(to: file, atomically: false, encoding: .utf8)
    #expect(try Fluxlint.run("check", "--format", "json", "-o", file.path, in: fleet.url).status == 0)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["report.json"])
    #expect(try String(contentsOf: file, encoding: .utf8).hasPrefix("{"))

    let result = try Fluxlint.run("check", "-o", folder.appending(path: "missing/report").path, in: fleet.url)
    #expect(result.status == 2)
    #expect(result.talk.contains("cannot write"))
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["report.json"])
  }

  @Test func `a device is written to, not replaced`() throws {
    let fleet = try Fleet()
    #expect(try Fluxlint.run("check", "-o", "/dev/null", in: fleet.url).status == 0)
    let type = try FileManager.default.attributesOfItem(atPath: "/dev/null")[.type] as? FileAttributeType
    #expect(type == .typeCharacterSpecial)
  }
}

@Suite struct `colours` {
  @Test(
    arguments: [
      ([], [:], false), (["--color", "always"], [:], true), (["--color", "never"], ["FORCE_COLOR": "1"], false),
      ([], ["FORCE_COLOR": "1"], true), ([], ["CLICOLOR_FORCE": "1"], true), ([], ["FORCE_COLOR": "0"], false),
      ([], ["FORCE_COLOR": "1", "NO_COLOR": "1"], false), ([], ["FORCE_COLOR": "1", "NO_COLOR": ""], true),
      (["--color", "always"], ["NO_COLOR": "1"], true), (["--color", "always", "--format", "json"], [:], false),
    ] as [([String], [String: String], Bool)])
  func `follow the flag, then the environment, then the terminal`(
    arguments: [String], environment: [String: String], expected: Bool
  ) throws {
    let fleet = try Fleet()
    try fleet.addFinding()
    let result = try Subprocess.run(Fluxlint.binary, ["check"] + arguments, in: fleet.url, environment: environment)
    #expect(result.status == 1)
    #expect(result.output.contains("\u{1B}[") == expected)
  }
}

@Suite struct `streams` {
  @Test func `a reader that stops reading changes nothing`() throws {
    let fleet = try Fleet()
    try fleet.addFinding()
    // The status of fluxlint itself, not of the pipe.
    let result = try Fluxlint.shell(
      #"{ sleep 0.2; "$fluxlint" check --format json; echo $? >&3; } 3>status | true"#, in: fleet.url)
    #expect(result.talk.isEmpty)
    let status = try String(contentsOf: fleet.url.appending(path: "status"), encoding: .utf8)
    #expect(status == "1\n")
  }

  @Test(.enabled(if: FileManager.default.fileExists(atPath: "/dev/full")))
  func `a full disk is a failure, not a clean report`() throws {
    let fleet = try Fleet()
    let result = try Fluxlint.shell(#""$fluxlint" check --format json > /dev/full"#, in: fleet.url)
    #expect(result.status == 2)
    #expect(result.talk.contains("cannot write to standard output"))
  }

  @Test func `quiet keeps the findings and drops the rest`() throws {
    let fleet = try Fleet()
    try fleet.addFinding()
    let result = try Fluxlint.run("check", "--quiet", in: fleet.url)
    #expect(result.status == 1)
    #expect(result.output.contains("depends-on-missing"))
    #expect(result.talk.isEmpty)
    #expect(try Fluxlint.run("check", "--quiet", "apps", in: fleet.url).output.isEmpty)
  }
}
