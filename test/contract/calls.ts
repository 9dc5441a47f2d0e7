import { randomUUID } from 'node:crypto'
import { plusMs } from '../../src/core/db-time.ts'
import type { Connection } from '../../src/providers/contract.ts'
import type { Stage } from './stage.ts'
import { ONE } from './tasks.ts'
import type { Service } from './world.ts'

/** Makes a call ready on a stage; the call itself is then the provider's alone. */
export type Prepared = (stage: Stage) => Promise<(connection: Connection) => Promise<unknown>>

/** Every call by which a provider reaches its service. */
export function callsOf({ declares }: Service): readonly [string, Prepared][] {
  const { capabilities, people, deals, containers, webhooks } = declares
  const all: [string, Prepared][] = [
    ['check', async (stage) => (connection) => stage.provider.check({ ...connection, facts: null })],
    [
      'pull',
      async (stage) => (connection) =>
        stage.provider.pull(connection, { mode: 'complete', cursor: null, position: null }),
    ],
    [
      'an incremental pull',
      async (stage) => {
        const { cursor } = await stage.walkAll()
        return (connection) =>
          stage.provider.pull(connection, { mode: 'incremental', cursor, position: null })
      },
    ],
    [
      'read',
      async (stage) => {
        const ids = [await stage.make(), await stage.make()]
        return (connection) => stage.provider.read(connection, ids)
      },
    ],
    [
      'read with a cursor',
      async (stage) => {
        const ids = [await stage.make(), await stage.make()]
        const { cursor } = await stage.walkAll()
        return (connection) => stage.provider.read({ ...connection, cursor }, ids)
      },
    ],
    [
      'write',
      async (stage) => {
        const id = await stage.make()
        const ops = [stage.createOp(ONE), stage.updateOp(id, await stage.look(id), { title: 'New' })]
        return (connection) => stage.provider.write(connection, ops)
      },
    ],
  ]
  if (capabilities.createIdentity !== 'server-deduplicates')
    all.push([
      'findCreated',
      async (stage) => {
        const attemptedAt = stage.time.stamp()
        const deadline = plusMs(attemptedAt, 30_000)
        const lost = { op: stage.createOp(ONE), attemptedAt, deadline, settledAt: deadline, emptyAt: null }
        return (connection) => stage.provider.findCreated(connection, { ...lost, known: new Set() })
      },
    ])
  if (people !== undefined)
    all.push([
      'people',
      async (stage) => async (connection) =>
        stage.provider.people?.(connection, { ids: [stage.world.person ?? ''] }),
    ])
  if (deals !== undefined)
    all.push(
      ['deals.stages', async (stage) => async (connection) => stage.provider.deals?.stages(connection)],
      ['deals.list', async (stage) => async (connection) => stage.provider.deals?.list(connection, null)],
      [
        'deals.read',
        async (stage) => async (connection) => stage.provider.deals?.read(connection, ['1', '2']),
      ],
      ['deals.fields', async (stage) => async (connection) => stage.provider.deals?.fields(connection)],
    )
  if (containers !== null)
    all.push(
      ['containers.list', async (stage) => async (connection) => stage.provider.containers?.list(connection)],
      [
        'containers.create',
        async (stage) => async (connection) =>
          stage.provider.containers?.create(connection, {
            key: randomUUID(),
            kind: containers.kinds[0] ?? 'list',
            name: 'A project',
            parent: null,
            marker: 'contract/project/general/1',
          }),
      ],
    )
  if (webhooks?.management)
    all.push([
      'webhooks.management.list',
      async (stage) => async (connection) => stage.provider.webhooks?.management?.list(connection),
    ])
  return all
}
