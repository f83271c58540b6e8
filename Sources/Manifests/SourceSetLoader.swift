import SourceText
package import SourceTrees
import Synchronization
package import YAMLSyntax

extension SourceSet {
  /// Reads and parses every YAML file of a tree, on as many threads as `workers`.
  ///
  /// A file that cannot be read becomes a notice; a file that does not parse is there with its problems. Files with one
  /// content (an overlay that every cluster has) are parsed once.
  /// - Throws: `SourceTreeError` when the tree cannot be read at all.
  package static func load(
    _ tree: any SourceTree, limits: YAMLLimits = YAMLLimits(), workers: Int = 2
  ) async throws(SourceTreeError) -> SourceSet {
    var files: [ManifestFile] = []
    var entries: [TreeEntry] = []
    for entry in tree.entries where isManifest(entry) {
      files.append(ManifestFile(id: FileID(files.count), path: entry.path, tree: UInt32(files.count)))
      entries.append(entry)
    }
    let copies = copies(among: entries)
    let count = max(1, min(workers, entries.count))
    var readers: [any TreeReader] = []
    for _ in 0..<count { readers.append(try tree.makeReader()) }

    let work = Work(entries: entries, copies: copies)
    let stripes = await withTaskGroup(of: Stripe.self) { group in
      for worker in 0..<count {
        let makeReader = UncheckedReader(reader: readers[worker])
        group.addTask {
          var reader = makeReader.reader
          return parse(work, with: &reader, limits: limits)
        }
      }
      var stripes: [Stripe] = []
      for await stripe in group { stripes.append(stripe) }
      return stripes
    }

    var trees = ContiguousArray(repeating: YAMLTree(), count: entries.count)
    var unread: [Int: UnreadFile] = [:]
    for stripe in stripes {
      for (index, tree) in stripe.trees { trees[index] = tree }
      for (index, reason) in stripe.unread { unread[index] = reason }
    }
    for (index, original) in copies {
      unread[index] = unread[original]
      trees[index] = trees[original].copied(to: FileID(index), tree: UInt32(index))
    }
    let notices = unread.sorted { $0.key < $1.key }.map { TreeNotice(path: entries[$0].path, reason: $1.reason) }
    let sources = SourceSet(files: files, trees: trees, tree: tree, notices: notices, reader: readers[0])
    for (index, file) in unread { sources.unread[FileID(index)] = file }
    return sources
  }

  /// Whether a linter of Flux repositories reads the file: YAML by its ending, or a kustomization file.
  static func isManifest(_ entry: TreeEntry) -> Bool {
    switch entry.mode {
    case .regular, .executable:
      entry.path.hasSuffix(".yaml") || entry.path.hasSuffix(".yml")
        || RelativePath.name(of: entry.path) == "Kustomization"
    case .symbolicLink, .submodule: false
    }
  }

  private struct Stripe: Sendable {
    var trees: [(Int, YAMLTree)] = []
    /// Files that were not parsed, with the reason.
    var unread: [(Int, UnreadFile)] = []
  }

  /// The entries that have the content of an earlier one, and which. Only trees of Git objects know without reading.
  private static func copies(among entries: [TreeEntry]) -> [Int: Int] {
    var firstByBlob: [String: Int] = [:]
    firstByBlob.reserveCapacity(entries.count)
    var copies: [Int: Int] = [:]
    for (index, entry) in entries.enumerated() {
      guard let blob = entry.blob else { continue }
      if let first = firstByBlob[blob] { copies[index] = first } else { firstByBlob[blob] = index }
    }
    return copies
  }

  /// Hands a reader to the one task that uses it from then on.
  private struct UncheckedReader: @unchecked Sendable {
    let reader: any TreeReader
  }

  /// What the workers share: a worker that is done with some files takes the next ones.
  private final class Work: Sendable {
    let entries: [TreeEntry]
    let copies: [Int: Int]
    private let next = Atomic(0)

    init(entries: [TreeEntry], copies: [Int: Int]) {
      self.entries = entries
      self.copies = copies
    }

    /// The next few files; nil when all are taken.
    func take() -> Range<Int>? {
      let size = 16
      let first = next.wrappingAdd(size, ordering: .relaxed).oldValue
      return first < entries.count ? first..<min(first + size, entries.count) : nil
    }
  }

  private static func parse(_ work: Work, with reader: inout any TreeReader, limits: YAMLLimits) -> Stripe {
    var stripe = Stripe()
    while let range = work.take() {
      for index in range where work.copies[index] == nil {
        do {
          let bytes = try reader.contents(of: work.entries[index])
          if let standIn = StandIn(bytes) {
            stripe.unread.append((index, UnreadFile(reason: standIn.reason, isFailure: false, standIn: standIn)))
            stripe.trees.append((index, YAMLTree(of: standIn, bytes)))
          } else {
            let tree = SourceSet.parse(
              bytes, at: work.entries[index].path, file: FileID(index), tree: UInt32(index), limits: limits)
            stripe.trees.append((index, tree))
          }
        } catch {
          stripe.unread.append((index, UnreadFile(reason: error.reason, isFailure: error.isFailure)))
        }
      }
    }
    return stripe
  }
}

extension YAMLTree {
  /// The tree of a file whose content is elsewhere: without documents, with the text of a pointer for reports to quote.
  init(of standIn: StandIn, _ bytes: [UInt8]) { self.init(source: standIn == .gitLFSPointer ? bytes : []) }
}

extension SourceTreeError {
  /// Whether the tree could not be read as it is, rather than being what it is.
  var isFailure: Bool {
    switch self {
    case .notFound, .unreadable: true
    case .tooLarge: false
    }
  }

  /// One sentence in lower case without a final stop.
  package var reason: String {
    switch self {
    case .notFound: "the file is not there any more"
    case .tooLarge(_, let byteCount, let limit): "the file has \(byteCount) bytes, the limit is \(limit)"
    case .unreadable(_, let reason): "the file cannot be read: \(reason)"
    }
  }
}
