import { diskAt } from '../../../config/data-disk.ts'
import { findingsOf } from '../finding.ts'
import type { Check } from '../patient.ts'
import { sizeWords } from '../words.ts'

const { ok, warning, problem } = findingsOf('disk')
const MB = 1_000_000
/** Postgres keeps segments of 16 MB of its log, some of them at once, and stops where it cannot write. */
const TOO_LITTLE_MB = 200
const LITTLE_MB = 1_000

/** Room for the embedded Postgres. Where another one keeps the record, its disk is not ours to look at. */
export const checkDiskSpace: Check = async ({ dataDir, config }) => {
  const { state, freeMb } = await diskAt(dataDir, TOO_LITTLE_MB)
  const found = `${sizeWords(freeMb * MB)} free`
  if (config.DATABASE_URL !== undefined) return [ok(dataDir, `${found}; the record lies elsewhere`)]
  const todo = 'Make room, or set DEALBRIDGE_DATA_DIR to another disk.'
  if (state === 'full') return [problem(dataDir, `${found}: the embedded Postgres will soon stop`, todo)]
  return [freeMb < LITTLE_MB ? warning(dataDir, found, todo) : ok(dataDir, found)]
}
