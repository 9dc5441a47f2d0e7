import type { Deciding } from '../../src/starter/deciding.ts'
import { inTransaction } from '../../src/store/database.ts'
import { lockPairs, type PairRow, savePairs } from '../../src/store/pairs.ts'
import { addLeft, plainDeps, settleIn } from '../activities/in-world.ts'
import { makeWorld, type World } from '../histories/world.ts'
import { SECRET, type TestRecord } from '../store/record.ts'

/** A command's surroundings in a world; `woken` gathers the pairs and connections that it tells of news. */
export type TestDeciding = Deciding & { readonly woken: string[] }

export function decidingIn(world: World, reached: 0 | 4 = 0): TestDeciding {
  const woken: string[] = []
  const tell = async (ids: readonly string[]): Promise<0 | 4> => {
    woken.push(...ids)
    return reached
  }
  return {
    deps: plainDeps(world),
    secretKey: async () => SECRET,
    signal: new AbortController().signal,
    wake: tell,
    nudge: tell,
    startConnections: (rows) => tell(rows.map(({ id }) => id)),
    retry: tell,
    stopConnections: tell,
    clean: ({ id }) => tell([`clean ${id}`]),
    wakeDeals: (deals) => tell(deals.map(({ dealId }) => `deal ${dealId}`)),
    fill: ({ id }) => tell([`fill ${id}`]),
    woken,
  }
}

/** A world in which task “One” is in step on both sides. */
export async function linkedTask({ db, clock }: TestRecord) {
  const world = await makeWorld(db, clock)
  const deciding = decidingIn(world)
  const leftId = addLeft(world, 'One')
  await settleIn(world, clock)
  const rightId = world.right.alive()[0]?.id ?? ''
  return { world, deciding, leftId, rightId, pair: await pairOf(deciding, world.leftId, leftId) }
}

/** The pair of a task of this world's left or right. */
export async function pairOf({ deps }: Deciding, connectionId: string, remoteId: string): Promise<string> {
  const [row] = await deps.db<{ id: string }[]>`
    select pair_id as id from pair_member where connection_id = ${connectionId} and remote_id = ${remoteId}`
  if (row === undefined) throw new Error(`${remoteId} is in no pair`)
  return row.id
}

export async function pairNow({ deps }: Deciding, id: string): Promise<PairRow> {
  const [pair] = await inTransaction(deps.db, (tx) => lockPairs(tx, [id]))
  if (pair === undefined) throw new Error(`there is no pair ${id}`)
  return pair
}

export async function changePair(deciding: Deciding, id: string, given: Partial<PairRow>): Promise<void> {
  const pair = await pairNow(deciding, id)
  await inTransaction(deciding.deps.db, (tx) => savePairs(tx, [{ ...pair, ...given }]))
}
