import Diagnostics
import SourceText

/// A finding on its way to a SARIF result.
struct SARIFResult: Comparable {
  var finding: Finding
  var fingerprint: String
  /// Of the file it is in.
  var uri: String

  /// One cause may have hundreds of places, and consumers refuse or cut results with many: JSON has them all.
  private static let relatedLimit = 10

  /// The order of results: URI, start, rule; then whatever makes it the same everywhere.
  static func < (lhs: SARIFResult, rhs: SARIFResult) -> Bool {
    let places = (lhs.finding.range, rhs.finding.range)
    if lhs.uri != rhs.uri { return lhs.uri < rhs.uri }
    if places.0.lowerBound != places.1.lowerBound { return places.0.lowerBound < places.1.lowerBound }
    if lhs.finding.rule != rhs.finding.rule { return lhs.finding.rule < rhs.finding.rule }
    return (places.0, lhs.finding.message, lhs.fingerprint) < (places.1, rhs.finding.message, rhs.fingerprint)
  }

  /// - Parameter listsSuppressions: whether any result of the run is suppressed; then each says whether it is (SARIF 2.1.0,
  ///   section 3.27.23).
  func write(
    _ rules: SARIFRules, clusterCount: Int, listsSuppressions: Bool, _ locations: inout SARIFLocations,
    to json: inout JSONWriter
  ) {
    // Readers open the checked revision, so a place of another one would lead them astray.
    let related = finding.related.filter { !locations.isOfBase($0.range) }.prefix(Self.relatedLimit)
    json.field("ruleId", finding.rule.name)
    json.field("ruleIndex", rules.index(of: finding.rule))
    json.field("level", finding.severity.rawValue)
    if let age = finding.age { json.field("baselineState", age.rawValue) }
    json.field("message") { $0.field("text", message(related, clusterCount: clusterCount)) }
    json.field("locations", objects: CollectionOfOne(finding)) {
      locations.write($1.range, id: nil, message: $1.label, hasSnippet: true, to: &$0)
      if let object = $1.object {
        $0.field("logicalLocations", objects: CollectionOfOne(object)) {
          $0.field("name", $1.name)
          $0.field("fullyQualifiedName", $1.displayName)
          $0.field("kind", "resource")
        }
      }
    }
    if !related.isEmpty {
      json.field("relatedLocations", objects: related.enumerated()) {
        locations.write($1.element.range, id: $1.offset + 1, message: $1.element.message, hasSnippet: true, to: &$0)
      }
    }
    if related.count > 1 { writeFlow(related, &locations, to: &json) }
    if listsSuppressions {
      json.field("suppressions", objects: [finding.suppression].compactMap(\.self)) {
        $0.field("kind", [.comment, .annotation].contains($1.kind) ? "inSource" : "external")
        if !$1.reason.isEmpty { $0.field("justification", SARIFText.sentence($1.reason)) }
      }
    }
    if let fix = finding.fix { write(fix, locations, to: &json) }
    json.field("partialFingerprints") {
      $0.field("primaryLocationLineHash", orNull: locations.lineHash(at: finding.range))
      $0.field("fluxlintFinding/v1", fingerprint)
    }
    if !finding.clusters.isEmpty || finding.tier != .default {
      json.field("properties") {
        if finding.tier != .default { $0.field("tier", finding.tier.rawValue) }
        if !finding.clusters.isEmpty { $0.field("clusters", strings: finding.clusters) }
      }
    }
  }

  /// One change for each file, the replacements in order, with places in the text as it is.
  private func write(_ fix: Fix, _ locations: SARIFLocations, to json: inout JSONWriter) {
    let files = fix.replacements.reduce(into: [FileID]()) { if $0.last != $1.range.file { $0.append($1.range.file) } }
    json.field("fixes", objects: CollectionOfOne(fix)) { json, fix in
      json.field("description") { $0.field("text", SARIFText.sentence(finding.message)) }
      json.field("artifactChanges", objects: files) { json, file in
        json.field("artifactLocation") { locations.writeFile(file, to: &$0) }
        json.field("replacements", objects: fix.replacements.filter { $0.range.file == file }) { json, replacement in
          json.field("deletedRegion") { locations.writeExactRegion(replacement.range, to: &$0) }
          if !replacement.bytes.isEmpty {
            json.field("insertedContent") { $0.field("text", String(decoding: replacement.bytes, as: UTF8.self)) }
          }
        }
      }
    }
  }

  /// The places one after another, as a path that a reader can walk: the links of a cycle, the layers of a patch.
  private func writeFlow(
    _ related: ArraySlice<RelatedLocation>, _ locations: inout SARIFLocations, to json: inout JSONWriter
  ) {
    let steps = [RelatedLocation(finding.range, finding.label.isEmpty ? finding.message : finding.label)] + related
    json.field("codeFlows", objects: CollectionOfOne(steps)) { json, steps in
      json.field("threadFlows", objects: CollectionOfOne(steps)) { json, steps in
        json.field("locations", objects: steps) { json, step in
          json.field("location") {
            locations.write(step.range, id: nil, message: step.message, hasSnippet: false, to: &$0)
          }
        }
      }
    }
  }

  /// The finding, the notes, the clusters, the help and links to the places that explain it, a sentence each.
  private func message(_ related: ArraySlice<RelatedLocation>, clusterCount: Int) -> String {
    var sentences = [SARIFText.sentence(finding.message)] + finding.notes.map { SARIFText.sentence($0) }
    if let clusters = finding.clusterNames(of: clusterCount) { sentences.append(SARIFText.sentence("in: \(clusters)")) }
    if let help = finding.help { sentences.append(SARIFText.sentence(help)) }
    let links = related.enumerated().map { index, place in
      SARIFText.link(place.message.isEmpty ? "related place" : place.message, to: index + 1)
    }
    return SARIFText.join(sentences, last: links.isEmpty ? nil : "See: \(links.joined(separator: ", ")).")
  }
}
