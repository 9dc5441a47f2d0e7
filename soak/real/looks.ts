import type { Exchange } from '../../test/histories/services/journal.ts'

/** What a look that came so shortly before a write has shown may not have reached the plan of that write. */
const ON_ITS_WAY_MS = 1_000

/** A request that was on its way when its process was killed arrives within this time; a new process takes longer to begin. */
const LAST_BREATH_MS = 1_000

export type Course = {
  readonly exchanges: readonly Exchange[]
  /** Milliseconds. */
  timeOf(count: number): number
  /** Counts at which the process that writes was killed. */
  readonly deaths: readonly number[]
}

/**
 * The exchanges as the oracle wants them: each write of one task with the look that it was decided upon, as one attempt.
 * From outside nobody sees which requests belong to one attempt. So the look is the last one at that task before the write
 * which the product has had the time to take in, and none of an earlier life of the worker: an attempt ends with it.
 */
export function attemptsOf({ exchanges, timeOf, deaths }: Course): Exchange[] {
  // It may arrive before the kill is told or after it: who sent it did not live to hear the answer.
  const heard = ({ count }: Exchange) =>
    !deaths.some((death) => Math.abs(timeOf(death) - timeOf(count)) < LAST_BREATH_MS)
  return exchanges
    .map((one) => ({ ...one, heard: one.heard && heard(one) }))
    .filter((one) => one.writes)
    .flatMap((write) => partsOf(write))
    .flatMap((write, began) => {
      const born = deaths.findLast((count) => timeOf(count) < timeOf(write.count) - LAST_BREATH_MS) ?? 0
      const looks = exchanges.filter(
        (one) =>
          one.side === write.side &&
          !one.writes &&
          one.status === 200 &&
          one.count > born &&
          one.count < write.count &&
          showsIt(one, write),
      )
      const inTime = looks.filter((one) => timeOf(one.count) <= timeOf(write.count) - ON_ITS_WAY_MS)
      const look = inTime.at(-1) ?? looks[0]
      return [...(look === undefined ? [] : [{ ...look, began }]), { ...write, began }]
    })
}

/** A request of Todoist may hold many commands, which were decided upon apart. */
function partsOf(write: Exchange): Exchange[] {
  if (write.side === 'left') return [write]
  const { commands } = JSON.parse(write.body) as { commands: unknown[] }
  return commands.map((command) => ({ ...write, body: JSON.stringify(command) }))
}

/** Whether what it answers tells of the task that is written: in Todoist also by not telling, as nothing has changed. */
function showsIt(look: Exchange, write: Exchange): boolean {
  if (look.side === 'right') return look.path.includes('/sync') || look.path.includes('/tasks')
  const id = write.path.split('/').at(-1) ?? ''
  return look.path.includes('/tasks') && (look.path.endsWith(`/${id}`) || look.answer.includes(`"id":${id},`))
}
