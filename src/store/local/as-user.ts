import { randomUUID } from 'node:crypto'
import type { Tx } from '../database.ts'
import { type NewDelivery, storeDelivery } from '../deliveries.ts'
import { type LocalWriting, openWriting, type Touched } from './writing.ts'

/** What a user's change came to. `connections`: ids of those that are to be nudged once it is committed. */
export type UserChange<T> = { readonly result: T; readonly connections: readonly string[] }

/**
 * Makes a user's change and leaves word of it, as a service's webhook would, with every connection to our own tasks: a
 * delivery that commits with the change. A nudge that is lost afterwards costs no more than a poll.
 */
export async function asUser<T>(tx: Tx, work: (writing: LocalWriting) => Promise<T>): Promise<UserChange<T>> {
  const writing = await openWriting(tx, 'api')
  const result = await work(writing)
  return { result, connections: await announce(writing) }
}

async function announce({ tx, touched, lists }: LocalWriting): Promise<readonly string[]> {
  if (touched.length + lists.length === 0) return []
  const connections = await tx<{ id: string }[]>`
    select id from connection where provider = 'local' order by id`
  for (const { id } of connections)
    for (const delivery of deliveriesOf(touched)) await storeDelivery(tx, { ...delivery, connectionId: id })
  return connections.map(({ id }) => id)
}

type Told = Omit<NewDelivery, 'connectionId'>

/** One for each sort of news; one that names nothing where only lists changed. */
function deliveriesOf(touched: readonly Touched[]): Told[] {
  const of = (how: Touched['how']) => [
    ...new Set(touched.filter((one) => one.how === how).map(({ id }) => id)),
  ]
  const told = (remoteIds: readonly string[], how: Touched['how']): Told => ({
    deliveryId: randomUUID(),
    about: 'tasks',
    remoteIds,
    made: how === 'made',
    deleted: how === 'deleted',
  })
  if (touched.length === 0) return [told([], 'changed')]
  return (['made', 'changed', 'deleted'] as const).flatMap((how) =>
    of(how).length === 0 ? [] : [told(of(how), how)],
  )
}
