package import Manifests
import TextEdits

/// Lets files with directives (`%YAML 1.1`) be read: kustomize cuts a file at `---` before it parses, so the parser, which
/// does the same, sees a directive without a document. A comment in its place keeps every offset.
package enum DirectiveMask {
  static let mask = UInt8(ascii: "#")
  private static let directive = UInt8(ascii: "%")

  /// The masked texts of files that do not parse as they are, by path.
  package static func texts(of sources: SourceSet) -> [String: [UInt8]] {
    var texts: [String: [UInt8]] = [:]
    for file in sources.files where !sources.problems(of: file.id).isEmpty {
      let bytes = sources.bytes(of: file.id)
      let masked = replacing(directive, by: mask, in: bytes)
      // What is masked must be what is put back.
      if masked != bytes, restored(masked) == bytes { texts[file.path] = masked }
    }
    return texts
  }

  package static func restored(_ bytes: [UInt8]) -> [UInt8] { replacing(mask, by: directive, in: bytes) }

  /// Changes the first byte of the lines before the first `---` that hold a directive.
  private static func replacing(_ old: UInt8, by new: UInt8, in bytes: [UInt8]) -> [UInt8] {
    let layout = Layout(bytes: bytes)
    var result = bytes
    var line = layout.lineStart(0) == 0 && bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    while line < bytes.count, !bytes[line...].starts(with: "---".utf8) {
      let name = bytes[line...].dropFirst()
      if bytes[line] == old, name.starts(with: "YAML ".utf8) || name.starts(with: "TAG ".utf8) { result[line] = new }
      let next = layout.nextLine(line)
      guard next > line else { break }
      line = next
    }
    return line < bytes.count ? result : bytes
  }
}
