import Testing

@testable import RuleEngine

@Suite struct CredentialTextTests {
  @Test(
    "A key that says what its value is, is one of a credential",
    arguments: [
      "password", "adminPassword", "ADMIN_PASSWORD", "redis-password", "apiToken", "API_KEY", "client_secret",
      "clientSecret", "secretKey", "postgres.password", "passphrase", "accessKey", "licenseKey",
    ])
  func credentialKeys(_ key: String) { #expect(CredentialText.isKey(key)) }

  @Test(
    "A key that says where a credential is, or something of it, is none",
    arguments: [
      "existingSecret", "passwordKey", "tokenSecretName", "secretName", "secretRef", "passwordFile", "tokenUrl",
      "publicKey", "key", "imagePullSecret", "passwordHash", "tlsSecret", "username", "keyPath", "secretStoreRef",
      "enableToken", "primaryKey", "",
    ])
  func otherKeys(_ key: String) { #expect(!CredentialText.isKey(key)) }

  @Test(
    "What looks like a password or a token is one",
    arguments: [
      "hT8vXq29Lm", "Sup3rS3cret!", "correcthorse42battery", "0a1b2c3d4e5f60718293a4b5c6d7e8f9", "password123",
      "ghp_aB3dE5fG7hJ9kL1mN3pQ5rS7tU9vW1xY3zA5", "4f6c1f0e-2b7a-4c6d-9e1f-0a2b3c4d5e6f",
    ])
  func credentials(_ text: String) { #expect(CredentialText.isCredential(text)) }

  @Test(
    "A word, a name, a reference, a placeholder or a hash is no credential",
    arguments: [
      "", "password", "changeme123", "${ADMIN_PASSWORD_1}", "{{ .Values.password1 }}", "grafana-admin-2",
      "my-secret-v1",
      "/run/secrets/password1", "vault:secret/data/app#password1", "https://example.com/a1", "<token-1234>",
      "xxxxxxxx1",
      "$2y$10$abcdefghijklmnopqrstuv", "12345678", "two words 12", "web.example.org:8080", "user1@mail.org",
      "s3.eu-west-1",
      "postgresql16",
    ])
  func noCredentials(_ text: String) { #expect(!CredentialText.isCredential(text)) }

  @Test("Under a key that calls it secret any word is a secret, and what stands for another is none")
  func secrets() {
    for text in ["hunter", "Tr0ub4dor&3", "letmein"] { #expect(CredentialText.isSecret(text), "\(text)") }
    for text in ["", "changeme", "${TOKEN}", "<password>", "true", "admin", "***", "ENC[AES256_GCM,data:abc]"] {
      #expect(!CredentialText.isSecret(text), "\(text)")
    }
  }

  @Test("A private key is one with its body, not its header alone")
  func privateKeys() {
    let body = String(repeating: "MIIEpAIBAAKCAQEA7x9q", count: 8)
    #expect(CredentialText.hasPrivateKey("-----BEGIN RSA PRIVATE KEY-----\n\(body)\n-----END RSA PRIVATE KEY-----"))
    #expect(!CredentialText.hasPrivateKey("-----BEGIN PRIVATE KEY-----\n...\n-----END PRIVATE KEY-----"))
    #expect(!CredentialText.hasPrivateKey("-----BEGIN CERTIFICATE-----\n\(body)\n-----END CERTIFICATE-----"))
    #expect(CredentialText.hasPrivateKey("AGE-SECRET-KEY-1QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7LQPZRY9X8GF2TVDW0S3JN54KHCE"))
    #expect(!CredentialText.hasPrivateKey("AGE-SECRET-KEY-1XXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXX"))
  }

  @Test(
    "A file gives away what a line of it does",
    arguments: [
      "user: app\npassword: hunter22x\n", "user: app\r\npassword: hunter22x\r\n",
      "user=app\nPASSWORD=\"hunter22x\"",
      "- name: x\n- password: 'hunter22x'", "{\"auths\": {\"host\": {\"auth\": \"dXNlcjpodW50ZXIyMng9\"}}}",
      "a: b\nurl: https://user:hunter22x@host/path\n",
    ])
  func files(_ text: String) { #expect(CredentialText.hasCredential(file: text)) }

  @Test(
    "A file without one does not",
    arguments: [
      "", "\n", "user: app\nport: 8080\n", "password: ${PASSWORD}\nuser: app\n", "passwordFile: /run/hunter22x\n",
      "url: https://host/path\n", "password: hunter22x\nsops:\n  mac: ENC[AES256_GCM,data:x]\n",
      "password\nhunter22x\n",
    ])
  func harmlessFiles(_ text: String) { #expect(!CredentialText.hasCredential(file: text)) }
}
