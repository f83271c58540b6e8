import RuleEngine

/// An entry of `images` whose name no image has: kustomize changes nothing (api/filters/imagetag).
struct ImageMatchesNothing: RepositoryRule {
  func check(_ model: RepositoryModel, _ report: inout FindingSink) {
    for entry in EntryMisses(.image, in: model).entries {
      let miss = entry.miss
      report.report(
        "no image of the build is called '\(miss.text)'", at: miss.place, label: "the entry changes nothing",
        object: entry.kustomization.reference, cluster: entry.cluster, help: help(miss),
        data: ["image": .string(miss.text)])
    }
  }

  /// The name must be written as it stands in the object, with the registry.
  private func help(_ miss: EntryEffect.Miss) -> String {
    let names = miss.found.map(Self.name)
    let last = miss.text.split(separator: "/").last
    if let sameImage = names.first(where: { $0.split(separator: "/").last == last }) {
      return "the image is called '\(sameImage)' there: write that"
    }
    if let near = Suggestion.nearest(to: miss.text, in: names) { return "did you mean '\(near)'?" }
    return "write the image as it stands in the object, without its tag, or delete the entry"
  }

  /// An image without tag and digest.
  private static func name(_ image: String) -> String {
    let withoutDigest = image.prefix { $0 != "@" }
    guard let colon = withoutDigest.lastIndex(of: ":"), !withoutDigest[colon...].contains("/") else {
      return String(withoutDigest)
    }
    return String(withoutDigest[..<colon])
  }
}
