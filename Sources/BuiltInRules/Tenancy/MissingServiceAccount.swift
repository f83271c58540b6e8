package import Diagnostics
import FluxGraph
import FluxModel
import Kustomize
import Manifests
import RuleCatalogue
package import RuleEngine
import SourceText
import YAMLSyntax

/// Under lockdown (`--default-service-account`) an object without `serviceAccountName` is applied as that account of its
/// own namespace, which may do nothing unless somebody granted it.
package struct MissingServiceAccount: Rule {
  package static let id = RuleID.missingServiceAccount
  package init() {}

  package func check(_ model: RepositoryModel, _ report: inout FindingSink) {
    let forest = model.forest
    for cluster in model.graph.clusters {
      guard cluster.settings.kustomizeServiceAccount != nil || cluster.settings.helmServiceAccount != nil else {
        continue
      }
      let granted = Self.grantedAccounts(in: cluster, forest)
      // The Flux Operator gives the Kustomization that it makes the account of the controller
      // (flux-operator `internal/builder/profiles.go`). Bootstrap gives it none.
      let made = cluster.entry.kind == .fluxInstance ? cluster.kustomizations.first : nil
      for object in cluster.objects where !object.isRemote {
        let isKustomization = object.id.kind == "Kustomization" && object.id.group == FluxKinds.kustomizeGroup
        let isRelease = object.id.kind == "HelmRelease" && object.id.group == FluxKinds.helmGroup
        guard isKustomization || isRelease, let spec = forest.pair(object.root, "spec"),
          let flag = isKustomization ? cluster.settings.kustomizeServiceAccount : cluster.settings.helmServiceAccount,
          forest.givenText(spec.value, "serviceAccountName") == nil, forest.value(spec.value, "kubeConfig") == nil,
          !(isKustomization && made.map { $0.name == object.id.name && $0.namespace == object.id.namespace } ?? false),
          !granted.has(Account(namespace: object.id.namespace ?? "", name: flag.value))
        else { continue }
        report.report(
          "\(ObjectReference(object.id).displayName) names no service account, and this cluster is locked down",
          at: forest.range(spec.key),
          label: "applied as '\(object.id.namespace ?? "")/\(flag.value)', which is granted nothing",
          object: ObjectReference(object.id), cluster: cluster,
          related: [RelatedLocation(flag.range, "the lockdown")],
          help: "add 'serviceAccountName:' with an account that may apply these objects",
          data: ["field": .string("spec.serviceAccountName"), "defaultServiceAccount": .string(flag.value)])
      }
    }
  }

  private struct Account: Hashable {
    var namespace: String
    var name: String
  }

  private struct Grants {
    var accounts: Set<Account> = []
    /// Namespaces of which all accounts are named; "" for all of the cluster.
    var namespaces: Set<String> = []

    func has(_ account: Account) -> Bool {
      accounts.contains(account) || namespaces.contains(account.namespace) || namespaces.contains("")
    }
  }

  /// Accounts that some RoleBinding or ClusterRoleBinding of the cluster names, as such or as the users and groups that
  /// Kubernetes makes of them.
  private static func grantedAccounts(in cluster: Cluster, _ forest: Forest) -> Grants {
    var grants = Grants()
    for object in cluster.objects where object.id.kind == "RoleBinding" || object.id.kind == "ClusterRoleBinding" {
      guard let subjects = forest.value(object.root, "subjects") else { continue }
      for subject in forest.items(subjects) {
        guard let name = forest.givenText(subject, "name") else { continue }
        let parts = name.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
        switch forest.givenText(subject, "kind") {
        case "ServiceAccount":
          let namespace = forest.givenText(subject, "namespace") ?? object.id.namespace ?? ""
          grants.accounts.insert(Account(namespace: namespace, name: name))
        case "User" where parts.count == 4 && parts[..<2] == ["system", "serviceaccount"]:
          grants.accounts.insert(Account(namespace: parts[2], name: parts[3]))
        case "Group" where parts.count == 3 && parts[..<2] == ["system", "serviceaccounts"]:
          grants.namespaces.insert(parts[2])
        case "Group" where ["system:serviceaccounts", "system:authenticated"].contains(name):
          grants.namespaces.insert("")
        default: continue
        }
      }
    }
    return grants
  }
}
