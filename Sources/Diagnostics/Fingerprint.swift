import SourceText

extension Report {
  /// A name for each finding, in their order, that survives edits elsewhere in the file: `v1:` and 16 hex digits.
  ///
  /// It is the 64-bit FNV-1a hash of the rule, the path, the object (group, kind, namespace, name) and the facts in
  /// `data`; lines, columns, messages, severities and versions have no part in it. Findings that agree in all of these
  /// are told apart by `#2`, `#3`, … in report order, so a fingerprint is unique within a report.
  package func fingerprints() -> [String] {
    var occurrences: [UInt64: Int] = [:]
    return findings.map { finding in
      let hash = identity(of: finding)
      let occurrence = occurrences[hash, default: 0] + 1
      occurrences[hash] = occurrence
      let digits = String(hash, radix: 16)
      let padded = String(repeating: "0", count: 16 - digits.utf8.count) + digits
      return occurrence == 1 ? "v1:\(padded)" : "v1:\(padded)#\(occurrence)"
    }
  }

  private func identity(of finding: Finding) -> UInt64 {
    var hash = FNV1a()
    hash.combine(finding.rule.name)
    let file = Int(finding.range.file.index)
    hash.combine(files.indices.contains(file) ? files[file].path : "")
    if let object = finding.object {
      // The version may change without the object becoming another one.
      let group = object.apiVersion.utf8.firstIndex(of: UInt8(ascii: "/")).map { object.apiVersion[..<$0] }
      hash.combine(group.map(String.init) ?? "")
      hash.combine(object.kind)
      hash.combine(object.namespace ?? "")
      hash.combine(object.name)
    }
    for (key, fact) in finding.data.sorted(by: { $0.key < $1.key }) {
      hash.combine(key)
      switch fact {
      case .string(let value): hash.combine(value)
      case .integer(let value): hash.combine(String(value))
      case .boolean(let value): hash.combine(value ? "true" : "false")
      case .strings(let values): for value in values { hash.combine(value) }
      }
    }
    return hash.value
  }
}
