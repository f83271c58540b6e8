import Manifests
import SourceText
import YAMLSyntax

// One layer: resources, generators, components, transformers (api/internal/target/kusttarget.go, `accumulateTarget`).
extension KustomizeEngine {
  /// The layer at the root of a request.
  mutating func buildRoot(
    _ directory: String, isFlux: Bool, generates: Bool, _ overrides: FluxOverrides?, _ context: inout BuildContext
  ) -> Layer {
    let loaded: LoadedKustomization
    if let found = loadKustomization(in: directory, artifactRoot: context.artifactRoot, isLenient: isFlux) {
      notesTransformers = found.kustomization.buildMetadata.contains(BuildMetadata.transformerAnnotations.rawValue)
      context.wantsOrigins = isFlux && found.kustomization.resources.isEmpty
      guard let overrides, !overrides.isEmpty else { return layer(directory, found, isLenient: isFlux, &context) }
      loaded = apply(overrides, to: found, directory: directory, &context)
    } else if generates {
      let generated = generateKustomization(in: directory)
      loaded = overrides.map { apply($0, to: generated, directory: directory, &context) } ?? generated
    } else {
      var layer = Layer()
      layer.report.addError(
        .invalidKustomization, "directory '\(directory.isEmpty ? "." : directory)' has no kustomization file", at: nil)
      return layer
    }
    return run(loaded, in: directory, &context)
  }

  /// The layer of a directory, built once for an artifact.
  private mutating func layer(
    _ directory: String, _ loaded: LoadedKustomization, isLenient: Bool, _ context: inout BuildContext
  ) -> Layer {
    let key = LayerKey(directory: directory, artifactRoot: context.artifactRoot, isLenient: isLenient)
    if let known = context.layers[directory] { return known }
    if !isSpecial, let known = layers[key], known.isDecrypted ?? decrypts == decrypts, !refersBack(known, context) {
      return known
    }
    let built = run(loaded, in: directory, &context)
    // With a cycle, what is in the layer depends on where the build began; without means, on how far it came.
    if !built.hasCycle, !isSpecial, !budget.isSpent, budget.keeps(objects: built.resources.count) {
      layers[key] = built
    } else {
      context.layers[directory] = built
    }
    return built
  }

  /// Whether layers of this build are like those of no other.
  private var isSpecial: Bool { isSchemaChosen || notesTransformers }

  /// Whether something in a finished layer would lead back to a directory that is being built.
  private func refersBack(_ layer: Layer, _ context: BuildContext) -> Bool {
    layer.roots.contains { root in context.stack.contains { RelativePath.isPath($0, inside: root) } }
  }

  private mutating func run(
    _ loaded: LoadedKustomization, in directory: String, _ context: inout BuildContext
  ) -> Layer {
    var layer = Layer()
    run(loaded, in: directory, onto: &layer, &context)
    return layer
  }

  /// Runs a kustomization on what is in `layer` already: nothing for a base, the parent's resources for a component.
  private mutating func run(
    _ loaded: LoadedKustomization, in directory: String, onto layer: inout Layer, _ context: inout BuildContext
  ) {
    context.stack.append(directory)
    defer { context.stack.removeLast() }
    layer.roots.insert(directory)
    layer.sortOptions = loaded.kustomization.sortOptions
    layer.buildMetadata = Set(loaded.kustomization.buildMetadata.compactMap { BuildMetadata(rawValue: $0) })
    layer.report.add(loaded.report, through: nil)
    chooseSchema(of: loaded.kustomization, in: directory, for: &layer, context)
    let known = layer.report.errors.count
    for entry in loaded.kustomization.resources { addResource(entry, of: directory, to: &layer, &context) }
    for entry in loaded.generatedResources { addGenerated(entry, of: directory, to: &layer, &context) }
    // What is not there because of them is no mistake of its own: upstream stops at the first.
    if layer.report.errors.dropFirst(known).contains(where: { $0.kind != .duplicateObject }) {
      layer.beginsIncomplete = true
    }
    layer.configure(loaded.configuration ?? .standard, through: loaded.kustomization.configurations.first?.range)
    if let types = loaded.typeConfiguration {
      layer.configure(types, through: loaded.kustomization.crds.first?.range)
    }
    generate(loaded.kustomization, in: directory, into: &layer, context)
    generate(plugins: loaded.kustomization.generators, in: directory, into: &layer, &context)
    for entry in loaded.kustomization.components {
      addComponent(entry, of: directory, to: &layer, &context)
    }
    if !loaded.replacements.isEmpty || !loaded.kustomization.variables.isEmpty
      || !loaded.kustomization.transformers.isEmpty
    {
      layer.isReplacing = true
    }
    transform(&layer, with: loaded)
    transform(plugins: loaded.kustomization.transformers, in: directory, &layer, &context)
    validate(plugins: loaded.kustomization.validators, in: directory, &layer, &context)
    bind(loaded.kustomization.variables, in: &layer)
  }

  // MARK: Resources

  mutating func addResource(
    _ entry: SourcedText, of directory: String, to layer: inout Layer, _ context: inout BuildContext
  ) {
    let place = resolve(entry.text, from: directory, artifactRoot: context.artifactRoot)
    var isFile = false
    if case .file = place { isFile = true }
    if let remote = RemoteClassifier.resource(entry.text, isLocalFile: isFile) {
      layer.report.remotes.append(
        RemoteReference(
          kind: remote.kind, url: entry.text, ref: remote.ref, field: "resources", range: entry.range))
      return
    }
    switch place {
    case .file(let path): addFile(path, through: entry.range, to: &layer)
    case .directory(let path): addDirectory(path, through: entry.range, to: &layer, &context)
    case .submodule(let path): addSubmodule(path, at: entry.range, to: &layer)
    case .error(let kind, let message): layer.report.addError(kind, message, at: entry.range)
    }
  }

  /// An entry of the kustomization that the controller generates: it has no place of its own.
  private mutating func addGenerated(
    _ entry: GeneratedEntry, of directory: String, to layer: inout Layer, _ context: inout BuildContext
  ) {
    switch entry {
    case .file(let path): addFile(path, through: nil, to: &layer)
    case .directory(let path): addDirectory(path, through: nil, to: &layer, &context)
    }
  }

  private func addSubmodule(_ path: String, at range: SourceRange, to layer: inout Layer) {
    layer.report.notBuilt.append(NotBuilt(submodule: path, range: range))
  }

  private mutating func addFile(_ path: String, through entry: SourceRange?, to layer: inout Layer) {
    switch parsedFile(at: path) {
    case .failure(var error):
      error.range = entry ?? error.range
      layer.report.add(error)
    case .success(let id):
      let file = resourceFile(id)
      layer.report.files.insert(id)
      if file.resources.isEmpty { layer.report.listsEmptyFile = true }
      for var error in file.errors {
        if let entry { error.chain = [entry] }
        layer.report.add(error)
      }
      for var resource in file.resources {
        resource.listing = entry
        layer.add(resource, through: entry)
      }
    }
  }

  private mutating func addDirectory(
    _ path: String, through entry: SourceRange?, to layer: inout Layer, _ context: inout BuildContext
  ) {
    guard canEnter(path, through: entry, layer: &layer, &context) else { return }
    guard let loaded = loadKustomization(in: path, artifactRoot: context.artifactRoot, isLenient: false) else {
      layer.report.addError(.fileMissing, "directory '\(path)' has no kustomization file", at: entry)
      return
    }
    if loaded.kustomization.isComponent {
      layer.report.addError(
        .componentAsResource, "'\(path)' is a Component, list it in 'components' instead of 'resources'",
        at: entry ?? loaded.kustomization.range)
      return
    }
    context.outer.append((layer.resources, layer.isMerged))
    let base = self.layer(path, loaded, isLenient: false, &context)
    context.outer.removeLast()
    // That it is too much was said where it became so.
    if budget.isSpent { return layer.report.add(base.report, through: entry) }
    // Bases that two others refer to double the objects at each step.
    guard layer.resources.count + base.resources.count <= ResourceList.limit else {
      budget.exhaust()
      layer.report.addError(.other, "the build has more than \(ResourceList.limit) objects", at: entry)
      return
    }
    layer.add(base, through: entry)
  }

  /// Checks for cycles and for too much nesting.
  private func canEnter(
    _ path: String, through entry: SourceRange?, layer: inout Layer, _ context: inout BuildContext
  ) -> Bool {
    if let start = context.stack.firstIndex(where: { RelativePath.isPath($0, inside: path) }) {
      layer.hasCycle = true
      let circle = (context.stack[start...] + [path]).map { $0.isEmpty ? "." : $0 }
      let message =
        context.stack[start] == path
        ? "the kustomizations form a cycle: '\(circle.joined(separator: "' -> '"))'"
        : "'\(path.isEmpty ? "." : path)' holds '\(context.stack[start])', which refers to it: this is a cycle"
      layer.report.addError(.cycle, message, at: entry)
      return false
    }
    guard context.stack.count < BuildContext.depthLimit else {
      layer.report.addError(
        .other, "more than \(BuildContext.depthLimit) kustomizations refer to each other in a row", at: entry)
      return false
    }
    guard context.kustomizationsLeft > 0 else {
      layer.report.addError(.other, "the build has too many kustomizations", at: entry)
      return false
    }
    context.kustomizationsLeft -= 1
    return true
  }

  // MARK: Components

  /// A component runs on what its parent gathered so far.
  private mutating func addComponent(
    _ entry: SourcedText, of directory: String, to layer: inout Layer, _ context: inout BuildContext
  ) {
    if let remote = RemoteClassifier.component(entry.text) {
      layer.report.remotes.append(
        RemoteReference(
          kind: remote.kind, url: entry.text, ref: remote.ref, field: "components", range: entry.range))
      return
    }
    switch resolve(entry.text, from: directory, artifactRoot: context.artifactRoot) {
    case .directory(let path): addComponent(at: path, through: entry.range, to: &layer, &context)
    case .submodule(let path): addSubmodule(path, at: entry.range, to: &layer)
    case .error(let kind, let message): layer.report.addError(kind, message, at: entry.range)
    case .file(let path):
      layer.report.addError(.fileMissing, "'\(path)' is a file, expected the directory of a Component", at: entry.range)
    }
  }

  private mutating func addComponent(
    at path: String, through entry: SourceRange, to layer: inout Layer, _ context: inout BuildContext
  ) {
    guard canEnter(path, through: entry, layer: &layer, &context) else { return }
    guard let loaded = loadKustomization(in: path, artifactRoot: context.artifactRoot, isLenient: false) else {
      layer.report.addError(.fileMissing, "directory '\(path)' has no kustomization file", at: entry)
      return
    }
    guard loaded.kustomization.isComponent else {
      layer.report.addError(
        .invalidKustomization, "'\(path)' is a Kustomization, list it in 'resources' instead of 'components'",
        at: entry)
      return
    }
    var inner = Layer(resources: layer.resources, config: layer.config, variables: layer.variables)
    inner.isMerged = layer.isMerged
    inner.isReplacing = layer.isReplacing
    inner.beginsIncomplete = layer.mayLackObjects || !layer.report.errors.isEmpty
    run(loaded, in: path, onto: &inner, &context)
    layer.resources = inner.resources
    // Upstream merges what comes back into nothing, which may drop a field spec once more.
    layer.config = TransformerConfig()
    layer.configure(inner.config, through: entry)
    layer.variables = inner.variables
    layer.isMerged = inner.isMerged
    layer.isReplacing = inner.isReplacing
    layer.report.add(inner.report, through: entry)
    layer.roots.formUnion(inner.roots)
    if inner.hasCycle { layer.hasCycle = true }
    layer.isDecrypted = layer.isDecrypted ?? inner.isDecrypted
  }
}
