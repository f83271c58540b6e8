import FluxModel
import YAMLSyntax

/// The release that CustomResourceDefinitions of Flux are of, where nothing says which is installed: a development build,
/// or one whose label was taken away. What the definitions serve is certain, the release only the best that is known.
struct DefinedRelease {
  private struct Kind: Hashable {
    var group: String
    var kind: String
  }

  /// The versions that are served.
  private var served: [Kind: Set<String>] = [:]
  private let forest: Forest

  init(_ forest: Forest) { self.forest = forest }

  /// Looks at one object.
  mutating func add(_ root: NodeRef) {
    guard let type = forest.value(root, "kind"), forest.hasText(type, "CustomResourceDefinition"),
      let spec = forest.value(root, "spec"), let group = forest.value(spec, "group").map({ forest.text($0) }),
      let kind = forest.value(spec, "names", "kind").map({ forest.text($0) }),
      !APIVersions.versions(group: group, kind: kind).isEmpty, APIVersions.isReserved(group),
      let versions = forest.value(spec, "versions")
    else { return }
    let names = forest.items(versions).filter { version in
      forest.value(version, "served").map { forest.scalarValue($0, dialect: .resource) != .boolean(false) } ?? true
    }.compactMap { forest.value($0, "name").map { forest.text($0) } }
    served[Kind(group: group, kind: kind), default: []].formUnion(names)
  }

  /// The newest release that serves just what is defined; else the newest that serves nothing else; else the newest whose
  /// newest versions are all there. Nil where no release is like that.
  var release: FluxVersion? {
    guard !served.isEmpty else { return nil }
    let fits: [(_ there: Set<String>, _ lifecycles: [APIVersionLifecycle]) -> Bool] = [
      { there, lifecycles in there == Set(lifecycles.map(\.version)) },
      { there, lifecycles in !lifecycles.isEmpty && there.isSuperset(of: lifecycles.map(\.version)) },
      { there, lifecycles in lifecycles.last.map { there.contains($0.version) } ?? false },
    ]
    for fit in fits {
      let found = APIVersions.releases.last { release in
        served.allSatisfy { kind, there in
          fit(there, APIVersions.versions(group: kind.group, kind: kind.kind).filter { $0.isServed(by: release) })
        }
      }
      if let found { return found }
    }
    return nil
  }
}
