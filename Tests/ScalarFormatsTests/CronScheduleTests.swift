import ScalarFormats
import Testing

/// As `ParseStandard` of robfig/cron reads them.
@Suite struct `schedules of CronJobs` {
  @Test(arguments: [
    "* * * * *", "*/10 * * * *", "0 0 1 1 0", "59 23 31 12 6", "1,2,3-5/2 ? * jan-MAR mon-fri", "5/15 * * * *",
    " 0  0 * * * ", "@daily", "@every 1h30m", "TZ=Europe/Oslo 0 0 * * *", "CRON_TZ=UTC nonsense", ", * * * *",
    "*-99 * * * *",
  ])
  func `what can be read is taken`(text: String) {
    #expect(CronSchedule.isValid(text))
  }

  @Test(arguments: [
    "", "61 * * * *", "60 * * * *", "* 24 * * *", "* * 0 * *", "* * 32 * *", "* * * 13 *", "* * * * 7", "* * * * * *",
    "* * * *", "5-1 * * * *", "1-2-3 * * * *", "*/0 * * * *", "*/x * * * *", "1/2/3 * * * *", "x * * * *",
    "-1 * * * *", "* * * * mo", "@reboot", "@every", "@every 1 hour", "@Daily",
  ])
  func `what cannot be read is refused`(text: String) {
    #expect(!CronSchedule.isValid(text))
  }
}
