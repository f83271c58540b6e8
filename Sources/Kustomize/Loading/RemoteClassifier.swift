/// Which entries of a kustomization file are fetched over the network
/// (api/internal/target/kusttarget.go and api/internal/loader/fileloader.go of kustomize v5.8).
enum RemoteClassifier {
  /// An entry of `resources`: anything with an HTTP scheme, and what reads as a repository unless a file of that name
  /// is there. Nil for a local path.
  static func resource(_ text: String, isLocalFile: Bool) -> (kind: RemoteReference.Kind, ref: String?)? {
    let spec = GitSpec(text)
    if GitSpec.hasHTTPScheme(text) {
      // kustomize asks for a file first and clones only what is none.
      guard let spec, !isFileName(spec.path), !isFile(text) else { return (.http, nil) }
      return (.git, spec.ref)
    }
    guard let spec, !isLocalFile else { return nil }
    return (.git, spec.ref)
  }

  /// An entry of `components`: only repositories are fetched.
  static func component(_ text: String) -> (kind: RemoteReference.Kind, ref: String?)? {
    GitSpec(text).map { (.git, $0.ref) }
  }

  /// A path of a patch, a generator, a configuration: only HTTP is fetched.
  static func file(_ text: String) -> (kind: RemoteReference.Kind, ref: String?)? {
    GitSpec.hasHTTPScheme(text) ? (.http, nil) : nil
  }

  /// Whether a URL is one of a file, not of a repository: by its ending, or as the large hosts write them.
  private static func isFile(_ url: String) -> Bool {
    let path = url.prefix { $0 != "?" }
    return isFileName(String(path)) || path.contains("/releases/download/") || path.contains("/raw/")
  }

  private static func isFileName(_ path: String) -> Bool {
    path.hasSuffix(".yaml") || path.hasSuffix(".yml") || path.hasSuffix(".json")
  }
}
