package import Diagnostics
package import SourceText

/// Where a rule is in its life.
package enum RuleStatus: String, Hashable, Sendable, CaseIterable {
  /// Runs with `--preview` only: its verdicts may still change.
  case preview
  case stable
  /// Runs, and says what to use instead.
  case deprecated
}

/// What a rule file says to people.
package struct RuleProse: Hashable, Sendable {
  package struct Reference: Hashable, Sendable {
    package var title: String
    /// A URL, or the upstream file a behaviour is read from.
    package var source: String

    package init(title: String, source: String) {
      self.title = title
      self.source = source
    }
  }

  /// One sentence without a final stop, at most 100 characters.
  package var summary: String
  /// Why it matters: what Flux does. One paragraph a line, as are `fix` and each of `guards`.
  package var why: String
  package var fix: String
  /// When it does not fire, and what to do about a false positive.
  package var guards: [String]
  package var references: [Reference]

  package init(
    summary: String, why: String = "", fix: String = "", guards: [String] = [], references: [Reference] = []
  ) {
    self.summary = summary
    self.why = why
    self.fix = fix
    self.guards = guards
    self.references = references
  }
}

/// One rule as its file says, checked: prose for people, what it looks at, and the examples that prove it.
///
/// The format is described in `rules/README.md`. Rules of the product and rules of users are read by the same code.
package struct RuleFile: Sendable {
  /// The path as it was given, for messages.
  package var path: String
  package var family: String
  package var id: RuleID
  /// Where the name is written, in bytes of the file.
  package var nameBounds: Range<Int>
  package var severity: Severity
  package var tier: RuleTier
  package var status: RuleStatus
  /// The version of fluxlint that brought it.
  package var since: String
  /// How it was judged before later versions.
  package var earlier: [EarlierJudgement]
  /// Names it once had: options, suppressions and `explain` take them, reports never show them.
  package var formerNames: [String]
  /// Where each of them is written.
  package var formerNameBounds: [Range<Int>]
  package var prose: RuleProse
  package var options: [RuleOption]
  /// Whether what its findings point at is a secret, which no report shows.
  package var pointsAtSecrets: Bool
  package var check: RuleCheck
  /// Of a rule of the product at least one bad and one good one; the first of each is on the page.
  package var examples: [RuleExample]
}

/// How a rule was judged before a version of fluxlint.
package struct EarlierJudgement: Hashable, Sendable {
  package var before: FluxlintVersion
  package var severity: Severity
  package var tier: RuleTier

  package init(before: FluxlintVersion, severity: Severity, tier: RuleTier) {
    self.before = before
    self.severity = severity
    self.tier = tier
  }
}

/// A value that users may set for a rule.
package struct RuleOption: Hashable, Sendable {
  package enum Value: Hashable, Sendable {
    case integer(Int)
    case number(Double)
    case boolean(Bool)
    case string(String)
    case strings([String])

    /// What messages call its type.
    package var typeName: String {
      switch self {
      case .integer: "an integer"
      case .number: "a number"
      case .boolean: "true or false"
      case .string: "a text"
      case .strings: "a list of texts"
      }
    }
  }
  package var name: String
  /// Says the type, too.
  package var defaultValue: Value
  /// One sentence for the page.
  package var about: String

  package init(name: String, defaultValue: Value, about: String) {
    self.name = name
    self.defaultValue = defaultValue
    self.about = about
  }
}

/// What a rule does: a template with its values, or code of that name.
package enum RuleCheck: Sendable {
  /// A function of `BuiltInRules`: graph algorithms and text.
  case swift
  /// What the API server will say of objects, as far as it is told under the rule's name.
  case schema
  /// References to nothing; each group of fields is judged by itself.
  case reference([ReferenceCheck])
  /// References to what is here and out of their reach.
  case misplaced(MisplacedCheck)
  /// References to ConfigMaps and Secrets that are read for their values.
  case values(ValuesCheck)
  /// Expressions over an object, what applies it and the cluster.
  case expressions(ExpressionCheck)
}

/// The template for references to nothing: an object names another one that the cluster does not get.
package struct ReferenceCheck: Hashable, Sendable {
  /// The fields, by the names that reports use: `providerRef`.
  package var fields: [String]
  /// The kinds of the objects that have the field.
  package var holders: [String]
  /// What happens without the target, under the carets; `{kind}` stands for its kind.
  package var label: String
  /// What one holder, and what several, do with the target, where that says more than the name of the field.
  package var verbs: [String]
  /// What holders do with objects of their own kind alone, where a target cannot be of another one.
  package var ownKindVerb: String?
  /// What to do where nothing says what is meant.
  package var help: String?
  /// Whether the reference may name a namespace of its own.
  package var namesNamespace: Bool
  /// Paths of fields of the holder, `spec.suspend`, that turn the reference off where they are true.
  package var unless: [String]
  /// Whether only objects of Flux with their namespace are looked for.
  package var isOfFlux: Bool
  package var judgement: LooseJudgement
  /// Whether `*` is a name that stands for all objects of a kind.
  package var hasWildcards: Bool

  package init(
    fields: [String], holders: [String], label: String, verbs: [String] = [], ownKindVerb: String? = nil,
    help: String? = nil, namesNamespace: Bool, unless: [String], isOfFlux: Bool, judgement: LooseJudgement,
    hasWildcards: Bool = false
  ) {
    self.fields = fields
    self.holders = holders
    self.label = label
    self.verbs = verbs
    self.ownKindVerb = ownKindVerb
    self.help = help
    self.namesNamespace = namesNamespace
    self.unless = unless
    self.isOfFlux = isOfFlux
    self.judgement = judgement
    self.hasWildcards = hasWildcards
  }
}

/// How references are judged in a repository without an entry point, where another one may have what they name.
package enum LooseJudgement: String, Hashable, Sendable, CaseIterable {
  case never = "false"
  /// With a warning.
  case warned = "true"
  /// As elsewhere in the namespace of the holder, which is of this repository, and with a warning in others.
  case byNamespace = "by-namespace"
}

/// The template for references to ConfigMaps and Secrets that are read for their values, and are often made outside Git.
package struct ValuesCheck: Hashable, Sendable {
  /// Which key is read of the target.
  package struct Key: Hashable, Sendable {
    /// The field beside the name that says it.
    package var field: String
    /// The key where the field is not there.
    package var fallback: String

    package init(field: String, fallback: String) { (self.field, self.fallback) = (field, fallback) }
  }

  package var fields: [String]
  /// Nil where all of them are.
  package var key: Key?
  /// Whether the Kustomization that has the field reads the target before it applies anything.
  package var isReadFirst: Bool
}

/// The template for references to what may be made outside Git: only what is here under another name or namespace is
/// reported.
package struct MisplacedCheck: Hashable, Sendable {
  package var fields: [String]
  /// The kind of the targets.
  package var target: String
  /// What is wrong, under the carets.
  package var label: String
}

/// A mistake in a rule file.
package struct RuleFileError: Error, Hashable, Sendable, CustomStringConvertible {
  package var path: String
  /// From 1; the column counts code points.
  package var position: Position
  /// One sentence in lower case without a final stop.
  package var message: String
  /// The bytes of the file that are wrong.
  package var bounds: Range<Int>

  package init(path: String, position: Position, message: String, bounds: Range<Int> = 0..<0) {
    self.path = path
    self.position = position
    self.message = message
    self.bounds = bounds
  }

  package var description: String { "\(path):\(position.line):\(position.column): error: \(message)" }
}
