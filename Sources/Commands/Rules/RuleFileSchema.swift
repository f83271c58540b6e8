/// The JSON Schema of rule files, for editors. `docs/rule.schema.json` is the same text.
package enum RuleFileSchema {
  package static let text = """
    {
      "$schema": "https://json-schema.org/draft/2020-12/schema",
      "title": "fluxlint rule",
      "type": "object",
      "required": ["name", "summary", "check"],
      "additionalProperties": false,
      "properties": {
        "name": {"type": "string", "pattern": "^[a-z0-9]+(-[a-z0-9]+)*$", "description": "The name of the file without .yaml"},
        "severity": {"enum": ["note", "warning", "error"], "default": "warning"},
        "tier": {"enum": ["default", "strict", "opt-in"]},
        "status": {"enum": ["preview", "stable", "deprecated"]},
        "since": {"type": "string"},
        "earlier": {"type": "array", "items": {"type": "object", "required": ["before"], "additionalProperties": false, "properties": {"before": {"type": "string"}, "severity": {"enum": ["note", "warning", "error"]}, "tier": {"enum": ["default", "strict", "opt-in"]}}}},
        "formerly": {"type": "array", "items": {"type": "string"}},
        "secret": {"type": "boolean", "default": false, "description": "Whether what findings point at is a secret, which no report shows"},
        "summary": {"type": "string", "description": "A headline, for lists of rules; how it is written is up to you"},
        "why": {"type": "string"},
        "fix": {"type": "string"},
        "guards": {"type": "array", "items": {"type": "string"}},
        "references": {
          "type": "array",
          "items": {
            "type": "object",
            "required": ["title", "source"],
            "additionalProperties": false,
            "properties": {"title": {"type": "string"}, "source": {"type": "string"}}
          }
        },
        "options": {
          "type": "object",
          "additionalProperties": {
            "type": "object",
            "required": ["default", "about"],
            "additionalProperties": false,
            "properties": {"default": {"type": ["number", "string", "boolean", "array"], "items": {"type": "string"}}, "about": {"type": "string"}}
          }
        },
        "check": {
          "type": "object",
          "required": ["match", "assert", "message"],
          "additionalProperties": false,
          "properties": {
            "match": {
              "description": "Kind.group, Kind of any group, or *",
              "anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}, "minItems": 1}]
            },
            "let": {"type": "object", "additionalProperties": {"type": "string"}},
            "when": {"type": "string", "description": "An expression; where it is not true nothing is checked"},
            "each": {"type": "string", "description": "A list whose items are checked one by one, as 'item'"},
            "assert": {"type": "string", "description": "An expression; where it is false there is a finding"},
            "at": {"type": "string", "description": "A path, or key(path): the place of the finding"},
            "message": {"type": "string", "description": "A text with expressions in braces"},
            "label": {"type": "string"},
            "help": {"type": "string"},
            "notes": {"type": "array", "items": {"type": "string"}},
            "related": {
              "type": "array",
              "items": {
                "type": "object",
                "required": ["at", "message"],
                "additionalProperties": false,
                "properties": {"at": {"type": "string"}, "message": {"type": "string"}}
              }
            },
            "data": {"type": "object", "additionalProperties": {"type": "string"}},
            "severity": {"type": "string", "description": "error, warning, note, or an expression in braces"}
          }
        },
        "examples": {
          "type": "array",
          "items": {
            "type": "object",
            "required": ["files"],
            "additionalProperties": false,
            "properties": {
              "bad": {"type": "string"},
              "good": {"type": "string"},
              "expect": {"type": "array", "items": {"type": "string"}},
              "files": {"type": "string"}
            }
          }
        }
      }
    }

    """
}
