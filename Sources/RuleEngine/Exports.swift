// What every rule speaks of, so that a rule imports this module and no other.
@_exported public import Changes
@_exported public import Diagnostics
@_exported public import Facts
@_exported public import FluxGraph
@_exported public import FluxModel
@_exported public import Kustomize
@_exported public import Manifests
@_exported public import Schemas
@_exported public import SourceText
@_exported public import YAMLSyntax
