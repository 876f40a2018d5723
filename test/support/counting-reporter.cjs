// Mocha's own summary ("2 passing") differs from the line that CI systems look for; this adds that line.
const { reporters } = require('mocha')

module.exports = class CountingReporter extends reporters.Spec {
  epilogue() {
    super.epilogue()
    const { passes, failures, pending } = this.stats
    console.log(`${passes} passed, ${failures} failed, ${pending} skipped`)
  }
}
