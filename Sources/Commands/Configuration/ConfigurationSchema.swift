/// The JSON Schema of `.fluxlint.yaml`, for editors. `docs/configuration.schema.json` is the same text.
package enum ConfigurationSchema {
  package static let text = """
    {
      "$schema": "https://json-schema.org/draft/2020-12/schema",
      "title": "fluxlint configuration",
      "type": ["object", "null"],
      "additionalProperties": false,
      "properties": {
        "fluxVersion": {"type": "string", "pattern": "^[0-9]+\\\\.[0-9]+(\\\\.[0-9]+)?$", "description": "The minor release of Flux that all clusters run, in quotes"},
        "extends": {"enum": ["default", "strict", "all"], "default": "default", "description": "The tiers of rules that run without being named"},
        "rules": {"type": "object", "description": "Levels and options of rules by their names", "additionalProperties": {"oneOf": [{"enum": ["off", "on", "note", "warning", "error"]}, {"type": "object", "additionalProperties": false, "properties": {"severity": {"enum": ["off", "on", "note", "warning", "error"]}, "options": {"type": "object"}}}]}},
        "rulesVersion": {"type": "string", "pattern": "^[0-9]+\\\\.[0-9]+(\\\\.[0-9]+)?$", "description": "The version of fluxlint whose rules and severities are kept"},
        "rulesDirectories": {"type": "array", "items": {"type": "string", "minLength": 1}, "description": "Directories with rules, beside .fluxlint/rules"},
        "failOn": {"enum": ["error", "warning", "note", "never"], "default": "error", "description": "From which severity on a check fails"},
        "ignore": {"type": "array", "description": "Findings that are known and wanted", "items": {"type": "object", "additionalProperties": false, "properties": {"rule": {"oneOf": [{"type": "string", "minLength": 1}, {"type": "array", "items": {"type": "string", "minLength": 1}}], "description": "A rule, a family, or a list of them"}, "path": {"type": "string", "minLength": 1, "description": "A file, a directory or a pattern, from the top"}, "object": {"type": "string", "pattern": "^[^ ]+ [^ ]+$", "description": "As messages name it: Deployment apps/web"}, "until": {"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$", "description": "The last day that it holds"}, "reason": {"type": "string", "description": "Why"}}, "anyOf": [{"required": ["rule"]}, {"required": ["path"]}, {"required": ["object"]}]}},
        "requireReason": {"type": "boolean", "default": false, "description": "Whether each suppression must say why"},
        "sources": {"type": "object", "description": "Where other repositories are, by their URLs", "additionalProperties": {"type": "string"}},
        "clusters": {"type": "array", "description": "Where Flux begins", "items": {"type": "object", "additionalProperties": false, "properties": {"path": {"type": "string"}, "name": {"type": "string"}, "fluxVersion": {"type": "string", "pattern": "^[0-9]+\\\\.[0-9]+(\\\\.[0-9]+)?$"}}, "required": ["path"]}},
        "external": {"type": "array", "description": "Secrets and ConfigMaps that are made outside Git", "items": {"type": "object", "additionalProperties": false, "properties": {"kind": {"enum": ["Secret", "ConfigMap"]}, "name": {"type": "string", "minLength": 1}, "namespace": {"type": "string"}, "keys": {"type": "array", "items": {"type": "string"}}, "values": {"type": "object"}}, "required": ["kind", "name"]}},
        "schemas": {"type": "array", "items": {"type": "string", "minLength": 1}, "description": "Directories with definitions or JSON Schemas of kinds"}
      }
    }

    """
}
