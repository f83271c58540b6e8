import SourceText
import Testing
import YAMLSyntax

@Suite struct ForestTests {
  @Test func `explicit keys win over merged ones and earlier mappings over later ones`() throws {
    let forest = forest(
      """
      a: &a {k: 1, l: 1, m: 1}
      b: &b {l: 2, n: 2}
      c:
        k: 3
        <<: [*b, *a]
        o: 3
      d: {"<<": x, k: 4}
      e: &e {<<: *b, p: 5}
      f: {<<: *e, "n": 6}
      """)
    #expect(forest.problems.isEmpty)
    func pairs(_ key: String) throws -> String {
      let node = try #require(forest.node(key))
      return forest.pairs(node).map { "\(forest.text($0.key))=\(forest.text($0.value))" }.joined(separator: " ")
    }
    #expect(try pairs("c") == "k=3 o=3 l=2 n=2 m=1")
    #expect(try pairs("d") == "<<=x k=4")
    #expect(try pairs("f") == "n=6 p=5 l=2")
    let c = try #require(forest.node("c"))
    let merged = forest.value(c, "m").map { forest.text($0) }
    #expect(merged == "1")
    let explicit = forest.value(c, key: "k").map { forest.text($0) }
    #expect(explicit == "3")
    #expect(forest.value(c, "<<") == nil)
    #expect(forest.value(c, key: "absent") == nil)
    let d = try #require(forest.node("d"))
    #expect(forest.value(d, "<<") != nil)
  }

  @Test func `a copy for another file has its ranges and links there`() throws {
    let text = "a: &x [1, 2]\nb: *x\nb: 3\n"
    let first = YAMLParser.parse(Array(text.utf8), file: FileID(0), tree: 0)
    let forest = Forest(trees: [first, first.copied(to: FileID(7), tree: 1)])
    let root = try #require(forest.trees[1].documents.first?.root)
    #expect(root.tree == 1)
    #expect(forest.range(root).file == FileID(7))
    let items = try #require(forest.value(root, "b"))
    #expect(forest.items(items).map { forest.text($0) } == ["1", "2"])
    #expect(forest.items(items).allSatisfy { $0.tree == 1 && forest.range($0).file == FileID(7) })
    let problem = try #require(forest.trees[1].problems.first)
    #expect(problem.range.file == FileID(7) && problem.related?.file == FileID(7))
    #expect(problem.range.bounds == first.problems.first?.range.bounds)
  }

  @Test func `a mapping merged in many ways is merged once`() throws {
    var text = "m0: &m0 {k0: 0}\n"
    for level in 1...60 {
      text += "m\(level): &m\(level) {<<: [*m\(level - 1), *m\(level - 1)], k\(level): \(level)}\n"
    }
    var limits = YAMLLimits()
    limits.expandedNodes = .max
    let forest = forest(text, limits: limits)
    // Counting the nodes saturates or ends in a limit; either way nothing is walked twice.
    if let last = forest.trees[0].documents.first.flatMap({ forest.value($0.root, "m60") }) {
      #expect(forest.pairs(last).count == 61)
    } else {
      #expect(forest.problems.map(\.kind) == [.limit])
    }
  }

  @Test func `flags say what is below a node`() throws {
    let forest = forest("a: {b: [x, 'c ${V}']}\nd: {e: $$}\nf: &f \"${V}\"\ng: [*f]\n${K}: 1\nh: {i: $5}\nj:\n")
    func flags(_ key: String) throws -> Node.Flags { forest.written(try #require(forest.node(key))).flags }
    #expect(try flags("a").contains(.containsDollar))
    #expect(try flags("d").contains(.containsDollar))
    #expect(try flags("g") == [.containsDollar, .containsAlias])
    #expect(try flags("h").isDisjoint(with: [.containsDollar, .containsAlias]))
    #expect(try flags("j").contains(.omitted))
    #expect(forest.written(forest.root()).flags.isSuperset(of: [.containsDollar, .containsAlias]))
    let key = YAMLSyntaxTests.forest("a: {\"${K}\": 1}")
    #expect(key.written(key.root()).flags.contains(.containsDollar))
  }

  @Test func `items and pairs are counted from zero`() throws {
    let forest = forest("a: [1, 2, 3]\nb: {c: 4, d: 5}\n")
    let list = forest.items(try #require(forest.node("a")))
    #expect(list.count == 3)
    let second = forest.text(list[1])
    #expect(second == "2")
    let all = list.map { forest.text($0) }
    #expect(all == ["1", "2", "3"])
    let pairs = forest.writtenPairs(try #require(forest.node("b")))
    #expect(pairs.count == 2)
    let last = try #require(pairs.last)
    let texts = [forest.text(last.key), forest.text(last.value)]
    #expect(texts == ["d", "5"])
    #expect(forest.items(forest.root()).isEmpty)
    #expect(forest.writtenPairs(list[0]).isEmpty)
  }

  @Test func `new nodes share the children they keep`() throws {
    var forest = forest("metadata: {name: x, labels: {a: \"${V}\"}}\nlist: [1]\n")
    let tree = forest.append(YAMLTree())
    let range = SourceRange(file: FileID(0), 0..<1)
    let metadata = try #require(forest.node("metadata"))
    var pairs = forest.pairs(metadata)
    pairs[0].value = forest.withTree(tree) { $0.appendScalar("y".utf8, style: .plain, range: range, tree: tree) }
    let flags = forest.flags(ofMapping: pairs)
    #expect(flags == .containsDollar)
    let changed = forest.withTree(tree) { $0.appendMapping(pairs, range: range, flags: flags, tree: tree) }
    let name = forest.value(changed, "name").map { forest.text($0) }
    #expect(name == "y")
    let label = forest.value(changed, "labels", "a")
    #expect(label?.tree == 0)
    let before = forest.value(metadata, "name").map { forest.text($0) }
    #expect(before == "x")

    // Walking a tree that grows is fine.
    let items = forest.withTree(tree) { built in
      (0..<3).map { built.appendScalar("\($0)".utf8, style: .plain, range: range, tree: tree) }
    }
    let list = forest.withTree(tree) { $0.appendSequence(items, range: range, flags: [], tree: tree) }
    for item in forest.items(list) {
      let text = forest.text(item) + "$$"
      let copy = forest.withTree(tree) { $0.appendScalar(text.utf8, style: .plain, range: range, tree: tree) }
      #expect(forest.written(copy).flags == .containsDollar)
    }
    #expect(forest.count(list) == 3)
    #expect(forest.trees[Int(tree)].nodes.count == 9)
  }

  @Test func `the parts of an alias are those of its target`() throws {
    let forest = forest("a: &a {k: [1, 2]}\nb: *a\nc: &c text\nd: *c\n*c : e\n")
    let alias = try #require(forest.node("b"))
    #expect(forest.written(alias).kind == .alias)
    #expect(forest.kind(alias) == .mapping)
    #expect(forest.count(alias) == 1)
    #expect(forest.value(alias, "k").map { forest.items($0).count } == 2)
    let source = forest.source(alias)
    #expect(source == "*a")
    let scalar = try #require(forest.node("d"))
    #expect(forest.hasText(scalar, "text"))
    #expect(!forest.hasText(alias, ""))
    let byAliasKey = forest.value(forest.root(), "text").map { forest.text($0) }
    #expect(byAliasKey == "e")
  }
}
