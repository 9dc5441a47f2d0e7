import type { Deps, Timing } from '../../src/activities/deps.ts'
import { createLog } from '../../src/config/log.ts'
import type { DealPolicy } from '../../src/core/deal-policy.ts'
import { createMemory, MEMORY_USER } from '../../src/providers/memory/provider.ts'
import { type Fault, MemoryService } from '../../src/providers/memory/service.ts'
import { saveConnection, saveFacts } from '../../src/store/connections.ts'
import { addContainer, setRemoteId } from '../../src/store/containers.ts'
import { type Db, inTransaction } from '../../src/store/database.ts'
import { addRoute, markFilled, setRouteState } from '../../src/store/routes.ts'

export const SECRET = 'a secret of the tests'
export const GENERAL = 'general'

export const TIMING: Timing = {
  staleReadMs: 30_000,
  deleteGraceMs: 60_000,
  createSettleMs: 60_000,
  writeDeadlineMs: 40_000,
  reconcileMs: { polled: 600_000, webhooks: 3_600_000 },
  dealsMs: 300_000,
}

/** The database's clock stands still unless it is moved. */
export class TestClock {
  readonly #db: Db
  #nowMs: number

  constructor(db: Db, startMs: number) {
    this.#db = db
    this.#nowMs = startMs
  }

  get iso(): string {
    return new Date(this.#nowMs).toISOString()
  }

  async install(): Promise<void> {
    await this.#db.unsafe(`
      create table if not exists test_clock (at timestamptz not null);
      insert into test_clock select '${this.iso}' where not exists (select from test_clock);
      create or replace function clock() returns timestamptz language sql volatile as 'select at from dealbridge.test_clock'`)
    await this.advance(1)
  }

  async advance(ms: number): Promise<void> {
    this.#nowMs += ms
    await this.#db`update test_clock set at = ${this.iso}`
  }
}

export type World = {
  readonly left: MemoryService
  readonly right: MemoryService
  readonly leftId: string
  readonly rightId: string
  readonly routeId: string
  /** Deps of one actor: `turn` is called around every transaction and every call of a provider. */
  depsFor(turn: () => Promise<void>, wakeTasks: Deps['wakeTasks']): Deps
  readonly faults: { next: (call: string) => Fault }
  /** The right service shows its tasks as they were so many milliseconds ago. */
  readonly lag: { ms: number }
}

let worlds = 0

/** `sections`: whether the right service has any. `deals`: how its route files by deals, where it does. */
export type WorldOptions = { readonly sections?: boolean; readonly deals?: DealPolicy }

/** Two services, `bare` left and `feed` right, and an active route between them. */
export async function makeWorld(
  db: Db,
  clock: { readonly iso: string },
  { sections = true, deals }: WorldOptions = {},
): Promise<World> {
  worlds += 1
  const n = worlds
  const faults: World['faults'] = { next: () => null }
  const lag: World['lag'] = { ms: 0 }
  const service = (name: string, lagMs: () => number) =>
    new MemoryService({
      name: `${name}${n}.`,
      now: () => clock.iso,
      fault: (call) => faults.next(call),
      lagMs,
    })
  const left = service('L', () => 0)
  const right = service('R', () => lag.ms)
  const log = createLog({ level: 'silent', format: 'json' })
  const kinds = { left: `bare-${n}`, right: `feed-${n}` }
  const providers = [
    createMemory({ kind: kinds.left, name: 'Bare', flavour: 'bare', service: left }),
    createMemory({ kind: kinds.right, name: 'Feed', flavour: 'feed', service: right, sections }),
  ]
  const connect = async (kind: string) => {
    const given = {
      name: kind,
      provider: kind,
      baseUrl: 'memory:',
      credentials: {},
      pollSeconds: 30,
      webhooks: false,
    }
    const id = await saveConnection(db, given, SECRET)
    const facts = {
      accountId: kind,
      userId: MEMORY_USER,
      zone: 'UTC',
      seesEveryone: true,
      domain: null,
      limits: {},
      probes: {},
    }
    await saveFacts(db, id, facts)
    return id
  }
  const leftId = await connect(kinds.left)
  const rightId = await connect(kinds.right)
  const route = await addRoute(db, {
    name: `route-${n}`,
    leftId,
    rightId,
    policy: {
      zone: 'UTC',
      direction: 'both',
      fields: {},
      conflicts: 'newest',
      deletes: { left: 'propagate', right: 'unlink' },
      assignees: 'anyone',
      firstSync: { kind: 'open' },
      ...(deals === undefined ? {} : { deals }),
    },
  })
  await setRouteState(db, route.id, 'active')
  await markFilled(db, route.id)
  await inTransaction(db, async (tx) => {
    const general = await addContainer(tx, {
      routeId: route.id,
      connectionId: rightId,
      role: 'general',
      shard: 1,
      name: 'General',
      marker: `general-${n}`,
    })
    await setRemoteId(tx, general.id, right.container(GENERAL))
  })
  return {
    left,
    right,
    leftId,
    rightId,
    routeId: route.id,
    faults,
    lag,
    depsFor: (turn, wakeTasks) => ({
      db: withTurns(db, turn),
      providers: new Map(providers.map((one) => [one.kind, providerWithTurns(one, turn)])),
      secretKey: SECRET,
      timing: TIMING,
      log,
      wakeTasks,
      wakeDeals: async () => undefined,
    }),
  }
}

/** Every transaction is a step: somebody else may run, or this actor may die, before and after it. */
function withTurns(db: Db, turn: () => Promise<void>): Db {
  return new Proxy(db, {
    get(target, name) {
      if (name !== 'begin') return Reflect.get(target, name) as unknown
      return async (work: Parameters<Db['begin']>[1]) => {
        await turn()
        const result = await target.begin(work)
        await turn()
        return result
      }
    },
  })
}

type MemoryProvider = ReturnType<typeof createMemory>

function providerWithTurns(provider: MemoryProvider, turn: () => Promise<void>): MemoryProvider {
  const around =
    <A extends unknown[], R>(call: (...args: A) => Promise<R>) =>
    async (...args: A): Promise<R> => {
      await turn()
      const result = await call(...args)
      await turn()
      return result
    }
  return {
    ...provider,
    pull: around(provider.pull),
    read: around(provider.read),
    write: around(provider.write),
    findCreated: around(provider.findCreated),
  }
}
