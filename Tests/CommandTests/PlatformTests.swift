import Foundation
import Testing

/// The shell of the GitHub Action and of the GitLab component, run in a stand-in of what the platforms give.
@Suite struct `the shell for CI platforms` {
  private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  private func text(of document: String) throws -> String {
    try String(contentsOf: Self.root.appending(path: document), encoding: .utf8)
  }

  /// A directory with a program `fluxlint` that is the one under test.
  private func programs(in scratch: Scratch) throws -> String {
    let folder = scratch.url.appending(path: "programs")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    try FileManager.default.createSymbolicLink(
      at: folder.appending(path: "fluxlint"), withDestinationURL: Fluxlint.binary)
    return folder.path + ":" + (ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin")
  }

  // MARK: - GitHub

  private func runStep(_ fleet: Fleet, _ inputs: [String: String]) throws -> Fluxlint.Result {
    let environment = [
      "PATH": try programs(in: fleet.scratch), "HOME": fleet.scratch.url.path, "GITHUB_WORKSPACE": fleet.url.path,
      "GITHUB_STEP_SUMMARY": fleet.scratch.url.appending(path: "summary").path,
      "GITHUB_OUTPUT": fleet.scratch.url.appending(path: "outputs").path, "GITHUB_ACTIONS": "true",
      "GIT_CONFIG_GLOBAL": fleet.scratch.url.appending(path: "gitconfig").path,
    ]
    return try Subprocess.run(
      URL(filePath: "/bin/sh"), [Self.root.appending(path: "ci/github.sh").path], in: fleet.url,
      environment: environment.merging(inputs) { $1 })
  }

  @Test func `a step of GitHub has annotations, a summary, SARIF and the status`() throws {
    let fleet = try Fleet()
    try fleet.addFinding()
    let result = try runStep(
      fleet, ["INPUT_PATH": ".", "INPUT_FAIL_ON": "error", "INPUT_FORMATS": "github sarif=fluxlint.sarif"])
    #expect(result.status == 1)
    #expect(result.output.contains("::error file=clusters/prod/broken.yaml,line=14,"))
    #expect(
      try String(contentsOf: fleet.scratch.url.appending(path: "summary"), encoding: .utf8).contains("## fluxlint"))
    #expect(
      try String(contentsOf: fleet.scratch.url.appending(path: "outputs"), encoding: .utf8)
        == "sarif-file=fluxlint.sarif\n")
    let sarif = try Data(contentsOf: fleet.url.appending(path: "fluxlint.sarif"))
    #expect(try JSONSerialization.jsonObject(with: sarif) is [String: Any])
  }

  @Test func `a step of GitHub that could not check names no SARIF file`() throws {
    let fleet = try Fleet()
    let result = try runStep(
      fleet, ["INPUT_PATH": ".", "INPUT_BASE": "nosuch", "INPUT_FORMATS": "github sarif=fluxlint.sarif"])
    #expect(result.status == 2)
    #expect(!FileManager.default.fileExists(atPath: fleet.scratch.url.appending(path: "outputs").path))
  }

  @Test func `a summary that cannot be written takes no annotation along`() throws {
    let fleet = try Fleet()
    try fleet.addFinding()
    let result = try runStep(
      fleet, ["INPUT_PATH": ".", "INPUT_FORMATS": "github", "GITHUB_STEP_SUMMARY": "/nonexistent/summary"])
    #expect(result.status == 1)
    #expect(result.output.contains("::error file=clusters/prod/broken.yaml,line=14,"))
    #expect(result.talk.contains("cannot write the summary of the job to '/nonexistent/summary'"), "\(result.talk)")
  }

  @Test func `a step of GitHub can only print text and let findings pass`() throws {
    let fleet = try Fleet()
    try fleet.addFinding()
    let result = try runStep(fleet, ["INPUT_PATH": "clusters", "INPUT_FAIL_ON": "never", "INPUT_FORMATS": "text"])
    #expect(result.status == 0)
    #expect(result.output.hasPrefix("error[depends-on-missing]"))
    #expect(!FileManager.default.fileExists(atPath: fleet.scratch.url.appending(path: "summary").path))
  }

  @Test func `a step of GitHub with two formats for the log says which is one too many`() throws {
    let fleet = try Fleet()
    let result = try runStep(fleet, ["INPUT_PATH": ".", "INPUT_FORMATS": "github json sarif=fluxlint.sarif"])
    #expect(result.status == 2)
    #expect(result.output.isEmpty)
    #expect(result.talk.contains("two formats for the log, 'github' and 'json'; write 'json=FILE'"), "\(result.talk)")
  }

  @Test func `annotations in a file have their summary, too`() throws {
    let fleet = try Fleet()
    try fleet.addFinding()
    let result = try runStep(fleet, ["INPUT_PATH": ".", "INPUT_FORMATS": "text github=annotations.txt"])
    #expect(result.status == 1)
    #expect(result.output.hasPrefix("error[depends-on-missing]"))
    #expect(
      try String(contentsOf: fleet.scratch.url.appending(path: "summary"), encoding: .utf8).contains("## fluxlint"))
  }

  @Test func `what a caller gives is an argument, whatever is in it`() throws {
    let fleet = try Fleet()
    let result = try runStep(fleet, ["INPUT_PATH": "$(touch broken); --version *", "INPUT_FORMATS": "github"])
    #expect(result.status == 2)
    #expect(result.talk.contains("no such file or directory"))
    #expect(!FileManager.default.fileExists(atPath: fleet.url.appending(path: "broken").path))
  }

  @Test func `the action declares what it uses, and the workflow passes it on`() throws {
    let action = try text(of: "action.yml")
    let parts = try #require(action.range(of: "\nruns:\n"))
    let declared = Set(action[..<parts.lowerBound].matches(of: /\n  ([a-z-]+):\n    description/).map(\.output.1))
    let used = Set(action[parts.upperBound...].matches(of: /inputs\.([a-z-]+)/).map(\.output.1))
    #expect(declared.subtracting(["sarif-file"]) == used)
    for script in action.matches(of: /\$ACTION\/([a-z\/.-]+)/).map(\.output.1) {
      #expect(FileManager.default.isExecutableFile(atPath: Self.root.appending(path: String(script)).path))
    }
    let workflow = try text(of: ".github/workflows/check.yml")
    for input in used { #expect(workflow.contains("          \(input): ${{ inputs.\(input) "), "\(input)") }
    for document in [action, workflow] {
      // What others write in an event must not become a part of a script.
      for line in document.split(separator: "\n") where line.contains("run:") {
        #expect(!line.contains("${{"), "\(line)")
      }
    }
  }

  // MARK: - Installing

  /// A release as `make dist` lays it out, with a program that only says its name.
  private func release(in scratch: Scratch, sum: String? = nil) throws {
    try #require(
      try Fluxlint.shell(
        """
        set -e
        case $(uname -m) in aarch64 | arm64) processor=arm64 ;; *) processor=amd64 ;; esac
        name=fluxlint_1.2.3_linux_$processor
        mkdir -p release "$name/bin"
        printf '#!/bin/sh\\necho fluxlint 1.2.3\\n' > "$name/bin/fluxlint"
        chmod +x "$name/bin/fluxlint"
        tar -czf "release/$name.tar.gz" "$name"
        (cd release && sha256sum "$name.tar.gz" > SHA256SUMS)
        \(sum.map { "echo '\($0)  '\"$name.tar.gz\" > release/SHA256SUMS" } ?? "")
        """, in: scratch.url
      ).status == 0)
  }

  private func install(_ script: String, in scratch: Scratch, _ environment: [String: String]) throws -> Fluxlint.Result
  {
    try Subprocess.run(
      URL(filePath: "/bin/sh"), [script, scratch.url.appending(path: "target").path], in: scratch.url,
      environment: environment)
  }

  private static let installer = root.appending(path: "ci/install.sh").path

  @Test func `a release is downloaded, verified and kept`() throws {
    let scratch = try Scratch()
    try release(in: scratch)
    let environment = ["FLUXLINT_VERSION": "v1.2.3", "FLUXLINT_BASE_URL": "file://\(scratch.url.path)/release/"]
    #expect(try install(Self.installer, in: scratch, environment).status == 0)
    #expect(
      try Subprocess.run(scratch.url.appending(path: "target/fluxlint"), [], in: nil).output == "fluxlint 1.2.3\n")
    // From a cache.
    #expect(try install(Self.installer, in: scratch, ["PATH": "/usr/bin:/bin"]).output.contains("is there already"))
  }

  @Test func `a cache keeps apart versions and where they are from`() throws {
    func key(_ environment: [String: String]) throws -> String {
      try Fluxlint.shell(
        "sh '\(Self.installer)' --key", in: Self.root,
        environment: environment.merging(["PATH": "/usr/bin:/bin"]) { $1 }
      ).output
    }
    let plain = try key(["FLUXLINT_VERSION": "v1.2.3"])
    #expect(plain == "release-1.2.3\n")
    let here = try key(["FLUXLINT_VERSION": "1.2.3", "FLUXLINT_BASE_URL": "https://a.example/files"])
    #expect(here.hasPrefix("release-1.2.3-") && here != plain)
    #expect(try key(["FLUXLINT_VERSION": "1.2.3", "FLUXLINT_BASE_URL": "https://a.example/files/"]) == here)
    #expect(try key(["FLUXLINT_VERSION": "1.2.3", "FLUXLINT_BASE_URL": "https://b.example/files"]) != here)
    #expect(try text(of: "action.yml").components(separatedBy: "FLUXLINT_BASE_URL: ${{ inputs.base-url }}").count == 3)
  }

  @Test func `an action that GitHub unpacked takes the release of its own repository`() throws {
    let scratch = try Scratch()
    try release(in: scratch)
    try #require(
      try Fluxlint.shell(
        """
        mkdir -p _actions/owner/name/v1/ci server/owner/name/releases/download
        cp '\(Self.installer)' _actions/owner/name/v1/ci/
        mv release server/owner/name/releases/download/v1.2.3
        """, in: scratch.url
      ).status == 0)
    let result = try install(
      scratch.url.appending(path: "_actions/owner/name/v1/ci/install.sh").path, in: scratch,
      ["FLUXLINT_VERSION": "1.2.3", "GITHUB_SERVER_URL": "file://\(scratch.url.path)/server"])
    #expect(result.status == 0, "\(result.talk)")
    #expect(FileManager.default.isExecutableFile(atPath: scratch.url.appending(path: "target/fluxlint").path))
  }

  @Test func `a release that is not what its sums say is not installed`() throws {
    let scratch = try Scratch()
    try release(in: scratch, sum: String(repeating: "0", count: 64))
    let result = try install(
      Self.installer, in: scratch,
      ["FLUXLINT_VERSION": "1.2.3", "FLUXLINT_BASE_URL": "file://\(scratch.url.path)/release"])
    #expect(result.status == 2)
    #expect(result.talk.contains("is not what SHA256SUMS says"))
    #expect(!FileManager.default.fileExists(atPath: scratch.url.appending(path: "target/fluxlint").path))
  }

  @Test func `a release that is not there is said to be missing`() throws {
    let scratch = try Scratch()
    let result = try install(
      Self.installer, in: scratch,
      ["FLUXLINT_VERSION": "9.9.9", "FLUXLINT_BASE_URL": "file://\(scratch.url.path)/nothing"])
    #expect(result.status == 2)
    #expect(result.talk.contains("cannot download file://"))
  }

  @Test func `the address of all releases leads to the one that is named`() throws {
    let scratch = try Scratch()
    try release(in: scratch)
    try #require(
      try Fluxlint.shell("mkdir -p releases/download && mv release releases/download/v1.2.3", in: scratch.url).status
        == 0)
    let result = try install(
      Self.installer, in: scratch,
      ["FLUXLINT_VERSION": "v1.2.3", "FLUXLINT_BASE_URL": "file://\(scratch.url.path)/releases/download"])
    #expect(result.status == 0, "\(result.talk)")
  }

  @Test func `a release whose address nobody knows is not built from sources instead`() throws {
    let result = try install(Self.installer, in: try Scratch(), ["FLUXLINT_VERSION": "1.2.3"])
    #expect(result.status == 2)
    #expect(result.talk.contains("release 1.2.3 is named, but not where its files lie: set base-url"))
  }

  @Test func `where nothing is said the configuration decides when CI fails`() throws {
    for file in ["action.yml", ".github/workflows/check.yml", "templates/check.yml"] {
      let lines = try text(of: file).split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
      let start = try #require(lines.firstIndex { $0.hasPrefix("fail-on:") }, "\(file)")
      #expect(lines[start...].prefix(3).contains { $0.contains("default: \"\"") }, "\(file)")
    }
  }

  @Test func `without a release the sources are built`() throws {
    let scratch = try Scratch()
    try #require(
      try Fluxlint.shell(
        """
        mkdir -p action/ci action/scripts
        cp '\(Self.installer)' action/ci/
        printf 'mkdir -p "%s/.build/release"; echo built > "%s/.build/release/fluxlint"\\n' "$PWD/action" "$PWD/action" \
          > action/scripts/build.sh
        echo 'test -e ready' > action/scripts/setup.sh
        """, in: scratch.url
      ).status == 0)
    let script = scratch.url.appending(path: "action/ci/install.sh").path
    let refused = try install(script, in: scratch, [:])
    #expect(refused.status == 2 && refused.talk.contains("here none can be built"))
    try Data().write(to: scratch.url.appending(path: "ready"))
    #expect(try install(script, in: scratch, [:]).status == 0)
    #expect(try String(contentsOf: scratch.url.appending(path: "target/fluxlint"), encoding: .utf8) == "built\n")
  }

  // MARK: - GitLab

  /// The commands of the component for `job`, with the inputs as GitLab puts them in.
  private func component(_ job: String, _ inputs: [String: String]) throws -> (
    variables: [String: String], script: String
  ) {
    let template = try text(of: "templates/check.yml")
    let spec = try #require(template.components(separatedBy: "\n---\n").first)
    var values: [String: String] = [:]
    for match in spec.matches(of: /\n    ([a-z-]+):\n(?:      (?:description|type): .*\n)*      default: (.*)/) {
      values[String(match.output.1)] = match.output.2 == "\"\"" ? "" : match.output.2.trimmingCharacters(in: ["\""])
    }
    #expect(Set(inputs.keys).isSubset(of: values.keys))
    values.merge(inputs) { $1 }
    var body = try #require(template.components(separatedBy: "\n---\n").last)
    for (name, value) in values { body = body.replacing("$[[ inputs.\(name) ]]", with: value) }
    #expect(!body.contains("$[["), "every input is declared")

    let jobs = body.components(separatedBy: "\n\n")
    let common = try #require(jobs.first { $0.hasPrefix(".fluxlint:") })
    let own = try #require(jobs.first { $0.hasPrefix("\(job):") })
    var variables: [String: String] = [:]
    for match in common.matches(of: /\n    (FLUXLINT_[A-Z_]+): "(.*)"/) {
      variables[String(match.output.1)] = String(match.output.2)
    }
    return (variables, Self.commands(of: "before_script", in: common) + Self.commands(of: "script", in: own))
  }

  /// The lines of a list of commands, blocks included.
  private static func commands(of key: String, in job: String) -> String {
    var lines: [String] = []
    var isInside = false
    for line in job.split(separator: "\n", omittingEmptySubsequences: false) {
      if line == "  \(key):" {
        isInside = true
      } else if isInside, !line.hasPrefix("    ") {
        isInside = false
      } else if isInside, line != "    - |" {
        lines.append(String(line.dropFirst(6)))
      }
    }
    return lines.joined(separator: "\n") + "\n"
  }

  @Test func `the job of GitLab fails with reports`() throws {
    let fleet = try Fleet()
    try fleet.addFinding()
    let (variables, script) = try component("fluxlint", [:])
    let result = try Fluxlint.shell(
      script, in: fleet.url,
      environment: variables.merging([
        "PATH": try programs(in: fleet.scratch), "CI_PROJECT_DIR": fleet.url.path,
        "GIT_CONFIG_GLOBAL": fleet.scratch.url.appending(path: "gitconfig").path,
      ]) { $1 })
    #expect(result.status == 1)
    #expect(result.output.hasPrefix("error[depends-on-missing]"), "text is in the log")
    let quality = try Data(contentsOf: fleet.url.appending(path: "gl-code-quality-report.json"))
    #expect((try JSONSerialization.jsonObject(with: quality) as? [Any])?.isEmpty == false)
    #expect(try String(contentsOf: fleet.url.appending(path: "fluxlint.xml"), encoding: .utf8).contains("<failure"))
  }

  @Test(arguments: [("x86_64", "amd64"), ("aarch64", "arm64"), ("arm64", "arm64")])
  func `the job of GitLab downloads the release for its processor`(machine: String, processor: String) throws {
    let scratch = try Scratch()
    try release(in: scratch)
    try #require(
      try Fluxlint.shell(
        """
        mkdir -p stand-in
        printf '#!/bin/sh\\necho %s\\n' '\(machine)' > stand-in/uname
        printf '#!/bin/sh\\necho "$@" >> "%s/asked"\\nexit 22\\n' "$PWD" > stand-in/curl
        chmod +x stand-in/*
        """, in: scratch.url
      ).status == 0)
    let (variables, script) = try component("fluxlint", ["version": "1.2.3", "base-url": "https://example.com/files"])
    let path = scratch.url.appending(path: "stand-in").path + ":/usr/bin:/bin"
    let result = try Fluxlint.shell(script, in: scratch.url, environment: variables.merging(["PATH": path]) { $1 })
    #expect(result.status != 0)
    #expect(
      try String(contentsOf: scratch.url.appending(path: "asked"), encoding: .utf8)
        .contains("https://example.com/files/fluxlint_1.2.3_linux_\(processor).tar.gz"))
  }

  @Test func `the job of GitLab for SARIF succeeds, with a release that it downloads`() throws {
    let fleet = try Fleet()
    try fleet.addFinding()
    try release(in: fleet.scratch)
    let (variables, script) = try component(
      "fluxlint-sarif", ["version": "1.2.3", "base-url": "file://\(fleet.scratch.url.path)/release", "sarif": "true"])
    let environment = variables.merging([
      "CI_PROJECT_DIR": fleet.url.path, "GIT_CONFIG_GLOBAL": fleet.scratch.url.appending(path: "gitconfig").path,
    ]) { $1 }
    // The program of that release says its name and nothing else.
    let result = try Fluxlint.shell(script, in: fleet.url, environment: environment)
    #expect(result.status == 0)
    #expect(result.output.hasSuffix("fluxlint 1.2.3\n"))
  }
}
