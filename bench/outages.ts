import { setTimeout as pause } from 'node:timers/promises'
import { compareSides } from './compare.ts'
import { diskFull } from './disk-full.ts'
import { comparisonFailures } from './failures.ts'
import { fullDiskFailures, type Outage, outageFailures, outageLine, PARTS, type Part } from './outage.ts'
import type { Outcome } from './result.ts'
import { type Servers, withServers } from './servers.ts'
import { look } from './sight.ts'
import { onStand, SECRETS, type Stand, type StandOptions } from './stand.ts'
import { UserAtWork } from './user-at-work.ts'

/** The faults of a service that takes no request. */
const GONE = [{ match: '* /*', do: 'refused' }] as const

type Options = Pick<StandOptions, 'seed' | 'signal' | 'tell'> & { size: number; seconds: number }

/**
 * Postgres, Temporal and each service away for a while, one after the other, and at last a disk that is full, while users go on with
 * their work on both sides. What `/health` and `status` say of it must be true, and afterwards both accounts must hold what
 * the users did, once. Postgres and Temporal are servers of their own, as with `DATABASE_URL` and `TEMPORAL_ADDRESS`; a
 * full disk is that of the embedded ones.
 */
export async function outages(options: Options): Promise<Outcome> {
  const began = performance.now()
  const apart = await withServers((servers) => partsAway(servers, options))
  const disk = await diskFull(options)
  const found = [apart.found, ...(disk.found === undefined ? [] : [disk.found])]
  return {
    result: {
      name: 'outages',
      size: options.size,
      seconds: Math.round(performance.now() - began) / 1_000,
      outages: Object.fromEntries([...apart.outages, ...disk.outages].map((one) => [one.part, one])),
      lost: found.reduce((sum, { lost }) => sum + lost.length, 0),
      duplicated: found.reduce((sum, { duplicated }) => sum + duplicated.length, 0),
    },
    notes: [...[...apart.outages, ...disk.outages].map(outageLine), ...disk.notes],
    failures: [
      ...found.flatMap(comparisonFailures),
      ...apart.outages.flatMap(outageFailures),
      ...disk.outages.flatMap(fullDiskFailures),
    ],
  }
}

async function partsAway(servers: Servers, options: Options) {
  const stand = {
    ...options,
    tasks: options.size,
    webhooks: true,
    environment: servers.environment,
    pollSeconds: 1,
  }
  return onStand(stand, async (open) => {
    const { product, followUpBoss, todoist, tell } = open
    tell('starting Dealbridge beside a Postgres and a Temporal of their own')
    const { addresses } = await product.start('--yes')
    const api = addresses.api ?? ''
    await followUpBoss.announceTo(`${api}/webhook/follow-up-boss`, SECRETS.followUpBoss)
    await todoist.announceTo(`${api}/webhook/todoist`, SECRETS.todoist)
    await product.settled()
    const user = await UserAtWork.at(open)
    const outages: Outage[] = []
    for (const part of PARTS) outages.push(await away(part, open, servers, user, api, options))
    return { outages, found: compareSides(user.expected(), await open.tasks()) }
  })
}

async function away(
  part: Part,
  stand: Stand,
  servers: Servers,
  user: UserAtWork,
  api: string,
  { seconds, signal }: Options,
): Promise<Outage> {
  const { product, tell } = stand
  tell(`${part} is away for ${seconds} s`)
  const began = Date.now()
  await down(part, stand, servers)
  const until = Date.now() + seconds * 1_000
  await user.work()
  await pause(Math.max(0, until - Date.now() - 3_000), undefined, { signal })
  // At the end, when whoever asks seldom has noticed too.
  const during = await look(product, api)
  await pause(Math.max(0, until - Date.now()), undefined, { signal })
  await up(part, stand, servers)
  const back = Date.now()
  await user.arrived()
  await product.settled()
  const after = await look(product, api)
  return { part, awayMs: back - began, during, after, settledAfterMs: Date.now() - back }
}

function down(part: Part, { followUpBoss, todoist }: Stand, { postgres, temporal }: Servers): Promise<void> {
  switch (part) {
    case 'postgres':
      return postgres.cut()
    case 'temporal':
      return temporal.cut()
    case 'follow-up-boss':
      return followUpBoss.suffer(GONE)
    case 'todoist':
      return todoist.suffer(GONE)
  }
}

function up(part: Part, { followUpBoss, todoist }: Stand, { postgres, temporal }: Servers): Promise<void> {
  switch (part) {
    case 'postgres':
      return postgres.mend()
    case 'temporal':
      return temporal.mend()
    case 'follow-up-boss':
      return followUpBoss.suffer([])
    case 'todoist':
      return todoist.suffer([])
  }
}
