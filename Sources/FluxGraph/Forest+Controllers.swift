package import YAMLSyntax

extension Forest {
  /// The arguments of a controller, by its Deployment: those of the container `manager`, else of the first one; nil for
  /// one without containers.
  package func controllerArguments(of deployment: NodeRef) -> [NodeRef]? {
    guard let list = value(deployment, "spec", "template", "spec", "containers") else { return nil }
    let containers = Array(items(list))
    guard let manager = containers.first(where: { givenText($0, "name") == "manager" }) ?? containers.first else {
      return nil
    }
    return value(manager, "args").map { Array(items($0)) } ?? []
  }
}
