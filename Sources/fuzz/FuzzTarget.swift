import FluxGraph
import FluxModel
import Kustomize
import Manifests
import Migration
import Printing
import RuleEngine
import SourceText
import SourceTrees
import TextEdits
import YAMLSyntax

/// What is fuzzed: a reader of text that others write, with all that works on what it reads.
enum FuzzTarget: String, CaseIterable {
  case yaml, kustomization, envsubst, migrate, configuration

  /// Does with `input` what a run of the program would. It must come back, whatever the input is.
  func run(_ input: [UInt8]) async {
    switch self {
    case .yaml: yaml(input)
    case .kustomization: kustomization(input)
    case .envsubst: envsubst(input)
    case .migrate: await migrate(input)
    case .configuration: await configuration(input)
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
    }
  }

  private func yaml(_ input: [UInt8]) {
    let forest = Forest(trees: [YAMLParser.parse(input, file: FileID(0), tree: 0)])
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

  private func configuration(_ input: [UInt8]) async {
    guard let sources = try? await SourceSet.load(InMemoryTree(files: [".fluxlint.yaml": input])) else { return }
    _ = try? Configuration.load(from: sources) { $0.hasPrefix("c") }
  }
}
