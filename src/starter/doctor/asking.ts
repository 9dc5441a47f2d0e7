import type { Deps } from '../../activities/deps.ts'
import { createLog } from '../../config/log.ts'
import type { SecretKey } from '../../config/secret-keys.ts'
import { timingOf } from '../../config/timing.ts'
import type { Db } from '../../store/database.ts'
import type { Patient } from './patient.ts'

/** What calls to services need, from within the doctor: it has no tasks to wake, and says what it found by itself. */
export function askingFor({ config, providers }: Patient, db: Db, secretKey: SecretKey): Deps {
  return {
    db,
    providers,
    secretKey,
    timing: timingOf(config),
    log: createLog({ level: 'silent', format: 'json' }),
    wakeTasks: async () => undefined,
    wakeDeals: async () => undefined,
  }
}
