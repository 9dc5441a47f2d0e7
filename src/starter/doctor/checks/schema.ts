import { schemaVersions } from '../../../store/migrate.ts'
import { quoted } from '../../command-name.ts'
import { findingsOf } from '../finding.ts'
import type { Check } from '../patient.ts'

const { ok, problem } = findingsOf('schema')

/** Whether the record is of the version that this program knows. */
export const checkSchema: Check = async ({ record }) => {
  if ('error' in record) return []
  const { found, known } = await schemaVersions(record.value)
  if (found === known) return [ok('', `version ${found}, which this program knows`)]
  if (found > known)
    return [
      problem(
        '',
        `version ${found}, and this program knows ${known}`,
        'Run the newer Dealbridge that made it, or point DATABASE_URL at another database.',
        { exit: 2 },
      ),
    ]
  const words =
    found === 0
      ? 'there is no record in this database yet'
      : `version ${found} is older than ${known}, which this program needs`
  return [problem('', words, `${quoted('start')} brings it up to date, and so does a worker.`)]
}
