import type { Db } from '../store/database.ts'
import { type NextLook, nextLooks } from '../store/next-looks.ts'

/** What a task's workflow is begun with. `look`: its first step, where that is known before anything is planned. */
export type TaskStart = { readonly pairId: string; readonly look?: Omit<NextLook, 'pairId'> }

export async function taskStarts(db: Db, pairIds: readonly string[]): Promise<TaskStart[]> {
  const looks = new Map((await nextLooks(db, pairIds)).map(({ pairId, ...look }) => [pairId, look]))
  return pairIds.map((pairId) => {
    const look = looks.get(pairId)
    return look === undefined ? { pairId } : { pairId, look }
  })
}
