internal import Hashing

/// The Helm release name that helm-controller gives a HelmRelease.
package enum ReleaseName {
  /// The longest name Helm takes, in bytes.
  package static let limit = 53

  /// `releaseName`, else `targetNamespace-name`, else `name` (helm-controller `api/v2/helmrelease_types.go`,
  /// `GetReleaseName`).
  package static func composed(releaseName: String?, targetNamespace: String?, name: String) -> String {
    if let releaseName, !releaseName.isEmpty { return releaseName }
    if let targetNamespace, !targetNamespace.isEmpty { return "\(targetNamespace)-\(name)" }
    return name
  }

  /// What the controller makes of a composed name: unchanged up to the limit, else its first 40 bytes, `-` and the first
  /// 12 hexadecimal digits of the SHA-256 of the whole name (helm-controller `internal/release/name.go`).
  package static func shortened(_ name: String) -> String {
    let bytes = Array(name.utf8)
    guard bytes.count > limit else { return name }
    let digits = Array("0123456789abcdef".utf8)
    var hash: [UInt8] = []
    for byte in SHA256.digest(bytes).prefix(6) {
      hash.append(digits[Int(byte >> 4)])
      hash.append(digits[Int(byte & 15)])
    }
    return String(decoding: bytes.prefix(40) + [UInt8(ascii: "-")] + hash, as: UTF8.self)
  }
}
