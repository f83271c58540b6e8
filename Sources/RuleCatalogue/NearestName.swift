/// The candidate that `name` was most likely meant to be, for `did you mean`; nil where none is close.
///
/// Close is at most one edit for every three characters, and at most three. Of equally close ones the first in
/// alphabetical order is taken. O(candidates · length²), and far less for candidates of another length.
package func nearestName(to name: String, among candidates: some Sequence<String>) -> String? {
  let wanted = Array(name.utf8)
  let limit = min(3, wanted.count / 3)
  var best: (name: String, distance: Int)?
  for candidate in candidates {
    let bytes = Array(candidate.utf8)
    guard bytes != wanted, abs(bytes.count - wanted.count) <= limit else { continue }
    let distance = editDistance(wanted, bytes)
    guard distance <= limit else { continue }
    if let best, (best.distance, best.name) <= (distance, candidate) { continue }
    best = (candidate, distance)
  }
  return best?.name
}

/// The Levenshtein distance: how many insertions, deletions and substitutions of a byte turn one into the other.
func editDistance(_ lhs: [UInt8], _ rhs: [UInt8]) -> Int {
  var row = Array(0...rhs.count)
  for (i, left) in lhs.enumerated() {
    var diagonal = row[0]
    row[0] = i + 1
    for (j, right) in rhs.enumerated() {
      let substituted = diagonal + (left == right ? 0 : 1)
      diagonal = row[j + 1]
      row[j + 1] = min(substituted, row[j] + 1, diagonal + 1)
    }
  }
  return row[rhs.count]
}
