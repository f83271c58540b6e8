import CLibYAML

/// Reads the events of one piece of text after another. It owns libyaml's parser and its current event.
struct EventReader: ~Copyable {
  private let parser: UnsafeMutablePointer<yaml_parser_t>
  private let current: UnsafeMutablePointer<yaml_event_t>

  init() {
    parser = .allocate(capacity: 1)
    parser.initialize(to: yaml_parser_t())
    current = .allocate(capacity: 1)
    current.initialize(to: yaml_event_t())
  }

  deinit {
    yaml_event_delete(current)
    yaml_parser_delete(parser)
    current.deallocate()
    parser.deallocate()
  }

  /// Starts on `text`, which must stay where it is until the next call. Marks of events count from its first byte.
  func begin(_ text: UnsafeBufferPointer<UInt8>) throws(EventError) {
    yaml_event_delete(current)
    yaml_parser_delete(parser)
    guard yaml_parser_initialize(parser) == 1 else { throw .outOfMemory }
    yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
    yaml_parser_set_input_string(parser, text.baseAddress, text.count)
  }

  /// Moves to the next event. After an error or the end of the stream it must not be called again before `begin`.
  func advance() throws(EventError) {
    yaml_event_delete(current)
    guard yaml_parser_parse(parser, current) == 1 else { throw error }
  }

  /// Looks at the tokens behind a document that just ended as far as go-yaml v3 has read them by then: it wants two more
  /// than the one it is at (`yaml_parser_fetch_more_tokens`). No event can be read after that.
  func lookBehindDocument() throws(EventError) {
    let hasOwnEnd = current.pointee.data.document_end.implicit == 0
    var token = yaml_token_t()
    for _ in 0..<(hasOwnEnd ? 2 : 3) {
      guard yaml_parser_scan(parser, &token) == 1 else { throw error }
      let isEnd = token.type == YAML_STREAM_END_TOKEN
      yaml_token_delete(&token)
      if isEnd { return }
    }
  }

  /// The current event. Its strings are gone with the next call of `advance`.
  var event: UnsafePointer<yaml_event_t> { UnsafePointer(current) }

  private var error: EventError {
    let state = parser.pointee
    guard state.error != YAML_MEMORY_ERROR, let words = state.problem else { return .outOfMemory }
    let problem = String(cString: words)
    if state.error == YAML_READER_ERROR {
      return .unreadable(problem: problem, byte: Int(state.problem_offset))
    }
    var context: EventError.Context?
    if let words = state.context {
      context = .init(words: String(cString: words), mark: Int(state.context_mark.index))
    }
    return .syntax(problem: problem, mark: Int(state.problem_mark.index), context: context)
  }
}

/// Why libyaml stopped. Marks are in code points from the start of the text.
enum EventError: Error {
  /// What was being read when the problem came up, and where that began.
  struct Context {
    var words: String
    var mark: Int
  }
  case syntax(problem: String, mark: Int, context: Context?)
  /// Bytes that are no UTF-8, or a character that YAML does not allow.
  case unreadable(problem: String, byte: Int)
  case outOfMemory
}
