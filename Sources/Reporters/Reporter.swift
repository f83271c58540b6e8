package import Diagnostics

/// A format that reports are written in. The same report gives the same bytes everywhere, and they come in pieces: no
/// format has all of a large report in memory.
package protocol Reporter: Sendable {
  /// Writes all of `report`.
  func write(_ report: Report, to sink: inout ReportSink)
}

extension Reporter {
  /// All that is written, in one piece.
  package func bytes(of report: Report) -> [UInt8] {
    var bytes: [UInt8] = []
    var sink = ReportSink { bytes += $0 }
    write(report, to: &sink)
    sink.finish()
    return bytes
  }

  package func text(of report: Report) -> String { String(decoding: bytes(of: report), as: UTF8.self) }
}
