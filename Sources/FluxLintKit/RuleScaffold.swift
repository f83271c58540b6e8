import Diagnostics
import RuleCatalogue
import RuleFiles

#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// A rule file to begin with.
package enum RuleScaffold {
  /// Writes `directory/FAMILY/NAME.yaml` and returns its path.
  ///
  /// - Parameter name: `family/name`.
  /// - Throws: `notARuleName`, `exists` for a file or a rule of that name, or `output`.
  package static func write(_ name: String, in directory: String) throws(CommandFailure) -> String {
    let parts = name.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    guard parts.count == 2, parts.allSatisfy(isKebabCase) else { throw .notARuleName(name) }
    if let rule = ruleCatalogue.rule(named: parts[1]) {
      throw .exists(path: "rules/\(rule.family)/\(rule.id.name).yaml")
    }
    let path = "\(directory)/\(parts[0])/\(parts[1]).yaml"
    guard access(path, F_OK) != 0 else { throw .exists(path: path) }
    for folder in [directory, "\(directory)/\(parts[0])"] where mkdir(folder, 0o777) != 0 && errno != EEXIST {
      throw .output(OutputFileError(path: folder, reason: String(cString: strerror(errno))))
    }
    do { try OutputFile.save(Array(text(of: parts[1]).utf8), to: path) } catch { throw .output(error) }
    return path
  }

  private static func text(of name: String) -> String {
    """
    name: \(name)
    severity: warning
    since: '\(fluxlintVersion)'
    summary: An object does something that Flux does not expect
    why: >-
      What Flux does at run time, and what is lost.
    fix: >-
      What to do about it.
    guards:
      - When it does not fire.
    references:
      - title: The page or the source that says so
        source: https://fluxcd.io/flux/components/
    check:
      reference:
        fields: [providerRef]
        of: [Alert]
        label: what happens without the target
    examples:
      - bad: first-way-to-be-wrong
        expect:
          - 'apps/alert.yaml:7:11: warning: \(name): names Provider'
        files: |
          === cluster clusters/production
          === clusters/production/apps.yaml
          apiVersion: kustomize.toolkit.fluxcd.io/v1
          kind: Kustomization
          metadata:
            name: apps
            namespace: flux-system
          spec:
            interval: 10m
            path: ./apps
            prune: true
            sourceRef:
              kind: GitRepository
              name: flux-system
          === apps/alert.yaml
          apiVersion: notification.toolkit.fluxcd.io/v1beta3
          kind: Alert
          metadata:
            name: all
            namespace: flux-system
          spec:
            providerRef:
              name: chat
            eventSources:
              - kind: Kustomization
                name: '*'
      - good: what-looks-like-it-and-is-right
        files: |
          === cluster clusters/production

    """
  }
}
