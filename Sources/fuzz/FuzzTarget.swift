import CEL
import FluxGraph
import FluxModel
import Kustomize
import Linting
import Manifests
import Migration
import Printing
import RuleCatalogue
import RuleEngine
import RuleFiles
import SourceText
import SourceTrees
import TextEdits
import YAMLSyntax

/// What is fuzzed: a reader of text that others write, with all that works on what it reads.
enum FuzzTarget: String, CaseIterable {
  case yaml, kustomization, envsubst, migrate, configuration, expression, rule, definition

  /// Does with `input` what a run of the program would. It must come back, whatever the input is.
  func run(_ input: [UInt8]) async {
    switch self {
    case .yaml: yaml(input)
    case .kustomization: kustomization(input)
    case .envsubst: envsubst(input)
    case .migrate: await migrate(input)
    case .configuration: await configuration(input)
    case .expression: expression(input)
    case .rule: await rule(input)
    case .definition: await definition(input)
    }
  }

  /// Inputs to begin with, which show what the reader knows.
  var seeds: [String] {
    switch self {
    case .yaml:
      [
        "a: &a {b: [1, *a]}\n<<: *a\nc: |\n  x\n  y\nd: >-\n  z\n\n  z\n? [k]\n: 'q'\ne: \"\\x41\\u00e9\\n\"\n",
        "%YAML 1.1\n---\n- !!str 1\n...\n---\n~\n",
        "\u{FEFF}a: 2001-12-14t21:59:43.10-05:00\nb: 0o7\nc: .inf\n",
        "---\na: # c\n- b: |-\n    x\n\n     y\n  c: >+\n    x\n    y\n\n- - d\n  - 'e''f'\n-\ng:\n  h: i\n    j\n\n    k\n  l: \"m\\n\\\n   n\"\n",
        "a: {b: [c, 'd'],\n  e: {}}\nf: []\n'g': h\ni:\n  - ${j}\n  - <<: k\nl:\n",
      ]
    case .kustomization:
      [
        """
        resources: [a.yaml, ../b]
        namePrefix: p-
        namespace: n
        patches: [{target: {kind: X}, patch: '[{op: copy, from: /a, path: /b}]'}]
        images: [{name: "x*", newTag: "1"}]
        replacements: [{source: {kind: X, fieldPath: a.b}, targets: [{select: {kind: X}, fieldPaths: ["c.[d=e].*"]}]}]
        configMapGenerator: [{name: g, literals: [a=b], files: [k=a.yaml], behavior: merge}]
        labels: [{pairs: {a: b}, includeSelectors: true}]
        components: [c]
        """,
        "commonLabels: {a: b}\nvars: [{name: V, objref: {kind: X, name: a}, fieldref: {fieldPath: a.b}}]\nresources: [a.yaml]\n",
      ]
    case .envsubst:
      [
        "${a} ${a:-b${c}} ${#a} ${a^^} ${a:1:2} ${a##*x} ${a%%?[a-c]*} ${a//x/y} ${a/#x/y} $$ ${a:=\"${b}\"}",
        "${a/%\\//b}${é}${",
      ]
    case .migrate:
      [
        "apiVersion: source.toolkit.fluxcd.io/v1beta2\nkind: GitRepository\nmetadata: {name: a}\nspec: {gitImplementation: go-git, url: 'https://h/x'}\n",
        "apiVersion: helm.toolkit.fluxcd.io/v2beta1\nkind: HelmRelease\nmetadata:\n  name: a\nspec:\n  valuesFrom: [{kind: Secret, name: b}]\n  chart: {spec: {valuesFile: x.yaml}}\n---\napiVersion: v1\nkind: List\nitems:\n- apiVersion: kustomize.toolkit.fluxcd.io/v1beta1\n  kind: Kustomization\n  spec:\n    patchesStrategicMerge:\n    - apiVersion: image.toolkit.fluxcd.io/v1beta1\n",
      ]
    case .configuration:
      [
        "fluxVersion: '2.6'\nfailOn: warning\nrules: {remote-base: off}\nignore: [{rule: crd-order, path: 'a/**/b*', reason: x}]\nsources: {'https://h/x': ../x}\nclusters: [{path: a, name: b}]\nexternal: [{kind: Secret, name: s, keys: [k]}]\n"
      ]
    case .expression:
      [
        "self.a.?b.orValue([1, 2u, -0.5e3]).map(x, x > 1, x * 2).exists(y, y in [4] || has(self.c) && !self.c.d)",
        "cel.bind(t, timestamp('2020-01-01T00:00:00Z') - duration('1h'), t.getHours('Europe/Berlin') % 2 == 0 ? t : null)",
        "'%s %d'.format(['a', 1]).split(' ', 2).join('-').matches('^a+[^b]*(c|d){2,3}$') && quantity('1Gi') == null",
        "{'a': b'\\x00\\377', 'b': [?optional.none()], ?'c': self.?x[?0]}.transformMap(k, v, string(k) + r'\\n')",
      ]
    case .rule:
      [
        """
        name: r
        severity: warning
        summary: A rule
        options:
          limit: {default: 3, about: How many.}
        check:
          match: [ConfigMap, Kustomization.kustomize.toolkit.fluxcd.io]
          let: {n: "size(object.?data.orValue({}))"}
          when: "!(object.metadata.name in ['x'])"
          each: walk(object)
          assert: n < options.limit && item.value != 'b' || refs[?'sourceRef'].orValue([]).all(r, r.status == 'found')
          at: key(item.node)
          severity: "{cluster.isLockedDown ? 'error' : 'note'}"
          message: "{displayName(object)} has {n} of {item.path}{{}}"
          notes: ["{files('**')}", "{overlaps(object, parseYAML('a: [b]'))}"]
          related: [{at: "find('ConfigMap', 'a', 'a').value().data", message: "{objects('ConfigMap').size()}"}]
          data: {n: "{n}"}
        examples:
          - good: one
            files: |
              === cluster c
              === a.yaml
              a: b
        """
      ]
    case .definition:
      [
        """
        apiVersion: apiextensions.k8s.io/v1
        kind: CustomResourceDefinition
        metadata: {name: gadgets.example.com}
        spec:
          group: example.com
          scope: Cluster
          names: {kind: Gadget, plural: gadgets}
          versions:
          - name: v1
            served: true
            storage: true
            schema:
              openAPIV3Schema:
                type: object
                required: [spec]
                x-kubernetes-validations: [{rule: "self.metadata.name != 'x' && !has(self.spec.a)", messageExpression: "'a' + self.kind"}]
                properties:
                  spec:
                    type: object
                    oneOf: [{required: [a]}, {required: [b], not: {required: [c]}}]
                    x-kubernetes-validations: [{rule: "self.b.all(x, x.k > 1) && self.b == self.b + [self.b[0]]", fieldPath: .b}]
                    properties:
                      a: {type: string, pattern: "^(a|b)+[c-e]*$", format: duration, maxLength: 9, enum: [a, abc]}
                      b: {type: array, x-kubernetes-list-type: map, x-kubernetes-list-map-keys: [k], maxItems: 2, items: {type: object, properties: {k: {type: integer, default: 1, minimum: 0}, if: {x-kubernetes-int-or-string: true}}}}
                      c: {type: object, nullable: true, additionalProperties: {type: number, multipleOf: 2}}
                      d: {type: object, x-kubernetes-preserve-unknown-fields: true, x-kubernetes-embedded-resource: true}
        ---
        apiVersion: example.com/v1
        kind: Gadget
        metadata: {name: x}
        spec:
          a: abc
          b: [{k: 1, if: 2}, {k: 3}]
          c: {x: 1.5, y: null}
          d: {apiVersion: v1, kind: K, metadata: {name: '${a}'}}
        """
      ]
    }
  }

  private func yaml(_ input: [UInt8]) {
    let forest = Forest(trees: [YAMLParser.parse(input, file: FileID(0), tree: 0)])
    let difference = forest.trees[0].difference(
      from: YAMLParser.parse(input, file: FileID(0), tree: 0, scansFirst: false))
    precondition(difference == nil, "the readers differ: \(difference ?? "")")
    var printer = YAMLPrinter(forest)
    for document in forest.trees[0].documents {
      printer.add(document.root)
      for dialect in [ScalarDialect.resource, .kustomization] {
        _ = try? JSONPrinter.canonical(document.root, in: forest, dialect: dialect)
      }
    }
  }

  private func kustomization(_ input: [UInt8]) {
    let object = Array("apiVersion: v1\nkind: X\nmetadata: {name: a}\na: {b: [x, {d: e}]}\n".utf8)
    let tree = InMemoryTree(files: [
      "k/kustomization.yaml": input, "k/a.yaml": object, "b/kustomization.yaml": Array("resources: [b.yaml]".utf8),
      "b/b.yaml": object, "k/c/kustomization.yaml": Array("kind: Component\nnameSuffix: -s\n".utf8),
    ])
    guard let sources = try? SourceSet(readingOnDemand: tree) else { return }
    var engine = KustomizeEngine(sources: sources)
    for generates in [true, false] {
      let result = engine.build(BuildRequest(directory: "k", generatesKustomization: generates))
      var printer = YAMLPrinter(engine.sources.forest)
      for object in result.objects { printer.add(object.root) }
    }
  }

  private func envsubst(_ input: [UInt8]) {
    guard let parts = try? input.withUnsafeBufferPointer({ try Envsubst.parse($0) }) else { return }
    let values: [String: VariableValue] = ["a": .known("xaxbx\u{E9}/x"), "b": .unknown, "c": .known("")]
    for isOpen in [true, false] { _ = Envsubst.evaluate(parts, values: values, isOpen: isOpen) }
  }

  private func migrate(_ input: [UInt8]) async {
    guard let sources = try? await SourceSet.load(InMemoryTree(files: ["a.yaml": input])) else { return }
    for plan in Migration.plan(sources, targets: MigrationTargets(.newest), isInScope: { _ in true }) {
      guard let text = try? Migration.text(of: plan, in: sources, target: .newest) else { continue }
      var diff = UnifiedDiff()
      diff.append(path: plan.path, from: input, to: text)
    }
  }

  private static let rules = KnownRules(
    [
      RuleMetadata(
        id: RuleID("crd-order"), family: "order", severity: .error, summary: "A rule",
        options: [RuleOption(name: "limit", defaultValue: .integer(1), about: "A number.")],
        text: .read(RuleProse(summary: "A rule")))
    ], version: FluxlintVersion(major: 0, minor: 1))

  private func configuration(_ input: [UInt8]) async {
    guard let sources = try? await SourceSet.load(InMemoryTree(files: [".fluxlint.yaml": input])) else { return }
    _ = try? Configuration.load(from: sources, rules: Self.rules)
  }

  private func expression(_ input: [UInt8]) {
    let text = String(decoding: input, as: UTF8.self)
    let manifest = YAMLParser.parse(
      Array("a: {b: [1, x, null], c: {d: true}}\nx: [{y: 1.5}]\n".utf8), file: FileID(0), tree: 0)
    guard let root = manifest.documents.first?.root else { return }
    let source = ManifestValues(Forest(trees: [manifest]), isKnown: false)
    var everything = Environment.kubernetes(minor: 34)
    everything.addMath()
    everything.add([.encoders, .regex])
    everything.syntax.hasBindings = true
    everything.declare("self")
    for environment in [everything, .fluxHealthCheck] {
      guard let program = try? Program(text, in: environment) else { continue }
      let bindings = program.variables.map { $0 == "self" ? Value.mapRef(Ref(root)) : .unknown(Unknown("not known")) }
      _ = program.run(source, bindings, steps: 20_000)
      _ = program.decidingNode(source, bindings, steps: 20_000)
      _ = program.obstacle(bindings)
    }
  }

  private func rule(_ input: [UInt8]) async {
    guard (try? RuleFile(path: "r.yaml", family: nil, bytes: input)) != nil else { return }
    let settings = """
      apiVersion: v1
      kind: ConfigMap
      metadata: {name: a, namespace: a}
      data: {a: b, c: '${d}'}
      """
    let tree = InMemoryTree(files: [
      ".fluxlint/rules/r.yaml": input, "c/flux-system/gotk-sync.yaml": Array(Self.sync.utf8),
      "c/a.yaml": Array(settings.utf8),
    ])
    _ = try? await Linter.check(tree)
  }

  private static let sync = """
    apiVersion: kustomize.toolkit.fluxcd.io/v1
    kind: Kustomization
    metadata: {name: flux-system, namespace: flux-system}
    spec: {interval: 1m, path: ./c, prune: true, sourceRef: {kind: GitRepository, name: flux-system}}
    """

  private func definition(_ input: [UInt8]) async {
    let tree = InMemoryTree(files: ["c/flux-system/gotk-sync.yaml": Array(Self.sync.utf8), "c/a.yaml": input])
    _ = try? await Linter.check(tree)
  }
}
