import Synchronization

/// A value that is made when somebody first asks, and once however many ask at a time.
package final class Lazily<Value: Sendable>: Sendable {
  private let known = Mutex<Value?>(nil)

  package init() {}

  package func callAsFunction(_ make: () -> Value) -> Value {
    known.withLock { known in
      if let known { return known }
      let value = make()
      known = value
      return value
    }
  }
}
