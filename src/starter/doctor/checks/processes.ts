import { quoted } from '../../command-name.ts'
import { readRunFile, roleIsAlive } from '../../run-file.ts'
import { findingsOf } from '../finding.ts'
import type { Check } from '../patient.ts'

const { ok, warning, problem } = findingsOf('processes')

/** Whether a `start` runs on the data folder, and all that belongs to it. */
export const checkProcesses: Check = async ({ dataDir, run, config }) => {
  if (run === undefined) {
    const left = await readRunFile(dataDir)
    const apart = config.DATABASE_URL !== undefined && config.TEMPORAL_ADDRESS !== undefined
    if (left !== undefined)
      return [
        problem(
          'start',
          `process ${left.pids.start} has ended without saying so`,
          `${quoted('start')} clears up after it and goes on.`,
        ),
      ]
    return [
      apart
        ? ok('start', 'does not run on this data folder; roles may run apart')
        : problem('start', 'does not run on this data folder', `Start it with ${quoted('start')}.`, {
            exit: 4,
          }),
    ]
  }
  const roles = Object.keys(run.pids)
  const alive = await Promise.all(roles.map((role) => roleIsAlive(run, role)))
  const dead = roles.filter((_, at) => alive[at] === false)
  if (dead.length === 0)
    return [ok('start', `runs, with ${roles.filter((role) => role !== 'start').join(', ')}`)]
  return dead.map((role) =>
    warning(
      role,
      `process ${run.pids[role]} has ended`,
      'It is started again by itself, at the latest after half a minute.',
    ),
  )
}
