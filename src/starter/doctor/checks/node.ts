import { findingsOf } from '../finding.ts'
import type { Check } from '../patient.ts'

/** The oldest that `engines` of package.json allows. */
const OLDEST = [20, 19] as const

const { ok, problem } = findingsOf('node')

export const checkNode: Check = async () => {
  const { node } = process.versions
  const [major = 0, minor = 0] = node.split('.').map(Number)
  const [oldestMajor, oldestMinor] = OLDEST
  if (major > oldestMajor || (major === oldestMajor && minor >= oldestMinor))
    return [ok('', `version ${node}`)]
  return [
    problem('', `version ${node} is too old`, `Install Node ${OLDEST.join('.')} or newer.`, { exit: 2 }),
  ]
}
