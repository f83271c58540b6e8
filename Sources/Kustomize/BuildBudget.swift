/// Bounds what a build may cost, and all builds of one run together, so that no repository makes them endless or takes
/// all memory. Real repositories stay far below.
///
/// A build beyond its own bounds fails; beyond those of the run nothing more is built, and what is not is said.
struct BuildBudget: Sendable {
  /// Amounts of what is counted.
  struct Amounts: Sendable {
    /// Objects that transformers look at, once for each transformer.
    var visits: Int
    /// Nodes that are made.
    var nodes: Int
    /// Bytes of text in them.
    var bytes: Int
    /// Nodes that copies of values have, shared ones counted each time: a walk meets them each time, too.
    var copies: Int
    /// Objects that come out.
    var objects: Int

    fileprivate static let none = Amounts(visits: 0, nodes: 0, bytes: 0, copies: 0, objects: 0)

    fileprivate func isWithin(_ limit: Amounts) -> Bool {
      visits <= limit.visits && nodes <= limit.nodes && bytes <= limit.bytes && copies <= limit.copies
        && objects <= limit.objects
    }

    fileprivate mutating func add(_ other: Amounts) {
      visits += other.visits
      nodes += other.nodes
      bytes += other.bytes
      copies += other.copies
      objects += other.objects
    }

    fileprivate mutating func subtract(_ other: Amounts) {
      visits -= other.visits
      nodes -= other.nodes
      bytes -= other.bytes
      copies -= other.copies
      objects -= other.objects
    }
  }

  /// Of one build. Objects are bounded where bases are joined (`ResourceList.limit`).
  static let ofBuild = Amounts(
    visits: 4_000_000, nodes: 10_000_000, bytes: 128 << 20, copies: 2_000_000, objects: .max)
  static let ofRun = Amounts(
    visits: 40_000_000, nodes: 30_000_000, bytes: 512 << 20, copies: 16_000_000, objects: 1_000_000)
  /// Bytes that substitution may go through and make, in a whole run: short expressions can stand for long values.
  var substitutionBytesLeft = 256 << 20

  /// Objects that finished layers may keep for other builds; a layer beyond is built again where it is needed.
  private static let keptObjects = 1_000_000

  private let buildLimit: Amounts
  private let runLimit: Amounts
  private var build = Amounts.none
  /// Of builds before this one.
  private var run = Amounts.none
  /// The part of it that another engine spent before this one began.
  private var inherited = Amounts.none
  private var kept = 0
  /// What the tree of results had when the build began.
  private var start: (nodes: Int, bytes: Int) = (0, 0)
  private var isExhausted = false

  init(ofBuild buildLimit: Amounts = Self.ofBuild, ofRun runLimit: Amounts = Self.ofRun) {
    self.buildLimit = buildLimit
    self.runLimit = runLimit
  }

  /// Whether nothing more may be built at all.
  private(set) var isRunSpent = false

  /// Whether the current build may not go on.
  var isSpent: Bool { isExhausted || isRunSpent }

  /// How much text the tree of results may have at most, for it counts only what was made before.
  var textLimit: Int { start.bytes + min(buildLimit.bytes, max(0, runLimit.bytes - run.bytes)) }

  /// Begins a build, with what the tree of results has so far.
  mutating func begin(nodes: Int, bytes: Int) {
    run.add(build)
    build = .none
    start = (nodes, bytes)
    isExhausted = false
    isRunSpent = isRunSpent || !run.isWithin(runLimit)
  }

  /// Takes what one transformer costs. Whether it may run.
  ///
  /// - Parameters:
  ///   - nodes: how many the tree of results has.
  ///   - bytes: how much text.
  mutating func spend(visits: Int, nodes: Int, bytes: Int) -> Bool {
    build.visits += visits
    build.nodes = nodes - start.nodes
    build.bytes = bytes - start.bytes
    return check()
  }

  mutating func spend(copies: Int) -> Bool {
    build.copies += copies
    return check()
  }

  mutating func spend(objects: Int) -> Bool {
    build.objects += objects
    return check()
  }

  /// Whether a finished layer with so many objects may be kept.
  mutating func keeps(objects: Int) -> Bool {
    guard kept + objects <= Self.keptObjects else { return false }
    kept += objects
    return true
  }

  /// How many nodes more a copy may have.
  var copiesLeft: Int {
    max(0, min(buildLimit.copies - build.copies, runLimit.copies - run.copies - build.copies))
  }

  /// Says that the build may not go on.
  mutating func exhaust() { isExhausted = true }

  /// Takes over what builds of another engine cost.
  mutating func add(_ other: BuildBudget) {
    run.add(other.run)
    run.add(other.build)
    run.subtract(other.inherited)
    isRunSpent = isRunSpent || other.isRunSpent
  }

  /// A budget of the same limits for another engine, with what was spent so far.
  func forked() -> BuildBudget {
    var budget = BuildBudget(ofBuild: buildLimit, ofRun: runLimit)
    budget.run = run
    budget.run.add(build)
    budget.inherited = budget.run
    budget.substitutionBytesLeft = substitutionBytesLeft
    budget.isRunSpent = isRunSpent
    return budget
  }

  private mutating func check() -> Bool {
    if !build.isWithin(buildLimit) { isExhausted = true }
    var all = run
    all.add(build)
    if !all.isWithin(runLimit) { isRunSpent = true }
    return !isSpent
  }
}
