/// The version of this release: what `--version` prints and what JSON and SARIF name as their producer.
package let fluxlintVersion = "0.1.0"
