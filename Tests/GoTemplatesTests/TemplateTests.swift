import GoTemplates
import Testing

@Suite struct `Templates of the Flux Operator` {
  private static let inputs = TemplateValue.map([
    "app": .string("web"), "count": .integer(3), "on": .boolean(true), "off": .boolean(false), "none": .null,
    "ratio": .float(0.5), "tags": .list([.string("b"), .string("a")]),
    "port": .map(["http": .integer(80), "name": .string("http")]), "empty": .string(""),
    "apps": .list([.map(["name": .string("x"), "size": .string("1Gi")]), .map(["name": .string("y")])]),
    "id": .unknown("the id is not known"),
  ])

  private static func printed(_ template: String) throws(TemplateStop) -> String {
    let program = try TemplateProgram(Array(template.utf8), delimiters: .angles)
    return String(decoding: try program.output(inputs: inputs).bytes, as: UTF8.self)
  }

  @Test(arguments: [
    ("a: << inputs.app >>", "a: web"),
    ("<< inputs.app | quote >> << inputs.count >> << inputs.on >> << inputs.ratio >>", "\"web\" 3 true 0.5"),
    ("{{ .Values.x }} << inputs.port.http >>", "{{ .Values.x }} 80"),
    // Trim markers and comments.
    ("a\n  <<- /* no */ ->>\n b <<- inputs.app ->> c", "abwebc"),
    ("a <</* << inputs.app >> */>>b", "a b"),
    ("<<- if inputs.on >>\nx\n<<- end >>\ny", "\nx\ny"),
    // Conditions.
    ("<< if inputs.off >>a<< else if inputs.on >>b<< else >>c<< end >>", "b"),
    ("<< if and inputs.on (eq inputs.app \"web\") >>a<< end >>", "a"),
    ("<< if or inputs.off inputs.empty >>a<< else >>b<< end >>", "b"),
    ("<< if not (hasKey inputs \"other\") >>a<< end >>", "a"),
    ("<< with inputs.port >><< .http >><< else >>none<< end >>", "80"),
    ("<< with inputs.empty >>a<< else with inputs.app >><< . >><< end >>", "web"),
    ("<< if $x := inputs.app >><< $x >><< end >>", "web"),
    // Loops.
    ("<< range $a := inputs.apps >><< $a.name >>=<< get $a \"size\" | default \"5Gi\" >> << end >>", "x=1Gi y=5Gi "),
    ("<< range $i, $t := list \"a\" \"b\" >><< $i >><< $t >><< end >>", "0a1b"),
    ("<< range inputs.tags >><< . >><< end >>", "ba"),
    ("<< range $k, $v := inputs.port >><< $k >>:<< $v >> << end >>", "http:80 name:http "),
    ("<< range list >>a<< else >>none<< end >>", "none"),
    ("<< range inputs.tags >><< if eq . \"a\" >><< break >><< end >><< . >><< end >>", "b"),
    ("<< range inputs.tags >><< if eq . \"b\" >><< continue >><< end >><< . >><< end >>", "a"),
    ("<< range until 3 >><< . >><< end >>", "012"),
    // Variables: one of a block is gone behind it, and `=` changes that of outside.
    ("<< $x := 1 >><< range inputs.tags >><< $x = add $x 1 >><< end >><< $x >>", "3"),
    ("<< $x := 1 >><< if inputs.on >><< $x := 2 >><< $x >><< end >><< $x >>", "21"),
    // Functions.
    ("<< printf \"%s-%d\" inputs.app inputs.count >>", "web-3"),
    ("<< inputs.app | upper | lower | trunc 2 >>", "we"),
    ("<< coalesce inputs.none inputs.empty inputs.app >>", "web"),
    ("<< ternary \"yes\" \"no\" inputs.on >>", "yes"),
    ("<< join \",\" inputs.tags >> << sortAlpha inputs.tags | first >>", "b,a a"),
    ("<< index inputs.tags 1 >> << len inputs.tags >> << index inputs.port \"http\" >>", "a 2 80"),
    ("a:<< \"x: 1\\ny: 2\" | nindent 2 >>", "a:\n  x: 1\n  y: 2"),
    ("<< `raw \\n` >>", "raw \\n"),
    (
      "<< replace \".\" \"-\" \"1.2.3\" >> << trimPrefix \"v\" \"v1\" >> << contains \"e\" inputs.app >>",
      "1-2-3 1 true"
    ),
    ("<< slugify \"Feature/New Login\" >>", "feature-new-login"),
    ("<< inputs.port | toJson >>", "{\"http\":80,\"name\":\"http\"}"),
    ("<< (index inputs.apps 0).name >>", "x"),
    ("<< dig \"port\" \"http\" 1 inputs >> << dig \"port\" \"other\" 1 inputs >>", "80 1"),
    ("<< inputs.app | b64enc >>", "d2Vi"),
    ("<< sub 5 inputs.count | int >> << add1 inputs.count >> << max 1 inputs.count >>", "2 4 3"),
  ]) func `what is known is carried out`(template: String, text: String) throws {
    #expect(try Self.printed(template) == text)
  }

  @Test(arguments: [
    // What fails, and what is not carried out: nobody knows what is printed.
    ("<< inputs.other >>", "the template reads 'other', which is not there"),
    ("<< inputs.app.name >>", "the template reads 'name' of a string"),
    ("<< .app >>", "the template reads 'app' of nil"),
    ("<< inputs.id >>", "the id is not known"),
    ("<< if inputs.id >>a<< end >>", "the id is not known"),
    ("<< inputs.id | upper >>", "the id is not known"),
    ("<< inputs.app | sha256sum >>", "the function 'sha256sum' is not carried out"),
    ("<< if inputs.off >><< now >><< end >>", "the function 'now' is not carried out"),
    ("<< template \"x\" >>", "'template' is not carried out"),
    ("<< inputs.app", "the template has an action without its end"),
    ("<< if inputs.on >>a", "the template has a block without an 'end'"),
    ("a << end >>", "the template has an 'end' too many"),
    ("<< $x >>", "the template has no variable '$x'"),
    ("<< if inputs.on >><< $x := 1 >><< end >><< $x >>", "the template has no variable '$x'"),
    ("<< fail \"no\" >>", "the template fails: no"),
    ("<< inputs.port >>", "what a mapping is printed as is not carried out"),
    ("<< inputs.none >>", "what nil is printed as is not carried out"),
    ("<< inputs.app \"x\" >>", "the template gives arguments to what is no function"),
    ("<< eq inputs.app 1 >>", "how a string compares with a number is not carried out"),
    ("<< upper \"ß\" >>", "what the function 'upper' does with other letters than those of ASCII is not carried out"),
    ("<< add \"x\" 1 >>", "what the function 'add' does with a string is not carried out"),
    ("<< keys inputs.port | join \",\" >>", "the order of what the function 'keys' gives is not known"),
    ("<< has 3 inputs.tags >>", "what the function 'has' does with a number is not carried out"),
    ("<< range until 100000 >><< range until 100000 >>x<< end >><< end >>", "the template takes too many steps"),
    // What is doubled again and again.
    (
      "<< $x := \"aaaa\" >><< range until 60 >><< $x = printf \"%s%s\" $x $x >><< end >>",
      "the template works with too much text"
    ),
    ("<< $x := list 1 >><< range until 60 >><< $x = list $x $x >><< end >>", "the template works with too much text"),
    ("<< $x := list 1 >><< range until 60 >><< $x = concat $x $x >><< end >>", "the template works with too much text"),
    (
      "<< $x := repeat 100000 \"a\" >><< replace \"a\" $x $x >>",
      "what the function 'replace' does with a string is not carried out"
    ),
    (
      "<< indent 100000 (repeat 1000 \"\\n\") >>",
      "what the function 'indent' does with a number is not carried out"
    ),
    ("<< break >>", "'break' or 'continue' is in no loop"),
  ]) func `what is not known stops it, with the reason`(template: String, reason: String) {
    #expect(throws: TemplateStop(reason)) { try Self.printed(template) }
  }

  @Test func `nesting ends`() {
    let template = String(repeating: "<< if inputs.on >>", count: 5_000)
    #expect(throws: TemplateStop("the template is nested too deep")) { try Self.printed(template) }
    let expression = "<< " + String(repeating: "(", count: 5_000) + " >>"
    #expect(throws: TemplateStop("the template is nested too deep")) { try Self.printed(expression) }
  }

  @Test func `each part of the output knows what it is made of`() throws {
    let text = "a: <<- inputs.app >>!\n<< range inputs.tags >>x<< . >><< end >>"
    let program = try TemplateProgram(Array(text.utf8), delimiters: .angles)
    let output = try program.output(inputs: Self.inputs)
    #expect(String(decoding: output.bytes, as: UTF8.self) == "a:web!\nxbxa")
    let parts = output.runs.map { run in
      (run.isText ? "" : "*") + String(decoding: Array(text.utf8)[run.source], as: UTF8.self)
    }
    #expect(parts == ["a:", "*<<- inputs.app >>", "!\n", "x", "*<< . >>", "x", "*<< . >>"])
    #expect(output.runs.map(\.output.lowerBound) == [0, 2, 5, 7, 8, 9, 10])
    #expect(String(decoding: output.printedByActions, as: UTF8.self) == "webba")
  }

  private static let readNames: [(String, Set<String>?)] = [
    ("<< inputs.a >> << inputs.b.c | quote >> << get inputs.d \"x\" >>", ["a", "b", "d"]),
    ("a << $x := 1 >>", []), ("<< get inputs \"a\" >>", nil), ("<< inputs.a >><< inputs >>", nil),
  ]

  @Test(arguments: readNames) func `the names of inputs that it reads are known`(template: String, names: Set<String>?)
    throws
  {
    #expect(try TemplateProgram(Array(template.utf8), delimiters: .angles).inputNames == names)
  }

  @Test(arguments: [
    ("a << if x >>b<< else >>c<< end >>d << y >>e", ["a ", "d ", "e"]), ("<< range x >>a<< end >>", []),
    ("a", ["a"]),
  ]) func `text outside of all blocks is certain`(template: String, texts: [String]) throws {
    let bytes = Array(template.utf8)
    let ranges = try #require(GoTemplate(bytes, delimiters: .angles)).certainText
    #expect(ranges.map { String(decoding: bytes[$0], as: UTF8.self) } == texts)
  }
}
