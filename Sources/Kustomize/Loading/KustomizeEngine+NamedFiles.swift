import SourceText

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
}
