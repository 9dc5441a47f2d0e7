// node scripts/test-result.mjs <vitest's JSON report>: prints "N passed, N failed", exits 1 unless all passed. A file
// that could not be run at all counts as one failure, and so does a report that is not there.
import { readFileSync } from 'node:fs'

const { passed, failed } = count(process.argv[2])
process.stdout.write(`${passed} passed, ${failed} failed\n`)
process.exitCode = failed === 0 && passed > 0 ? 0 : 1

function count(path) {
  let report
  try {
    report = JSON.parse(readFileSync(path, 'utf8'))
  } catch {
    return { passed: 0, failed: 1 }
  }
  const brokenFiles = report.testResults.filter(
    (file) => file.status === 'failed' && !file.assertionResults.some((test) => test.status === 'failed'),
  )
  const failures = report.numFailedTests + brokenFiles.length
  // An error outside of every test, such as an unhandled rejection, fails the run without a test to show for it.
  return { passed: report.numPassedTests, failed: failures === 0 && !report.success ? 1 : failures }
}
