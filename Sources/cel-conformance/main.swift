// Reads conformance cases from the standard input and answers each with a line of JSON.
#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

while let line = readLine() {
  print(Conformance.answer(line))
  fflush(nil)
}
