/// The files of an example in one text: `=== path` begins a file, `=== cluster PATH` stands for the files that `flux
/// bootstrap` writes below a directory. After `=== base` come the files that another revision, which this one is compared
/// with, has otherwise; `=== without PATH` names one that it does not have.
enum ExampleText {
  /// What is wrong, and in which line of the text, from 0.
  struct Mistake: Error {
    var line: Int
    var message: String
  }

  private static let mark = "=== "
  private static let noLineFeed = " (no line feed at the end)"

  private static let without = "=== without "

  static func revisions(of text: String) throws(Mistake) -> (files: [ExampleFile], base: [ExampleFile]?) {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    guard let split = lines.firstIndex(of: "=== base") else { return (try files(of: lines[...]), nil) }
    // The text ends with the last line feed of the new revision.
    let new = try files(of: lines[..<split] + [""])
    let left = lines[(split + 1)...].filter { $0.hasPrefix(without) }.map { $0.dropFirst(without.count) }
    let rest = lines[(split + 1)...].filter { !$0.hasPrefix(without) }
    let other = try files(of: rest[...], firstLine: split + 1)
    for name in left where !new.contains(where: { $0.path == name }) {
      throw Mistake(line: split, message: "the base is without '\(name)', which is not there anyway")
    }
    let others = Set(other.map(\.path)).union(left.map(String.init))
    return (new, new.filter { !others.contains($0.path) } + other)
  }

  private static func files(of lines: ArraySlice<Substring>, firstLine: Int = 0) throws(Mistake) -> [ExampleFile] {
    var files: [ExampleFile] = []
    if lines.allSatisfy(\.isEmpty) { return files }
    for (offset, line) in lines.enumerated() {
      let number = firstLine + offset
      if line.hasPrefix(mark) {
        for file in try begun(by: line.dropFirst(mark.count), line: number) {
          guard !files.contains(where: { $0.path == file.path }) else {
            throw Mistake(line: number, message: "'\(file.path)' is there twice")
          }
          files.append(file)
        }
      } else if files.isEmpty {
        throw Mistake(line: number, message: "the first line is '=== path'")
      } else {
        files[files.count - 1].text += line + "\n"
      }
    }
    // What follows the last line feed is no line.
    for index in files.indices {
      if index == files.count - 1, files[index].text.hasSuffix("\n") { files[index].text.removeLast() }
      guard files[index].path.hasSuffix(noLineFeed) else { continue }
      files[index].path.removeLast(noLineFeed.count)
      if files[index].text.hasSuffix("\n") { files[index].text.removeLast() }
    }
    return files
  }

  /// The files that a header stands for; lines that follow belong to the last.
  private static func begun(by header: Substring, line: Int) throws(Mistake) -> [ExampleFile] {
    let words = header.split(separator: " ")
    guard words.first == "cluster" else {
      guard !header.isEmpty else { throw Mistake(line: line, message: "a path is missing behind '==='") }
      return [ExampleFile(path: String(header), text: "")]
    }
    guard words.count == 2 || words.count == 3 else {
      throw Mistake(line: line, message: "write '=== cluster PATH' or '=== cluster PATH VERSION'")
    }
    return ClusterPrelude.files(in: String(words[1]), fluxVersion: words.count == 3 ? String(words[2]) : nil)
  }
}
