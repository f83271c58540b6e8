/// Where a report goes, piece by piece. As in a document, what is written is a line for people, which escapes what is in
/// it, or data whose format says how that is done.
package struct ReportSink {
  /// Pieces are about this long, in bytes.
  static let pieceSize = 1 << 16

  private var pending: [UInt8] = []
  private let consume: ([UInt8]) -> Void

  /// - Parameter consume: gets the pieces in their order.
  package init(_ consume: @escaping ([UInt8]) -> Void) { self.consume = consume }

  package mutating func append(_ line: ShownLine) {
    pending.append(contentsOf: line.text.utf8)
    appendBreak()
  }

  package mutating func append(_ lines: [ShownLine]) { for line in lines { append(line) } }

  /// An empty line, or the end of one.
  package mutating func appendBreak() {
    pending.append(UInt8(ascii: "\n"))
    if pending.count >= Self.pieceSize { finish() }
  }

  /// - Parameter data: part of a text whose format escapes what is in it.
  package mutating func append(data: String) {
    pending.append(contentsOf: data.utf8)
    if pending.count >= Self.pieceSize { finish() }
  }

  /// Writes JSON.
  package mutating func json(_ body: (inout JSONWriter) -> Void) {
    finish()
    var json = JSONWriter(drain: consume)
    body(&json)
    json.finish()
  }

  /// Hands on what is left.
  package mutating func finish() {
    if pending.isEmpty { return }
    consume(pending)
    pending.removeAll(keepingCapacity: true)
  }
}
