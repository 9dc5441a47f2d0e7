import { findingsOf } from '../finding.ts'
import type { Check } from '../patient.ts'
import { skewWords } from '../skew.ts'
import { sizeWords } from '../words.ts'

const { ok, warning, problem } = findingsOf('postgres')
/** The oldest that its makers still mend (https://www.postgresql.org/support/versioning/, November 2026). */
const OLDEST = 14

type Facts = {
  readonly version: string
  readonly number: number
  readonly now: number
  readonly size: number
  readonly readOnly: boolean
}

/** Whether it answers, how old and how large it is, whether it can be written, and what its clock says. */
export const checkPostgres: Check = async ({ record }) => {
  if ('error' in record) {
    const { message, hints } = record.error
    return [problem('', message, hints.join(' '), { exit: 4 })]
  }
  const before = Date.now()
  const [facts] = await record.value<Facts[]>`
    select current_setting('server_version') as version, current_setting('server_version_num')::int as number,
      (extract(epoch from clock_timestamp()) * 1000)::float8 as now,
      pg_database_size(current_database())::float8 as size,
      current_setting('transaction_read_only') = 'on' as "readOnly"`
  if (facts === undefined) return []
  const skew = skewWords({ told: facts.now, before, after: Date.now() })
  const found = [ok('', `version ${facts.version} answers; the database takes ${sizeWords(facts.size)}`)]
  if (Math.floor(facts.number / 10_000) < OLDEST)
    found.push(
      warning(
        '',
        `version ${facts.version} is mended by nobody any more`,
        `Move to version ${OLDEST} or newer.`,
      ),
    )
  if (facts.readOnly)
    found.push(
      problem(
        '',
        'takes no writes: this is a copy that follows another server',
        'Point DATABASE_URL at the server that it follows.',
        { exit: 2 },
      ),
    )
  if (skew !== null)
    found.push(
      warning('clock', `is ${skew}; all times of the record are of that clock`, 'Set both clocks by NTP.'),
    )
  return found
}
