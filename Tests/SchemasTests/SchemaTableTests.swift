import Testing
import YAMLSyntax

@testable import Schemas

/// The kinds that are compiled in.
struct SchemaTableTests {
  @Test func `every kind can be decoded, and has the fields of an object`() {
    var table = SchemaTable()
    #expect(table.kinds.count > 150)
    for kind in table.kinds where kind.group != "meta" {
      #expect(!kind.releases.isEmpty, "\(kind.apiVersion) \(kind.kind)")
      for release in kind.releases {
        let schema = table.schema(release)
        #expect(schema.field("metadata") != nil, "\(kind.apiVersion) \(kind.kind)")
        #expect(release.since <= release.until)
      }
    }
  }

  @Test(arguments: [
    ("spec.valuesFrom.[].literal", 8, false), ("spec.valuesFrom.[].literal", 9, true), ("spec.chartRef", 3, true),
    ("spec.chart.spec.valuesFile", 9, false),
  ])
  func `a HelmRelease has a field in some releases`(_ path: String, _ minor: Int, _ isThere: Bool) throws {
    var table = SchemaTable()
    let kind = try #require(table.kind(group: "helm.toolkit.fluxcd.io", version: "v2", kind: "HelmRelease"))
    let release = try #require(kind.releases.first { $0.since <= minor && minor <= $0.until })
    var schema: Schema? = table.schema(release)
    for name in path.split(separator: ".") { schema = schema?.member(name) }
    #expect((schema != nil) == isThere)
  }

  @Test func `a schema is decoded once`() throws {
    var table = SchemaTable()
    let kind = try #require(table.kind(group: "apps", version: "v1", kind: "Deployment"))
    let release = try #require(kind.releases.first)
    let first = table.schema(release)
    let second = table.schema(release)
    #expect(first === second)
    #expect(kind.isBuiltIn && kind.isNamespaced)
  }

  @Test func `limits are read as they are written in the facts`() throws {
    var table = SchemaTable()
    let kind = try #require(table.kind(group: "kustomize.toolkit.fluxcd.io", version: "v1", kind: "Kustomization"))
    let last = try #require(kind.releases.last)
    let schema = table.schema(last)
    let spec = try #require(schema.field("spec")?.schema)
    #expect(spec.field("prune")?.isRequired == true)
    #expect(spec.field("force")?.schema.limits.defaultText == "false")
    #expect(spec.field("interval")?.schema.limits.pattern == "^([0-9]+(\\.[0-9]+)?(ms|s|m|h))+$")
    #expect(
      spec.field("sourceRef")?.schema.field("kind")?.schema.limits.allowed.contains(.string("GitRepository")) == true)
    #expect(spec.field("targetNamespace")?.schema.limits.maxLength == 63)
  }
}
