// Counts a vitest JSON report and prints the line that CI ends with.
//   node count-tests.mjs REPORT [FAILED_STEP…]
// Each failed step counts as a failure; so does a test that needs Chromium and was skipped.
import { readFileSync } from 'node:fs';

const [report, ...failedSteps] = process.argv.slice(2);
const text = readFileSync(report, 'utf8');
const files = text === '' ? [] : JSON.parse(text).testResults;

const counts = { passed: 0, failed: 0, skipped: 0 };
const failures = failedSteps.filter((step) => step !== 'tests').map((step) => `the step "${step}"`);
for (const { name, status, assertionResults } of files) {
  for (const test of assertionResults) {
    const outcome = ['passed', 'failed'].includes(test.status) ? test.status : 'skipped';
    counts[outcome]++;
    if (outcome === 'skipped' && mustRun(name)) failures.push(`skipped, but Chromium is there: ${test.fullName}`);
  }
  if (status === 'failed' && !assertionResults.some((test) => test.status === 'failed'))
    failures.push(`a file that could not be run: ${name}`);
}
// A test run can fail without a failed test: an unhandled error, or no report at all.
if (failedSteps.includes('tests') && counts.failed === 0 && failures.length === 0) failures.push('the test run itself');
if (files.length === 0 && failures.length === 0) failures.push('no test was run');

for (const failure of failures) console.log(`failed: ${failure}`);
const failed = counts.failed + failures.length;
console.log(`${counts.passed} passed, ${failed} failed, ${counts.skipped} skipped`);
process.exitCode = failed > 0 ? 1 : 0;

function mustRun(file) {
  if (file.endsWith('live-real.test.ts') && !process.env.HEED_DATA) return false;
  return /\/test\/(e2e|electron-standin)\//.test(file);
}
