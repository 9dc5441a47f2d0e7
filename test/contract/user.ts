import type { FieldValues } from '../../src/core/task.ts'
import type { WriteOp } from '../../src/providers/contract.ts'
import { Caller, type Who } from './caller.ts'
import type { User } from './world.ts'

/**
 * A user who goes through a provider of their own, past the weather: canonical terms need no second mapping then.
 * What the canonical task does not hold (`decorate`, `held`) is the world's to give.
 */
export function userOf(who: Who): Omit<User, 'decorate' | 'held'> {
  let checked: Promise<Caller> | null = null
  const self = () => {
    checked ??= Caller.checked(who)
    return checked
  }
  const done = async (ops: readonly WriteOp[]): Promise<string[]> =>
    (await (await self()).writeAll(ops)).map(({ remoteId, steps }) => {
      const failed = steps.find((step) => step.outcome !== 'confirmed')
      if (failed !== undefined || remoteId === null)
        throw new Error(`The user's own change failed: ${failed?.error?.message ?? 'there is no id'}`)
      return remoteId
    })
  // A user's task carries nothing of ours.
  const add = async (fields: FieldValues) =>
    (await self()).createOp({ title: 'A task', ...fields }, { marker: null })
  const edit = async (id: string, fields: FieldValues) => {
    const own = await self()
    await done([own.updateOp(id, await own.look(id), fields)])
  }
  return {
    edit,
    async add(fields) {
      const [id = ''] = await done([await add(fields)])
      if (fields.completed === true) await edit(id, { completed: true })
      return id
    },
    addMany: async (count) =>
      done(await Promise.all(Array.from({ length: count }, (_, nth) => add({ title: `Task ${nth}` })))),
    async remove(id) {
      await done([(await self()).deleteOp(id)])
    },
    async tasks() {
      const { seen } = await (await self()).walkAll()
      return [...seen.values()].flatMap((one) =>
        one.kind === 'present' ? { id: one.remoteId, title: one.seen.task.title } : [],
      )
    },
  }
}
