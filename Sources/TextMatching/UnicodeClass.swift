/// The classes that have names.
enum UnicodeClass {
  static let posix: [String: [ClosedRange<UInt32>]] = [
    "alnum": [0x30...0x39, 0x41...0x5A, 0x61...0x7A], "alpha": [0x41...0x5A, 0x61...0x7A], "ascii": [0x00...0x7F],
    "blank": [0x09...0x09, 0x20...0x20], "cntrl": [0x00...0x1F, 0x7F...0x7F], "digit": ScalarClass.digits,
    "graph": [0x21...0x7E], "lower": [0x61...0x7A], "print": [0x20...0x7E],
    "punct": [0x21...0x2F, 0x3A...0x40, 0x5B...0x60, 0x7B...0x7E], "space": [0x09...0x0D, 0x20...0x20],
    "upper": [0x41...0x5A], "word": ScalarClass.word, "xdigit": [0x30...0x39, 0x41...0x46, 0x61...0x66],
  ]

  /// A general category (`L`, `Lu`), `Any`, or one of the common scripts, those by their blocks.
  static func ranges(named name: String) -> [ClosedRange<UInt32>]? {
    if name == "Any" { return [0...0x10FFFF] }
    if let ranges = scripts[name] { return ranges }
    guard (1...2).contains(name.utf8.count) else { return nil }
    let members = categories.indices.filter {
      categories[$0].name == name || name.utf8.count == 1 && categories[$0].name.hasPrefix(name)
    }
    return members.isEmpty ? nil : members.flatMap { byCategory[$0] }
  }

  /// The code points of each category: one walk over Unicode, paid by the first pattern that names a category.
  private static let byCategory: [[ClosedRange<UInt32>]] = {
    var result: [[ClosedRange<UInt32>]] = Array(repeating: [], count: categories.count)
    var (start, current): (UInt32, Int?) = (0, nil)
    for value in UInt32(0)...0x110000 {
      let category = Unicode.Scalar(value)?.properties.generalCategory
      let index = category.flatMap { category in categories.firstIndex { $0.category == category } }
      guard index != current else { continue }
      if let current { result[current].append(start...(value - 1)) }
      (start, current) = (value, index)
    }
    return result
  }()

  private static let categories: [(name: String, category: Unicode.GeneralCategory)] = [
    ("Lu", .uppercaseLetter), ("Ll", .lowercaseLetter), ("Lt", .titlecaseLetter), ("Lm", .modifierLetter),
    ("Lo", .otherLetter), ("Mn", .nonspacingMark), ("Mc", .spacingMark), ("Me", .enclosingMark),
    ("Nd", .decimalNumber), ("Nl", .letterNumber), ("No", .otherNumber), ("Pc", .connectorPunctuation),
    ("Pd", .dashPunctuation), ("Ps", .openPunctuation), ("Pe", .closePunctuation), ("Pi", .initialPunctuation),
    ("Pf", .finalPunctuation), ("Po", .otherPunctuation), ("Sm", .mathSymbol), ("Sc", .currencySymbol),
    ("Sk", .modifierSymbol), ("So", .otherSymbol), ("Zs", .spaceSeparator), ("Zl", .lineSeparator),
    ("Zp", .paragraphSeparator), ("Cc", .control), ("Cf", .format), ("Co", .privateUse),
  ]

  private static let scripts: [String: [ClosedRange<UInt32>]] = [
    "Latin": [
      0x41...0x5A, 0x61...0x7A, 0xAA...0xAA, 0xBA...0xBA, 0xC0...0xD6, 0xD8...0xF6, 0xF8...0x2B8, 0x1E00...0x1EFF,
      0x2C60...0x2C7F, 0xA722...0xA787, 0xFB00...0xFB06, 0xFF21...0xFF3A, 0xFF41...0xFF5A,
    ],
    "Greek": [
      0x370...0x373, 0x375...0x377, 0x37A...0x37D, 0x37F...0x37F, 0x384...0x384, 0x386...0x386, 0x388...0x3E1,
      0x3F0...0x3FF, 0x1F00...0x1FFE,
    ],
    "Cyrillic": [0x400...0x484, 0x487...0x52F, 0x1C80...0x1C88, 0x2DE0...0x2DFF, 0xA640...0xA69F],
    "Han": [
      0x2E80...0x2FD5, 0x3005...0x3005, 0x3007...0x3007, 0x3021...0x3029, 0x3400...0x4DBF, 0x4E00...0x9FFF,
      0xF900...0xFAD9, 0x20000...0x323AF,
    ],
    "Hiragana": [0x3041...0x3096, 0x309D...0x309F], "Katakana": [0x30A1...0x30FA, 0x30FD...0x30FF, 0x31F0...0x31FF],
    "Hangul": [0x1100...0x11FF, 0x3131...0x318E, 0xAC00...0xD7A3], "Hebrew": [0x591...0x5F4, 0xFB1D...0xFB4F],
    "Arabic": [
      0x600...0x604, 0x606...0x60B, 0x60D...0x61A, 0x61C...0x61E, 0x620...0x63F, 0x641...0x64A, 0x656...0x66F,
      0x671...0x6DC, 0x6DE...0x6FF, 0x750...0x77F,
    ],
    "Thai": [0xE01...0xE3A, 0xE40...0xE5B], "Devanagari": [0x900...0x950, 0x955...0x963, 0x966...0x97F],
  ]
}
