import { allConnections } from '../../../store/connections.ts'
import { type Finding, findingsOf } from '../finding.ts'
import type { Check } from '../patient.ts'
import { recordOf } from '../record-of.ts'
import { skewWords } from '../skew.ts'

const { ok, warning } = findingsOf('clocks')
const PATIENCE_MS = 10_000
/** Header Date tells whole seconds (RFC 9110, 5.6.7). */
const GRAIN_MS = 1_000

/** How far the clock of each service is from this machine's: by header Date of an answer to a request without any key. */
export const checkServiceClocks: Check = async (patient) => {
  const db = await recordOf(patient)
  if (db === null) return []
  const hosts = new Map<string, string>()
  for (const { name, baseUrl } of await allConnections(db))
    if (/^https?:/u.test(baseUrl)) hosts.set(new URL(baseUrl).origin, name)
  const found = await Promise.all([...hosts].map(([origin, name]) => clockAt(origin, name, patient.signal)))
  return found.filter((one) => one !== null)
}

/** Null where it does not answer, which another check tells of, or does not tell. */
async function clockAt(origin: string, name: string, stopped: AbortSignal): Promise<Finding | null> {
  const before = Date.now()
  try {
    const answer = await fetch(origin, {
      method: 'HEAD',
      redirect: 'manual',
      signal: AbortSignal.any([stopped, AbortSignal.timeout(PATIENCE_MS)]),
    })
    const after = Date.now()
    const told = Date.parse(answer.headers.get('date') ?? '')
    if (Number.isNaN(told)) return null
    const skew = skewWords({ told, before, after }, GRAIN_MS)
    return skew === null
      ? ok(name, 'tells the same time as this machine')
      : warning(
          name,
          `its clock is ${skew}`,
          'Set the clock of this machine by NTP; what was made by whom is told by times, too.',
        )
  } catch {
    return null
  }
}
