/// What a person types to run the program: `fluxlint`, or `flux lint` where it was called as `flux-lint`, which is how
/// the Flux CLI calls its plugin `lint`.
enum ProgramName {
  /// The name in the texts of the program.
  private static let own = "fluxlint"

  static let current: String = {
    let file = CommandLine.arguments.first.flatMap { $0.split(separator: "/").last }
    return file == "flux-lint" ? "flux lint" : own
  }()

  /// A text for people, with the name of the command as it was called. Files (`.fluxlint.yaml`) and comments
  /// (`# fluxlint: ignore`) keep theirs: the name stands for the command where it is a word, alone or in quotes.
  static func spelled(_ text: String) -> String {
    guard current != own else { return text }
    let name = Array(own.utf8)
    let bytes = Array(text.utf8)
    var result: [UInt8] = []
    result.reserveCapacity(bytes.count + 64)
    var next = 0
    while next < bytes.count {
      let end = next + name.count
      if bytes[next] == name[0], end <= bytes.count, bytes[next..<end].elementsEqual(name),
        next == 0 || isEdge(bytes[next - 1]), end == bytes.count || isEdge(bytes[end])
      {
        result += current.utf8
        next = end
      } else {
        result.append(bytes[next])
        next += 1
      }
    }
    return String(decoding: result, as: UTF8.self)
  }

  private static func isEdge(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: " "), UInt8(ascii: "\n"), UInt8(ascii: "'"), UInt8(ascii: "("), UInt8(ascii: ")"): true
    default: false
    }
  }
}
