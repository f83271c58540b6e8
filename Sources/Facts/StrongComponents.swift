/// The strongly connected components of a graph (Tarjan), found without recursion.
enum StrongComponents {
  /// For each node the number of its component: two nodes have the same one if each leads to the other.
  ///
  /// - Parameter targets: the nodes that each node leads to.
  static func numbers(of targets: [[Int]]) -> [Int] {
    var components = [Int](repeating: -1, count: targets.count)
    var depths = components
    var lowest = components
    var stack: [Int] = []
    var count = 0
    var nextDepth = 0
    for start in targets.indices where depths[start] < 0 {
      var path: [(node: Int, next: Int)] = [(start, 0)]
      while let top = path.last {
        let node = top.node
        if top.next == 0 {
          depths[node] = nextDepth
          lowest[node] = nextDepth
          nextDepth += 1
          stack.append(node)
        }
        if top.next < targets[node].count {
          path[path.count - 1].next += 1
          let target = targets[node][top.next]
          if depths[target] < 0 {
            path.append((target, 0))
          } else if components[target] < 0 {
            lowest[node] = min(lowest[node], depths[target])
          }
          continue
        }
        path.removeLast()
        if let parent = path.last?.node { lowest[parent] = min(lowest[parent], lowest[node]) }
        guard lowest[node] == depths[node] else { continue }
        while let member = stack.popLast() {
          components[member] = count
          if member == node { break }
        }
        count += 1
      }
    }
    return components
  }
}
