import Foundation
import SourceTrees
import TestSupport

/// What Git on this machine says without any repository; nil when it says nothing.
func machineConfiguration(_ key: String) -> String? {
  let environment = ProcessInfo.processInfo.environment
  let result = try? run(["/usr/bin/env", "git", "config", "--get", key], in: "/", environment: environment)
  return result?.status == 0 ? result?.output : nil
}

/// The paths of a tree.
func paths(_ tree: some SourceTree) -> [String] { tree.entries.map(\.path) }

/// The text of every file and link by its path.
func texts(_ tree: some SourceTree) throws -> [String: String] {
  var reader = try tree.makeReader()
  var texts: [String: String] = [:]
  for entry in tree.entries where entry.mode != .submodule {
    texts[entry.path] = String(decoding: try reader.contents(of: entry), as: UTF8.self)
  }
  return texts
}
