import Manifests
import SourceText
import YAMLSyntax

extension KustomizeEngine {
  /// The file that an entry of the field `field` names, parsed; nil when there is none that can be read, which is in the
  /// report then.
  mutating func namedFile(
    _ entry: SourcedText, _ field: String, _ place: PatchPlace, _ report: inout BuildReport
  ) -> FileID? {
    if let remote = RemoteClassifier.file(entry.text) {
      report.remotes.append(
        RemoteReference(kind: remote.kind, url: entry.text, ref: remote.ref, field: field, range: entry.range))
      return nil
    }
    switch resolve(entry.text, from: place.directory, artifactRoot: place.artifactRoot) {
    case .error(let kind, let message): report.addError(kind, message, at: entry.range)
    case .directory:
      report.addError(.fileMissing, "'\(entry.text)' is a directory, expected a file", at: entry.range)
    case .submodule(let path): report.notBuilt.append(NotBuilt(submodule: path, range: entry.range))
    case .file(let path):
      switch parsedFile(at: path) {
      case .failure(var error):
        error.range = entry.range
        report.add(error)
      case .success(let file):
        report.files.insert(file)
        return file
      }
    }
    return nil
  }

  /// The root of a file that is decoded into fields, nil when there is none. Only its first document counts. What keeps it
  /// from being read is in the report.
  ///
  /// - Parameter convertsScalars: whether its fields make texts of what is none.
  func decodedRoot(
    of file: FileID, _ entry: SourcedText, convertsScalars: Bool = false, allowsRepeatedKeys: Bool = true,
    _ report: inout BuildReport
  ) -> NodeRef? {
    let (root, problems) = sources.firstDocument(of: file)
    for problem in problems where !(allowsRepeatedKeys && problem.kind == .duplicateKey) {
      report.addError(.invalidKustomization, problem.message, at: problem.range, related: entry.range)
    }
    guard let root else { return nil }
    let conversion = JSONConversion(forest: sources.forest, allowsNonFinite: convertsScalars)
    guard var obstacle = conversion.obstacle(in: root) else { return root }
    obstacle.related = entry.range
    report.add(obstacle)
    return nil
  }
}
