extension Unicode.Scalar {
  /// Whether a terminal or a browser would obey this character rather than show it: controls (ESC among them), line
  /// separators, bidirectional controls, and characters that cannot be seen at all. Joiners and variation selectors
  /// are not hidden, as emoji and several scripts need them.
  var isHidden: Bool {
    switch value {
    case 0x00...0x1F, 0x7F...0x9F: true
    case 0xAD, 0x61C, 0x180E, 0x200B, 0x200E...0x200F, 0x2028...0x202E, 0x2060...0x206F, 0xFEFF, 0xFFF9...0xFFFB: true
    case 0xE0000...0xE007F: true
    default: false
    }
  }
}
