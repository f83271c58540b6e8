import Manifests
import SourceText
import SourceTrees
import YAMLSyntax

/// A kustomization that is ready to run: decoded, with its patches read.
struct LoadedKustomization: Sendable {
  var kustomization: Kustomization
  var strategicPatches: [LoadedPatch] = []
  var patches: [LoadedPatch] = []
  var jsonPatches: [LoadedPatch] = []
  var replacements: [Replacement] = []
  /// What the files of `configurations` make of the standard; nil when there are none.
  var configuration: TransformerConfig?
  /// What the files of `crds` add.
  var typeConfiguration: TransformerConfig?
  /// Entries beside those of the file, for a kustomization that the controller generates.
  var generatedResources: [GeneratedEntry] = []
  /// What reading it brought up.
  var report = BuildReport()
}

extension KustomizeEngine {
  /// The kustomization files of a directory. A link of that name counts as absent.
  func kustomizationPaths(in directory: String) -> [String] {
    KustomizationFile.paths(in: directory).filter {
      switch sources.entry(at: $0)?.mode {
      case .regular, .executable: true
      case .symbolicLink, .submodule, nil: false
      }
    }
  }

  /// Reads the kustomization of a directory once; nil when there is none.
  mutating func loadKustomization(
    in directory: String, artifactRoot: String, isLenient: Bool
  ) -> LoadedKustomization? {
    let key = LayerKey(directory: directory, artifactRoot: artifactRoot, isLenient: isLenient)
    if let known = kustomizations[key] { return known }
    let paths = kustomizationPaths(in: directory)
    guard let path = paths.first else { return nil }
    var loaded = LoadedKustomization(kustomization: Kustomization())
    switch parsedFile(at: path) {
    case .failure(let error): loaded.report.add(error)
    case .success(let file):
      loaded = decode(file, isLenient: isLenient)
      for other in paths.dropFirst() {
        loaded.report.addError(
          .invalidKustomization, "'\(other)' stands beside '\(path)': a directory must have one kustomization file",
          at: startOfFile(other) ?? loaded.kustomization.range)
      }
    }
    readPatches(of: &loaded, directory: directory, artifactRoot: artifactRoot)
    readReplacements(of: &loaded, directory: directory, artifactRoot: artifactRoot)
    readConfigurations(of: &loaded, directory: directory, artifactRoot: artifactRoot)
    kustomizations[key] = loaded
    return loaded
  }

  private mutating func startOfFile(_ path: String) -> SourceRange? {
    switch parsedFile(at: path) {
    case .success(let file): SourceRange(file: file, 0..<0)
    case .failure: nil
    }
  }

  private func decode(_ file: FileID, isLenient: Bool) -> LoadedKustomization {
    var loaded = LoadedKustomization(kustomization: Kustomization())
    loaded.report.files = [file]
    // Only the first document counts, and a repeated key is no error.
    let (root, found) = sources.firstDocument(of: file)
    let problems = found.filter { $0.kind != .duplicateKey }
    for problem in problems {
      loaded.report.addError(.invalidKustomization, problem.message, at: problem.range)
    }
    var decoder = KustomizationDecoder(isLenient: isLenient)
    if let root {
      loaded.kustomization = decoder.decode(root, range: sources.forest.range(root), in: sources.forest)
    } else if problems.isEmpty {
      loaded.kustomization.range = SourceRange(file: file, 0..<0)
      if !isLenient {
        loaded.report.addError(
          .invalidKustomization, "the kustomization file is empty", at: loaded.kustomization.range)
      }
    }
    let conversion = JSONConversion(forest: sources.forest, allowsNonFinite: isLenient)
    let errors = root.flatMap { conversion.obstacle(in: $0) }.map { [$0] } ?? decoder.errors
    for error in errors { loaded.report.add(error) }
    loaded.report.leftOut = decoder.dropped
    loaded.report.notBuilt = loaded.kustomization.notBuilt
    return loaded
  }
}
