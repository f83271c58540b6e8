import SourceTrees

#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// The index of a pack, of which only the places are looked at: libgit2 (1.5) follows one that is not in the pack, and
/// crashes. That the rest fits together it checks itself.
///
/// The format is that of gitformat-pack(5), version 2.
struct PackIndex {
  private let file: FileDescriptor
  private let size: Int
  private let objectCount: Int

  /// Looks at all packs of a repository.
  ///
  /// - Parameter objects: Its `objects` directory.
  /// - Throws: `GitError.damagedPack`. What cannot be read here is left to libgit2.
  static func check(in objects: String) throws(GitError) {
    let directory = objects + "/pack"
    guard let opened = try? FileDescriptor(open: directory, O_DIRECTORY), let names = try? opened.names() else {
      return
    }
    for name in names.map({ String(decoding: $0, as: UTF8.self) }) where name.hasSuffix(".idx") {
      let pack = "\(directory)/\(name.dropLast(4)).pack"
      guard let status = try? FileDescriptor(open: pack, 0).status() else { continue }
      guard status.st_mode & S_IFMT == S_IFREG else { throw .damagedPack(path: pack) }
      guard let index = try? PackIndex("\(directory)/\(name)") else { continue }
      if (try? index.hasPlaces(within: Int(status.st_size))) == false { throw .damagedPack(path: pack) }
    }
  }

  private static let headerSize = 8 + 256 * 4

  /// How many objects have ids that begin with a byte or a lower one. Whether each is no less than the one before.
  private let isFanOutSorted: Bool

  /// Nil for another version.
  private init?(_ path: String) throws(SystemError) {
    file = try FileDescriptor(open: path, 0)
    let status = try file.status()
    guard status.st_mode & S_IFMT == S_IFREG else { return nil }
    size = Int(status.st_size)
    let header = try file.bytes(in: 0..<Self.headerSize)
    guard header.count == Self.headerSize, header[..<8] == [0xFF, 0x74, 0x4F, 0x63, 0, 0, 0, 2] else { return nil }
    objectCount = Self.number(header[(Self.headerSize - 4)...])
    var previous = 0
    var isSorted = true
    for place in stride(from: 8, to: Self.headerSize, by: 4) {
      let count = Self.number(header[place..<place + 4])
      isSorted = isSorted && count >= previous
      previous = count
    }
    isFanOutSorted = isSorted
  }

  /// Whether the tables are in the file, as libgit2 takes for granted when it searches them, and every object begins in a
  /// pack of so many bytes.
  private func hasPlaces(within packSize: Int) throws(SystemError) -> Bool {
    // Before them are the ids, of 20 bytes, and a checksum of 4 for each object; behind them two checksums of 20.
    let start = Self.headerSize + 24 * objectCount
    let end = start + 4 * objectCount
    guard isFanOutSorted, end + 40 <= size else { return false }
    let places = try file.bytes(in: start..<end)
    let large = try file.bytes(in: end..<size - 40)
    guard places.count == 4 * objectCount else { return false }
    for position in stride(from: 0, to: places.count, by: 4) {
      var place = Self.number(places[position..<position + 4])
      if place & 0x8000_0000 != 0 {
        let entry = 8 * (place & 0x7FFF_FFFF)
        guard entry + 8 <= large.count, large[entry] & 0x80 == 0 else { return false }
        place = Self.number(large[entry..<entry + 8])
      }
      // A pack has a header of 12 bytes and a checksum of 20.
      guard place >= 12, place < packSize - 20 else { return false }
    }
    return true
  }

  private static func number(_ bytes: ArraySlice<UInt8>) -> Int {
    bytes.reduce(0) { $0 << 8 | Int($1) }
  }
}
