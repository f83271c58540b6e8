import GraphReporters
import Manifests
import SourceText
import SourceTrees

/// How an inventory is written.
package enum InventoryFormat: String, Sendable, CaseIterable {
  case text
  case json
}

extension GraphOutcome {
  /// What is in the repository.
  ///
  /// - Parameter color: whether text has colours.
  package func inventory(as format: InventoryFormat, color: Bool = false) -> Document {
    switch format {
    case .json: return Document(data: GraphJSON.inventory(self))
    case .text:
      let places = SourcePlaces(sources)
      let inventory = Inventory(
        map: map, fileCount: sources.files.count, readFileCount: readFileCount, objectCount: objectCount,
        leftOutObjectCount: leftOutObjectCount)
      var lines = inventory.lines { places.place(of: $0) }
      if !notices.isEmpty {
        lines += [TextLine(), TextLine("Not read (\(notices.count))", .heading)]
        lines += notices.map { TextLine("  \($0.path): \($0.reason)") }
      }
      return text([lines], color: color)
    }
  }
}
