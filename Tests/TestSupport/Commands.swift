import Foundation

package struct CommandResult {
  package var status: Int32
  package var output: String
  package var errors: String
}

/// Runs a command and waits for it.
package func run(_ command: [String], in directory: String, environment: [String: String], input: String = "") throws
  -> CommandResult
{
  let process = Process()
  process.executableURL = URL(fileURLWithPath: command[0])
  process.arguments = Array(command.dropFirst())
  process.currentDirectoryURL = URL(fileURLWithPath: directory)
  process.environment = environment
  let scratch = try TemporaryDirectory()
  try scratch.write("in", input)
  let files = try ["in", "out", "err"].map { name in
    let file = scratch.path + "/" + name
    if name != "in" { try scratch.write(name, "") }
    guard let handle = name == "in" ? FileHandle(forReadingAtPath: file) : FileHandle(forWritingAtPath: file) else {
      throw TestFailure("cannot open \(file)")
    }
    return handle
  }
  process.standardInput = files[0]
  process.standardOutput = files[1]
  process.standardError = files[2]
  try process.run()
  process.waitUntilExit()
  func text(_ name: String) -> String {
    String(decoding: FileManager.default.contents(atPath: scratch.path + "/" + name) ?? Data(), as: UTF8.self)
  }
  return CommandResult(status: process.terminationStatus, output: text("out"), errors: text("err"))
}
