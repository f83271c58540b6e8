import SourceText
import Testing

@Suite struct `passwords in URLs` {
  @Test(arguments: [
    ("url: https://bot:s3cret@git.example.com/a.git", "url: https://bot:***@git.example.com/a.git"),
    ("'http://a:b@one' and 'http://c:d@two'", "'http://a:***@one' and 'http://c:***@two'"),
    ("https://bot:one:two@git.example.com", "https://bot:***@git.example.com"),
    // A user alone, an address, a digest, a port.
    ("ssh://git@git.example.com/a.git", "ssh://git@git.example.com/a.git"),
    ("mail to: someone@example.com", "mail to: someone@example.com"),
    ("oci://example.com:5000/a@sha256:00", "oci://example.com:5000/a@sha256:00"),
    // Stands for one, and is none.
    ("https://bot:${PASSWORD}@git.example.com", "https://bot:${PASSWORD}@git.example.com"),
    ("https://bot:<password>@git.example.com", "https://bot:<password>@git.example.com"),
    ("https://bot:@git.example.com", "https://bot:@git.example.com"),
    ("@", "@"),
  ])
  func `are starred and nothing else is`(text: String, shown: String) {
    #expect(URLPasswords.hidden(in: text) == shown)
  }
}
