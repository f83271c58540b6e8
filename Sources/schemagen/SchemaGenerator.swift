import SourceText
import YAMLSyntax

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// Turns the facts in `facts/` into the table that `Schemas` reads.
@main
struct SchemaGenerator {
  static func main() {
    let arguments = Array(CommandLine.arguments.dropFirst())
    guard arguments.count >= 2 else {
      print("usage: schemagen OUTPUT FACTS...")
      exit(2)
    }
    var encoder = TableEncoder()
    for path in arguments.dropFirst() {
      guard let bytes = read(path) else {
        print("\(path):1:1: error: cannot be read")
        exit(1)
      }
      let tree = YAMLParser.parse(bytes, file: FileID(0), tree: 0)
      guard tree.problems.isEmpty, let root = tree.documents.first?.root else {
        print("\(path):1:1: error: \(tree.problems.first?.message ?? "it is empty")")
        exit(1)
      }
      encoder.add(FactsFile(forest: Forest(trees: [tree]), root: root))
    }
    let text = "let schemaTable: StaticString = \"\(TableEncoder.escaped(encoder.table))\"\n"
    guard let file = fopen(arguments[0], "wb") else {
      print("\(arguments[0]):1:1: error: cannot be written")
      exit(1)
    }
    let bytes = Array(text.utf8)
    let written = fwrite(bytes, 1, bytes.count, file)
    exit(fclose(file) == 0 && written == bytes.count ? 0 : 1)
  }

  private static func read(_ path: String) -> [UInt8]? {
    guard let file = fopen(path, "rb") else { return nil }
    defer { fclose(file) }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = fread(&chunk, 1, chunk.count, file)
      if count == 0 { return bytes }
      bytes += chunk[..<count]
    }
  }
}
