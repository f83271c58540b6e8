/// The files of an example in one text: `=== path` begins a file, `=== cluster PATH` stands for the files that `flux
/// bootstrap` writes below a directory.
enum ExampleText {
  /// What is wrong, and in which line of the text, from 0.
  struct Mistake: Error {
    var line: Int
    var message: String
  }

  private static let mark = "=== "
  private static let noLineFeed = " (no line feed at the end)"

  static func files(of text: String) throws(Mistake) -> [ExampleFile] {
    var files: [ExampleFile] = []
    for (number, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
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
