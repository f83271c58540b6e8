import CommandFailures
import FluxModel
import Migration
import SourceTrees
import TextEdits

/// Builds before and after a migration, those that no cluster asks for among them: of these the graph knows nothing.
struct MigratedBuilds: Sendable {
  /// Directories with a kustomization file.
  var directories: [String]
  /// The repository as it is.
  var tree: any SourceTree
  /// The repository as it would be.
  var overlay: OverlayTree
  /// Files with objects that become others.
  var converted: Set<String>
  var targets: MigrationTargets

  /// Finds builds that worked and would not any more, or would give something else than their objects migrated one by
  /// one.
  ///
  /// - Returns: what differs, and how many builds read changed files; or why the repository cannot be read.
  @concurrent func compare() async -> Result<([MigrationProof.Difference], Int), CommandFailure> {
    do throws(SourceTreeError) {
      return .success(directories.isEmpty ? ([], 0) : try differences())
    } catch {
      return .failure(.tree(error))
    }
  }

  private func differences() throws(SourceTreeError) -> ([MigrationProof.Difference], Int) {
    let changed = overlay.changedPaths
    var before = try BuildComparison(tree)
    var after = try BuildComparison(overlay)
    var differences: [MigrationProof.Difference] = []
    var count = 0
    for directory in directories {
      let old = before.build(directory, ifReading: changed, keepsText: true)
      guard old.isBuilt, !old.paths.isDisjoint(with: changed) else { continue }
      count += 1
      let new = after.build(directory, keepsText: true)
      differences += self.differences(old, new, in: directory)
    }
    return (differences, count)
  }

  private func differences(
    _ old: BuildComparison.Build, _ new: BuildComparison.Build, in directory: String
  ) -> [MigrationProof.Difference] {
    let message = "another result of the build of '\(directory.isEmpty ? "." : directory)'"
    func difference(_ paths: Set<String>) -> MigrationProof.Difference {
      MigrationProof.Difference(message: message, paths: paths)
    }
    let readPaths = old.paths.intersection(overlay.changedPaths)
    // What is converted becomes other objects, and more of them.
    let isConverted = !old.paths.isDisjoint(with: converted)
    guard new.isBuilt, isConverted || new.objectCount == old.objectCount else { return [difference(readPaths)] }
    if isConverted {
      let texts = new.printed.map(\.text)
      return old.printed.filter { !comparison($0.paths).agree($0.text, withOneOf: texts) }
        .map { difference($0.paths.intersection(converted)) }
    }
    return zip(old.printed, new.printed).compactMap { object, other -> MigrationProof.Difference? in
      guard !comparison(object.paths).agree(object.text, other.text) else { return nil }
      // First what the object is made of; what selects it may be in another file.
      let suspects = object.paths.union(other.paths).intersection(overlay.changedPaths)
      return difference(suspects.isEmpty ? readPaths : suspects)
    }
  }

  private func comparison(_ paths: Set<String>) -> ObjectComparison {
    ObjectComparison(targets, for: paths)
  }
}
