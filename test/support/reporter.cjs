// Mocha's spec reporter, closed by the one line that CI and people look for.
const Mocha = require('mocha');

module.exports = class Reporter extends Mocha.reporters.Spec {
  epilogue() {
    super.epilogue();
    const { passes, failures, pending } = this.stats;
    process.stdout.write(`${passes} passed, ${failures} failed, ${pending} skipped\n`);
  }
};
