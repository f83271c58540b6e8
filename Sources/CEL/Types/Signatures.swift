/// The signatures of the libraries (cel-go, common/stdlib and ext; k8s.io/apiserver/pkg/cel/library).
enum Signatures {
  static let operators = """
    _==_(A, A) bool
    _!=_(A, A) bool
    @in(A, list(A)) bool
    @in(A, map(A, B)) bool
    _?_:_(bool, A, A) A
    !_(bool) bool
    -_(int) int
    -_(double) double
    _[_](list(A), int) A
    _[_](map(A, B), A) B
    _+_(int, int) int
    _-_(int, int) int
    _*_(int, int) int
    _/_(int, int) int
    _+_(uint, uint) uint
    _-_(uint, uint) uint
    _*_(uint, uint) uint
    _/_(uint, uint) uint
    _+_(double, double) double
    _-_(double, double) double
    _*_(double, double) double
    _/_(double, double) double
    _%_(int, int) int
    _%_(uint, uint) uint
    _+_(string, string) string
    _+_(bytes, bytes) bytes
    _+_(list(A), list(A)) list(A)
    _+_(timestamp, duration) timestamp
    _+_(duration, timestamp) timestamp
    _+_(duration, duration) duration
    _-_(timestamp, timestamp) duration
    _-_(timestamp, duration) timestamp
    _-_(duration, duration) duration
    _<_(bool, bool) bool
    _<_(int, int) bool
    _<_(uint, uint) bool
    _<_(double, double) bool
    _<_(string, string) bool
    _<_(bytes, bytes) bool
    _<_(timestamp, timestamp) bool
    _<_(duration, duration) bool
    _<=_(bool, bool) bool
    _<=_(int, int) bool
    _<=_(uint, uint) bool
    _<=_(double, double) bool
    _<=_(string, string) bool
    _<=_(bytes, bytes) bool
    _<=_(timestamp, timestamp) bool
    _<=_(duration, duration) bool
    _>_(bool, bool) bool
    _>_(int, int) bool
    _>_(uint, uint) bool
    _>_(double, double) bool
    _>_(string, string) bool
    _>_(bytes, bytes) bool
    _>_(timestamp, timestamp) bool
    _>_(duration, duration) bool
    _>=_(bool, bool) bool
    _>=_(int, int) bool
    _>=_(uint, uint) bool
    _>=_(double, double) bool
    _>=_(string, string) bool
    _>=_(bytes, bytes) bool
    _>=_(timestamp, timestamp) bool
    _>=_(duration, duration) bool

    """

  static let standard = """
    size(string) int
    .size(string) int
    size(bytes) int
    .size(bytes) int
    size(list(A)) int
    .size(list(A)) int
    size(map(A, B)) int
    .size(map(A, B)) int
    .contains(string, string) bool
    .endsWith(string, string) bool
    .startsWith(string, string) bool
    .matches(string, string) bool
    matches(string, string) bool
    bool(bool) bool
    bool(string) bool
    bytes(bytes) bytes
    bytes(string) bytes
    double(double) double
    double(int) double
    double(uint) double
    double(string) double
    duration(duration) duration
    duration(int) duration
    duration(string) duration
    dyn(A) dyn
    int(int) int
    int(uint) int
    int(double) int
    int(duration) int
    int(string) int
    int(timestamp) int
    string(string) string
    string(bool) string
    string(bytes) string
    string(double) string
    string(duration) string
    string(int) string
    string(timestamp) string
    string(uint) string
    timestamp(timestamp) timestamp
    timestamp(int) timestamp
    timestamp(string) timestamp
    type(A) type(A)
    uint(uint) uint
    uint(double) uint
    uint(int) uint
    uint(string) uint

    """

  static let times = """
    .getDate(timestamp) int
    .getDate(timestamp, string) int
    .getDayOfMonth(timestamp) int
    .getDayOfMonth(timestamp, string) int
    .getDayOfWeek(timestamp) int
    .getDayOfWeek(timestamp, string) int
    .getDayOfYear(timestamp) int
    .getDayOfYear(timestamp, string) int
    .getFullYear(timestamp) int
    .getFullYear(timestamp, string) int
    .getHours(timestamp) int
    .getHours(timestamp, string) int
    .getMilliseconds(timestamp) int
    .getMilliseconds(timestamp, string) int
    .getMinutes(timestamp) int
    .getMinutes(timestamp, string) int
    .getMonth(timestamp) int
    .getMonth(timestamp, string) int
    .getSeconds(timestamp) int
    .getSeconds(timestamp, string) int
    .getHours(duration) int
    .getMilliseconds(duration) int
    .getMinutes(duration) int
    .getSeconds(duration) int

    """

  static let crossTypeOrdering = """
    _<_(int, uint) bool
    _<_(int, double) bool
    _<_(uint, int) bool
    _<_(uint, double) bool
    _<_(double, int) bool
    _<_(double, uint) bool
    _<=_(int, uint) bool
    _<=_(int, double) bool
    _<=_(uint, int) bool
    _<=_(uint, double) bool
    _<=_(double, int) bool
    _<=_(double, uint) bool
    _>_(int, uint) bool
    _>_(int, double) bool
    _>_(uint, int) bool
    _>_(uint, double) bool
    _>_(double, int) bool
    _>_(double, uint) bool
    _>=_(int, uint) bool
    _>=_(int, double) bool
    _>=_(uint, int) bool
    _>=_(uint, double) bool
    _>=_(double, int) bool
    _>=_(double, uint) bool

    """

  static let optionals = """
    optional.of(A) optional(A)
    optional.ofNonZeroValue(A) optional(A)
    optional.none() optional(A)
    optional.unwrap(list(optional(A))) list(A)
    .unwrapOpt(list(optional(A))) list(A)
    .value(optional(A)) A
    .hasValue(optional(A)) bool
    .or(optional(A), optional(A)) optional(A)
    .orValue(optional(A), A) A
    .first(list(A)) optional(A)
    .last(list(A)) optional(A)
    _[_](optional(list(A)), int) optional(A)
    _[_](optional(map(A, B)), A) optional(B)
    _[?_](list(A), int) optional(A)
    _[?_](map(A, B), A) optional(B)
    _[?_](optional(list(A)), int) optional(A)
    _[?_](optional(map(A, B)), A) optional(B)

    """

  static let strings = """
    .charAt(string, int) string
    .indexOf(string, string) int
    .indexOf(string, string, int) int
    .lastIndexOf(string, string) int
    .lastIndexOf(string, string, int) int
    .join(list(string)) string
    .join(list(string), string) string
    .lowerAscii(string) string
    .upperAscii(string) string
    .replace(string, string, string) string
    .replace(string, string, string, int) string
    .split(string, string) list(string)
    .split(string, string, int) list(string)
    .substring(string, int) string
    .substring(string, int, int) string
    .trim(string) string

    """

  static let lists = """
    .slice(list(A), int, int) list(A)
    .flatten(list(list(A))) list(A)
    .flatten(list(dyn)) list(dyn)
    .flatten(list(dyn), int) list(dyn)
    .distinct(list(A)) list(A)
    .reverse(list(A)) list(A)
    lists.range(int) list(int)
    .sort(list(bool)) list(bool)
    .sort(list(int)) list(int)
    .sort(list(uint)) list(uint)
    .sort(list(double)) list(double)
    .sort(list(string)) list(string)
    .sort(list(bytes)) list(bytes)
    .sort(list(timestamp)) list(timestamp)
    .sort(list(duration)) list(duration)
    .@sortByKeys(list(A), list(bool)) list(A)
    .@sortByKeys(list(A), list(int)) list(A)
    .@sortByKeys(list(A), list(uint)) list(A)
    .@sortByKeys(list(A), list(double)) list(A)
    .@sortByKeys(list(A), list(string)) list(A)
    .@sortByKeys(list(A), list(bytes)) list(A)
    .@sortByKeys(list(A), list(timestamp)) list(A)
    .@sortByKeys(list(A), list(duration)) list(A)

    """

  static let sets = """
    sets.contains(list(A), list(A)) bool
    sets.equivalent(list(A), list(A)) bool
    sets.intersects(list(A), list(A)) bool

    """

  static let math = """
    math.@min(int) int
    math.@min(uint) uint
    math.@min(double) double
    math.@min(int, int) int
    math.@min(int, uint) dyn
    math.@min(int, double) dyn
    math.@min(uint, int) dyn
    math.@min(uint, uint) uint
    math.@min(uint, double) dyn
    math.@min(double, int) dyn
    math.@min(double, uint) dyn
    math.@min(double, double) double
    math.@min(list(int)) int
    math.@min(list(uint)) uint
    math.@min(list(double)) double
    math.@max(int) int
    math.@max(uint) uint
    math.@max(double) double
    math.@max(int, int) int
    math.@max(int, uint) dyn
    math.@max(int, double) dyn
    math.@max(uint, int) dyn
    math.@max(uint, uint) uint
    math.@max(uint, double) dyn
    math.@max(double, int) dyn
    math.@max(double, uint) dyn
    math.@max(double, double) double
    math.@max(list(int)) int
    math.@max(list(uint)) uint
    math.@max(list(double)) double
    math.ceil(double) double
    math.floor(double) double
    math.round(double) double
    math.trunc(double) double
    math.isInf(double) bool
    math.isNaN(double) bool
    math.isFinite(double) bool
    math.abs(int) int
    math.abs(uint) uint
    math.abs(double) double
    math.sign(int) int
    math.sign(uint) uint
    math.sign(double) double
    math.sqrt(int) double
    math.sqrt(uint) double
    math.sqrt(double) double
    math.bitAnd(int, int) int
    math.bitAnd(uint, uint) uint
    math.bitOr(int, int) int
    math.bitOr(uint, uint) uint
    math.bitXor(int, int) int
    math.bitXor(uint, uint) uint
    math.bitNot(int) int
    math.bitNot(uint) uint
    math.bitShiftLeft(int, int) int
    math.bitShiftLeft(uint, int) uint
    math.bitShiftRight(int, int) int
    math.bitShiftRight(uint, int) uint

    """

  static let regex = """
    regex.extract(string, string) optional(string)
    regex.extractAll(string, string) list(string)
    regex.replace(string, string, string) string
    regex.replace(string, string, string, int) string

    """

  static let url = """
    url(string) kubernetes.URL
    isURL(string) bool
    .getScheme(kubernetes.URL) string
    .getHost(kubernetes.URL) string
    .getHostname(kubernetes.URL) string
    .getPort(kubernetes.URL) string
    .getEscapedPath(kubernetes.URL) string
    .getQuery(kubernetes.URL) map(string, list(string))

    """

  static let search = """
    .find(string, string) string
    .findAll(string, string) list(string)
    .findAll(string, string, int) list(string)

    """

  static let listSums = """
    .sum(list(int)) int
    .sum(list(uint)) uint
    .sum(list(double)) double
    .sum(list(duration)) duration
    .min(list(bool)) bool
    .min(list(int)) int
    .min(list(uint)) uint
    .min(list(double)) double
    .min(list(string)) string
    .min(list(bytes)) bytes
    .min(list(timestamp)) timestamp
    .min(list(duration)) duration
    .max(list(bool)) bool
    .max(list(int)) int
    .max(list(uint)) uint
    .max(list(double)) double
    .max(list(string)) string
    .max(list(bytes)) bytes
    .max(list(timestamp)) timestamp
    .max(list(duration)) duration
    .isSorted(list(bool)) bool
    .isSorted(list(int)) bool
    .isSorted(list(uint)) bool
    .isSorted(list(double)) bool
    .isSorted(list(string)) bool
    .isSorted(list(bytes)) bool
    .isSorted(list(timestamp)) bool
    .isSorted(list(duration)) bool
    .indexOf(list(A), A) int
    .lastIndexOf(list(A), A) int

    """

  static let quantity = """
    quantity(string) kubernetes.Quantity
    isQuantity(string) bool
    sign(kubernetes.Quantity) int
    .isInteger(kubernetes.Quantity) bool
    .asInteger(kubernetes.Quantity) int
    .asApproximateFloat(kubernetes.Quantity) double
    .compareTo(kubernetes.Quantity, kubernetes.Quantity) int
    .isLessThan(kubernetes.Quantity, kubernetes.Quantity) bool
    .isGreaterThan(kubernetes.Quantity, kubernetes.Quantity) bool
    .add(kubernetes.Quantity, kubernetes.Quantity) kubernetes.Quantity
    .add(kubernetes.Quantity, int) kubernetes.Quantity
    .sub(kubernetes.Quantity, kubernetes.Quantity) kubernetes.Quantity
    .sub(kubernetes.Quantity, int) kubernetes.Quantity

    """

  static let ip = """
    ip(string) net.IP
    isIP(string) bool
    ip.isCanonical(string) bool
    string(net.IP) string
    .family(net.IP) int
    .isUnspecified(net.IP) bool
    .isLoopback(net.IP) bool
    .isLinkLocalMulticast(net.IP) bool
    .isLinkLocalUnicast(net.IP) bool
    .isGlobalUnicast(net.IP) bool

    """

  static let cidr = """
    cidr(string) net.CIDR
    isCIDR(string) bool
    string(net.CIDR) string
    .containsIP(net.CIDR, net.IP) bool
    .containsIP(net.CIDR, string) bool
    .containsCIDR(net.CIDR, net.CIDR) bool
    .containsCIDR(net.CIDR, string) bool
    .ip(net.CIDR) net.IP
    .masked(net.CIDR) net.CIDR
    .prefixLength(net.CIDR) int

    """

  static let namedFormats = """
    format.dns1123Label() kubernetes.NamedFormat
    format.dns1123Subdomain() kubernetes.NamedFormat
    format.dns1035Label() kubernetes.NamedFormat
    format.qualifiedName() kubernetes.NamedFormat
    format.dns1123LabelPrefix() kubernetes.NamedFormat
    format.dns1123SubdomainPrefix() kubernetes.NamedFormat
    format.dns1035LabelPrefix() kubernetes.NamedFormat
    format.labelValue() kubernetes.NamedFormat
    format.uri() kubernetes.NamedFormat
    format.uuid() kubernetes.NamedFormat
    format.byte() kubernetes.NamedFormat
    format.date() kubernetes.NamedFormat
    format.datetime() kubernetes.NamedFormat
    format.named(string) optional(kubernetes.NamedFormat)
    .validate(kubernetes.NamedFormat, string) optional(list(string))

    """

  static let semver = """
    semver(string) kubernetes.Semver
    semver(string, bool) kubernetes.Semver
    isSemver(string) bool
    isSemver(string, bool) bool
    .compareTo(kubernetes.Semver, kubernetes.Semver) int
    .isLessThan(kubernetes.Semver, kubernetes.Semver) bool
    .isGreaterThan(kubernetes.Semver, kubernetes.Semver) bool
    .major(kubernetes.Semver) int
    .minor(kubernetes.Semver) int
    .patch(kubernetes.Semver) int

    """
}
