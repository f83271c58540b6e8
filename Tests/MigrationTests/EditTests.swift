import Testing

@testable import Migration
@testable import TextEdits

@Suite struct `edits` {
  private let text = Array("one two three".utf8)

  private func result(_ edits: [Edit]) throws -> String {
    String(decoding: try Edit.apply(edits, to: text), as: UTF8.self)
  }

  @Test func `each is given in offsets of the original, in any order`() throws {
    let edits = [Edit(8..<13, "3".utf8), Edit(0..<3, "eins".utf8), .insertion("zwei, ".utf8, at: 4)]
    #expect(try result(edits) == "eins zwei, two 3")
  }

  @Test func `insertions at one place stand in the order given, before what is deleted behind them`() throws {
    #expect(
      try result([.deletion(4..<8), .insertion("a ".utf8, at: 4), .insertion("b ".utf8, at: 4)]) == "one a b three")
  }

  @Test func `an edit given twice counts once`() throws {
    #expect(try result([Edit(0..<3, "1".utf8), Edit(0..<3, "1".utf8)]) == "1 two three")
  }

  @Test(arguments: [
    [Edit(0..<4, []), Edit(3..<5, [])], [Edit(0..<4, [0x31]), Edit(0..<4, [0x32])], [Edit(10..<99, [])],
  ])
  func `edits that claim the same bytes are refused`(edits: [Edit]) {
    #expect(throws: OverlappingEdits.self) { try Edit.apply(edits, to: text) }
  }
}

@Suite struct `the difference of two texts` {
  @Test(arguments: [
    ("a\nb\nc\n", "a\nx\nc\n"), ("a\nb\n", "a\nb\nb\n"), ("a\nb", "a\n"), ("", "a"), ("a\r\nb\r\n", "b\r\n"),
    ("key: a\n", "key: ab\n"), ("a\na\na\n", "a\n"),
  ])
  func `makes one of the other, whole lines at a time`(old: String, new: String) throws {
    let edit = Edit.difference(from: Array(old.utf8), to: Array(new.utf8))
    #expect(try Edit.apply([edit], to: Array(old.utf8)) == Array(new.utf8))
    let layout = Layout(bytes: Array(old.utf8))
    #expect(edit.range.lowerBound == old.utf8.count || layout.column(edit.range.lowerBound) == 0)
  }
}

@Suite struct `diffs` {
  static let names: [(path: String, name: String)] = [
    ("apps/a.yaml", "a/apps/a.yaml"), ("sp ace.yaml", "a/sp ace.yaml\t"), ("q\"\\.yaml", "\"a/q\\\"\\\\.yaml\""),
    ("a\n::error::x\t.yaml", "\"a/a\\n::error::x\\t.yaml\""), ("e\u{1B}é.yaml", "\"a/e\\033\\303\\251.yaml\""),
    ("##vso[a]#b.yaml", "\"a/\\043\\043vso[a]\\043b.yaml\""), ("a#b.yaml", "a/a#b.yaml"),
  ]

  @Test(arguments: names) func `a name is quoted as Git quotes it`(path: String, name: String) {
    var diff = UnifiedDiff()
    diff.append(path: path, from: [97], to: [98])
    #expect(String(decoding: diff.bytes, as: UTF8.self).split(separator: "\n")[0] == "--- \(name)")
  }

  @Test func `a file with a line that is not shown as it is says so, and no other does`() {
    var diff = UnifiedDiff { sign, line in line.first == 0x78 ? [sign, 0x79, 0x0A] : nil }
    diff.append(path: "a", from: Array("x\n1\n".utf8), to: Array("x\n2\n".utf8))
    diff.append(path: "b", from: Array("1\n".utf8), to: Array("2\n".utf8))
    let lines = String(decoding: diff.bytes, as: UTF8.self).split(separator: "\n")
    #expect(lines[0].hasPrefix("# lines of the next file are shown with escapes or stars"))
    #expect(
      lines.dropFirst() == [
        "--- a/a", "+++ b/a", "@@ -1,2 +1,2 @@", " y", "-1", "+2", "--- a/b", "+++ b/b", "@@ -1,1 +1,1 @@", "-1", "+2",
      ])
  }

  private func diff(_ old: String, _ new: String, hiding secrets: String...) -> [Substring] {
    var diff = UnifiedDiff()
    let hidden = secrets.flatMap { secret in
      old.ranges(of: secret).map {
        old.utf8.distance(
          from: old.startIndex, to: $0.lowerBound)..<old.utf8.distance(from: old.startIndex, to: $0.upperBound)
      }
    }
    diff.append(path: "f", from: Array(old.utf8), to: Array(new.utf8), hiding: hidden)
    return String(decoding: diff.bytes, as: UTF8.self).split(separator: "\n").dropFirst(2).map { $0 }
  }

  @Test func `what is near a change goes as far as the next secret`() {
    #expect(
      diff("1\nkey\n3\na\n5\nkey\n7\n", "1\nkey\n3\nb\n5\nkey\n7\n", hiding: "key")
        == ["@@ -3,3 +3,3 @@", " 3", "-a", "+b", " 5"])
    #expect(
      diff("a\n2\nkey\n4\na\n6\n", "b\n2\nkey\n4\nb\n6\n", hiding: "key")
        == ["@@ -1,2 +1,2 @@", "-a", "+b", " 2", "@@ -4,3 +4,3 @@", " 4", "-a", "+b", " 6"])
  }

  @Test func `stars stand for a secret that cannot be left out, and the diff says so`() {
    var lines = diff("a\nx: key\n3\n", "b\nx: key\n3\n", hiding: "key")
    #expect(
      lines == ["+++ b/f", "@@ -1,2 +1,2 @@", "-a", "+b", " x: ***"], "a hunk without a line behind it is the end")
    lines = diff("- x: key\n", "  x: key\n", hiding: "key")
    #expect(lines == ["+++ b/f", "@@ -1,1 +1,1 @@", "-- x: ***", "+  x: ***"])
  }

  @Test func `a byte-order mark at the beginning stays`() {
    var diff = UnifiedDiff { _, line in line.first == 0xEF ? [] : nil }
    diff.append(path: "a", from: Array("\u{FEFF}x\n1\n".utf8), to: Array("\u{FEFF}x\n2\n".utf8))
    #expect(String(decoding: diff.bytes, as: UTF8.self).contains("\n \u{FEFF}x\n-1\n"))
  }

  private func diff(_ old: String, _ new: String) -> String {
    var diff = UnifiedDiff()
    diff.append(path: "f", from: Array(old.utf8), to: Array(new.utf8))
    return String(decoding: diff.bytes, as: UTF8.self)
  }

  @Test func `three lines around each change, near changes together`() {
    let old = (1...20).map { "line \($0)\n" }.joined()
    let new = old.replacingOccurrences("line 2\n", "two\n").replacingOccurrences("line 18\n", "")
    #expect(
      diff(old, new) == """
        --- a/f
        +++ b/f
        @@ -1,5 +1,5 @@
         line 1
        -line 2
        +two
         line 3
         line 4
         line 5
        @@ -15,6 +15,5 @@
         line 15
         line 16
         line 17
        -line 18
         line 19
         line 20

        """)
  }

  @Test func `a missing final line break is said`() {
    #expect(
      diff("a\nb", "a\nc") == """
        --- a/f
        +++ b/f
        @@ -1,2 +1,2 @@
         a
        -b
        \\ No newline at end of file
        +c
        \\ No newline at end of file

        """)
  }

  @Test func `equal texts have none`() { #expect(diff("a\n", "a\n") == "") }
}

extension String {
  fileprivate func replacingOccurrences(_ old: String, _ new: String) -> String {
    guard let range = firstRange(of: old) else { return self }
    return replacingCharacters(in: range, with: new)
  }

  private func firstRange(of text: String) -> Range<String.Index>? {
    indices.first { self[$0...].hasPrefix(text) }.map { $0..<index($0, offsetBy: text.count) }
  }

  private func replacingCharacters(in range: Range<String.Index>, with text: String) -> String {
    String(self[..<range.lowerBound]) + text + String(self[range.upperBound...])
  }
}

@Suite struct `releases` {
  @Test(arguments: ["2.9", "v2.0", "2.2.0", "0.41", "2.9.4", "2.10"])
  func `known releases are taken`(text: String) { #expect(MigrationTarget(text) != nil) }

  @Test(arguments: ["", "2", "2.99", "3.0", "1.0", "0.42", "two", "-2.9", "v0.0.0-dev.0"])
  func `others are refused`(text: String) { #expect(MigrationTarget(text) == nil) }

  @Test(arguments: [
    ("2.9", "HelmRelease", "v2beta1", "v2"), ("2.2", "HelmRelease", "v2beta1", "v2beta2"),
    ("2.1", "HelmRelease", "v2beta1", nil), ("2.0", "HelmRelease", "v2", nil), ("0.41", "HelmRelease", "v2beta1", nil),
  ])
  func `versions go up to what the release serves`(to: String, kind: String, version: String, wanted: String?) throws {
    let target = try #require(MigrationTarget(to))
    let verdict = target.verdict(group: "helm.toolkit.fluxcd.io", kind: kind, version: version)
    if let wanted { #expect(verdict == .outdated(wanted)) } else { #expect(verdict == .current || verdict == .tooNew) }
  }

  @Test(
    arguments: [
      ("2.3", "2.9", "v2beta1", .outdated("v2")), ("2.2", "2.7", "v2beta1", .outdated("v2beta2")),
      ("2.2", "2.9", "v2beta1", .noCommonVersion), ("0.30", "0.41", "v2beta1", .current),
    ] as [(String, String, String, MigrationTarget.Verdict)])
  func `several releases get what all of them serve`(
    older: String, newer: String, version: String, wanted: MigrationTarget.Verdict
  ) throws {
    let target = try #require(MigrationTarget(newer)).union(try #require(MigrationTarget(older)))
    #expect(target.verdict(group: "helm.toolkit.fluxcd.io", kind: "HelmRelease", version: version) == wanted)
  }
}

@Suite struct `commit templates` {
  @Test(arguments: [
    ("{{ range $f, $_ := .Updated.Files }}{{ $f }}{{ end }}", [".Changed.FileChanges"]),
    ("{{range $r , $v := .Updated.Objects}}{{ $r.Kind }}{{end}}", [".Changed.Objects"]),
    ("nothing", []),
  ])
  func `keys have a counterpart`(text: String, fields: [String]) {
    #expect(CommitTemplate(text).fields?.map(\.new) == fields)
  }

  @Test(arguments: [
    "{{ range .Updated.Images }}{{ . }}{{ end }}", "{{ range $f, $v := .Updated.Files }}{{ $v }}{{ end }}",
    "{{ .Updated.Files }}", "{{ len .Updated }}", "{{ range $f, $_ := $.Updated.Files }}{{ end }}",
    "{{ range $f, $_ := reverse .Updated.Files }}{{ end }}", "{{ with .Updated }}{{ .Files }}{{ end }}",
    "{{ define \"x\" }}{{ range $f, $_ := .Updated.Files }}{{ end }}{{ end }}{{ template \"x\" . }}{{ template \"x\" .Values }}",
    "{{ $d := dict \"r\" . }}{{ range $f, $_ := $d.r.Updated.Files }}{{ end }}",
  ])
  func `values have none`(text: String) { #expect(CommitTemplate(text).fields == nil) }

  @Test(arguments: [
    ("{{ .Updated.Images }}", ".Updated"), ("x {{- .Updated -}} y", ".Updated"),
    ("{{ $.Updated.Images }}", ".Updated"),
    ("{{if len(.Updated.Files)}}a{{end}}", ".Updated"),
    ("{{ with $u := .Updated }}{{ $u.Images }}{{ end }}", ".Updated"),
    ("{{ range .Changed.Changes }}{{ $.Updated.Files }}{{ end }}", ".Updated"),
    ("{{ if .Values }}{{ else }}{{ .Updated }}{{ end }}", ".Updated"),
    ("{{ .Changed.ImageResult.Images }}", ".Changed.ImageResult"),
    ("{{ (.Changed).ImageResult }}", ".ImageResult"),
    ("{{ with .Changed }}{{ .ImageResult }}{{ end }}", ".ImageResult"),
    ("{{ $c := .Changed }}{{ $c.ImageResult.Images }}", ".ImageResult"),
    ("{{ \"a \\\" }} b\" }}{{ .Updated }}", ".Updated"),
    ("{{ define \"x\" }}{{ .Updated.Files }}{{ end }}{{ template \"x\" . }}", ".Updated"),
    ("{{ template \"x\" .Changed }}{{ define \"x\" }}{{ .ImageResult }}{{ end }}", ".ImageResult"),
    (
      "{{ define \"x\" }}{{ .ImageResult }}{{ end }}{{ define \"y\" }}{{ template \"x\" .Changed }}{{ end }}"
        + "{{ template \"y\" $ }}", ".ImageResult"
    ),
    ("{{ $d := dict \"r\" . \"v\" 1 }}{{ $d.r.Updated }}", ".Updated"),
    ("{{ define \"x\" }}{{ .c.ImageResult }}{{ end }}{{ template \"x\" (dict \"c\" .Changed) }}", ".ImageResult"),
    ("{{ template `x` . }}{{ define \"x\" }}{{ $.Updated.Files }}{{ end }}", ".Updated"),
    ("{{ if .Values }}a{{ else with .Changed }}{{ .ImageResult }}{{ end }}{{ .Values.Updated }}", ".ImageResult"),
    ("{{ with .Values }}{{ $x := . }}{{ end }}{{ $x := . }}{{ $x.Updated }}", ".Updated"),
  ])
  func `a removed field is found where it is read`(text: String, written: String) {
    let found = CommitTemplate(text).removedFields.map { field in
      String(decoding: Array(text.utf8)[field.range], as: UTF8.self)
    }
    #expect(found == [written])
  }

  @Test(arguments: [
    "Images .Updated by Flux", "{{/* .Updated */}} ok .Updated", "{{- /* {{ .Updated }} */ -}}",
    "{{ \"no .Updated here\" }}", "{{ `\n.Updated` }}{{ .AutomationObject }}", "{{ '.' }}.Updated",
    "{{ index .Values \"Updated\" }}", "{{ .Values.Updated }}", "{{ .UpdatedX }}", "{{ .Changed.ImageResults }}",
    "{{ range .Changed.Changes }}{{ .ImageResult }}{{ .Updated }}{{ end }}",
    "{{ with .Values }}{{ .Updated }}{{ end }}",
    "{{ define \"x\" }}{{ .Updated }}{{ end }}", "{{ .Changed .ImageResult }}", "{{ .Updated",
    "{{ define \"x\" }}{{ .Updated }}{{ end }}{{ template \"x\" .Values }}",
    "{{ define \"x\" }}{{ .Updated }}{{ template \"x\" .a }}{{ end }}{{ template \"x\" .Values }}",
    "{{ $d := dict \"r\" .Values }}{{ $d.r.Updated }}{{ $d.Updated }}",
    "{{ $d := dict \"r\" . | toJson }}{{ $d.r.Updated }}", "{{ $d := dict \"r\" }}{{ $d.r.Updated }}",
    "{{ (dict .Values.key .).r.Updated }}",
    "{{ $x := .Changed }}{{ with .Values }}{{ $x := . }}{{ $x.ImageResult }}{{ end }}",
    "{{ end }}{{ else }}{{ template }}{{ define }}{{ if }}",
  ])
  func `what only looks like one is none`(text: String) { #expect(CommitTemplate(text).removedFields.isEmpty) }
}
