import type { Db } from '../../store/database.ts'
import { schemaVersions } from '../../store/migrate.ts'
import type { Patient } from './patient.ts'

/** The record, of the version that this program knows; null where there is none to be asked, which other checks tell of. */
export async function recordOf({ record }: Pick<Patient, 'record'>): Promise<Db | null> {
  if ('error' in record) return null
  const { found, known } = await schemaVersions(record.value)
  return found === known ? record.value : null
}
