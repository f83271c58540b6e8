package import CommandFailures
import Diagnostics
import Linting
import RuleCatalogue
import RuleEngine
import RuleFiles
import TextEdits

#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// A rule file to begin with.
package enum RuleScaffold {
  /// Writes `DIRECTORY/NAME.yaml`, or `DIRECTORY/FAMILY/NAME.yaml` for a rule of the program, and returns its path.
  ///
  /// - Parameters:
  ///   - name: `name`, or `family/name`.
  ///   - directory: nil for the usual one.
  /// - Throws: `notARuleName`, `ruleNameTaken`, `exists` for a file of that name, or `output`.
  package static func write(
    _ name: String, in directory: String?, environment: [String: String] = [:]
  ) throws(CommandFailure) -> String {
    let parts = name.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    guard let own = parts.last, parts.count <= 2, parts.allSatisfy(isKebabCase) else { throw .notARuleName(name) }
    if let problem = ruleCatalogue.problem(withName: own) { throw .ruleNameTaken(problem) }
    let directory = directory ?? (parts.count == 2 ? "rules" : RuleDirectory.usual(environment))
    let path = "\(directory)/\(name).yaml"
    guard access(path, F_OK) != 0 else { throw .exists(path: path) }
    var folder = ""
    for part in path.split(separator: "/", omittingEmptySubsequences: false).dropLast() {
      folder += "\(part)/"
      if mkdir(folder, 0o777) != 0, errno != EEXIST {
        throw .output(OutputFileError(path: folder, reason: String(cString: strerror(errno))))
      }
    }
    let head = parts.count == 2 ? "severity: warning\nsince: '\(fluxlintVersion)'" : "severity: warning"
    do { try OutputFile.saveInTree(Array(text(of: own, head).utf8), to: path) } catch { throw .output(error) }
    return path
  }

  /// A rule that works, with examples that are as expected.
  private static func text(of name: String, _ head: String) -> String {
    """
    name: \(name)
    \(head)
    summary: A Kustomization says no team
    why: >-
      What Flux does at run time, and what is lost.
    fix: >-
      What to do about it.
    guards:
      - The Kustomization of Flux itself is nobody's.
    references:
      - title: The page or the source that says so
        source: https://fluxcd.io/flux/components/
    check:
      match: Kustomization.kustomize.toolkit.fluxcd.io
      when: object.metadata.name != 'flux-system'
      assert: object.metadata.?labels.?team.hasValue()
      at: object.metadata.name
      message: "{displayName(object)} says no team"
      help: add the label 'team'
    examples:
      - bad: no-label
        expect:
          - 'clusters/production/apps.yaml:4:9: warning: \(name): Kustomization flux-system/apps says no team'
        \(files(labels: []))
      - good: label
        \(files(labels: ["labels:", "  team: web"]))

    """
  }

  /// The files of an example, with a Kustomization whose metadata have these lines too.
  private static func files(labels: [String]) -> String {
    let metadata = (["name: apps", "namespace: flux-system"] + labels).map { "        \($0)" }.joined(separator: "\n")
    return """
      files: |
            === cluster clusters/production
            === clusters/production/apps.yaml
            apiVersion: kustomize.toolkit.fluxcd.io/v1
            kind: Kustomization
            metadata:
      \(metadata)
            spec:
              interval: 10m
              path: ./apps
              prune: true
              sourceRef:
                kind: GitRepository
                name: flux-system
            === apps/namespace.yaml
            apiVersion: v1
            kind: Namespace
            metadata:
              name: web
      """
  }
}
