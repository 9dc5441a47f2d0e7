import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { storeDelivery } from '../../src/store/deliveries.ts'
import { WIRE as FUB_WIRE } from '../contract/follow-up-boss.ts'
import type { HttpWeather } from '../contract/http-weather.ts'
import { nameOf, type Trouble } from '../contract/weather.ts'
import { BUNDLES, settingsOf } from '../support/unproven.ts'
import { type Bridge, openBridge } from './bridge.ts'

/** Four pages of Follow Up Boss, the fewest of which one is neither the first, nor the next, nor the last. */
const TASKS = 305
/** That one: here everything that can go wrong does. */
const DEEP = 3
const BREAKS: readonly Trouble[] = [
  'refused',
  'reply-lost',
  'truncated',
  'cut-short',
  'garbage',
  { status: 503 },
  { status: 404 },
]
/** Answers that look whole and are not. */
const LIES: Readonly<Record<'left' | 'right', Readonly<Record<string, (body: unknown) => unknown>>>> = {
  left: FUB_WIRE.shortListings,
  right: { 'no tasks at all': (body) => ({ ...Object(body), items: [] }) },
}

type Side = 'left' | 'right'
type Mode = 'complete' | 'incremental'

/** Every pull of both services, broken at every page of its walk (I7, I8, L1). */
describe.each(BUNDLES)('a listing that breaks, with open questions as %s', (bundle) => {
  const settings = settingsOf(bundle)
  let bridge: Bridge
  let before: Awaited<ReturnType<typeof everything>>
  beforeAll(async () => {
    bridge = await openBridge({
      settings: {
        followUpBoss: { ...settings.followUpBoss, rateLimit: 0 },
        todoist: { ...settings.todoist, rateLimit: false, tasksPerProject: 1_000 },
      },
    })
    for (let at = 0; at < TASKS; at += 50) {
      const some = Array.from({ length: Math.min(50, TASKS - at) }, (_, nth) => ({
        name: `Task ${at + nth}`,
      }))
      await Promise.all(some.map((task) => bridge.addFubTask(task)))
    }
    await bridge.settle()
    before = await everything(bridge)
    expect(before.linked).toBe(TASKS)
    expect(before.right.filter(([, , state]) => state === 'open')).toHaveLength(TASKS)
  })
  afterAll(() => bridge?.[Symbol.asyncDispose]())

  const weatherOf = (side: Side): HttpWeather => bridge.weather[side === 'left' ? 'fub' : 'todoist']

  /** Nothing was deleted, completed or unlinked, and nothing is done about it by whoever takes up what is due. */
  async function expectUnharmed(after: string): Promise<void> {
    while (await bridge.worker.work());
    expect(await everything(bridge), after).toEqual(before)
  }

  /** The budget is no part of this. */
  const pull = async (side: Side, mode: Mode) => {
    await bridge.db`truncate quota`
    return bridge.worker.pull(side, mode)
  }

  const walks: readonly (readonly [string, Side, Mode, number])[] = [
    // Where its last page names a further one all the same, that one is asked for too.
    ['complete, of Follow Up Boss', 'left', 'complete', bundle === 'hoped' ? 4 : 5],
    ['incremental, of Follow Up Boss', 'left', 'incremental', bundle === 'hoped' ? 4 : 5],
    ['complete, of Todoist', 'right', 'complete', 2],
    ['incremental, of Todoist', 'right', 'incremental', 1],
  ]
  describe.each(walks)('%s', (_name, side, mode, pages) => {
    it('has as many pages as these tests believe', async () => {
      const { requests } = weatherOf(side)
      await pull(side, mode)
      expect(weatherOf(side).requests - requests).toBe(pages)
    })

    const all = Array.from({ length: pages }, (_, nth) => nth + 1)
    const places = bundle === 'hoped' ? all : [Math.min(DEEP, pages)]
    it.each(places)('on page %i: nothing is deleted, completed or unlinked', async (page) => {
      const weather = weatherOf(side)
      // All of them on the deep page, and on each of the others one.
      const troubles =
        pages < DEEP || page === DEEP ? BREAKS : BREAKS.filter((_, nth) => nth === page % BREAKS.length)
      for (const trouble of troubles) {
        weather.on(trouble, { nth: page })
        const failed = await pull(side, mode).then(
          () => null,
          (error: unknown) => error,
        )
        weather.clear()
        // A token that was answered with 404 is given up for a walk through everything, which succeeds.
        if (side === 'left' || trouble !== BREAKS.at(-1)) expect(failed, nameOf(trouble)).not.toBeNull()
        await expectUnharmed(nameOf(trouble))
      }
    })

    it.each(Object.entries(LIES[side]))(
      'with an answer that is none, on any page: %s',
      async (_name, lie) => {
        for (const page of pages < DEEP ? places : [1, DEEP]) {
          let nth = 0
          weatherOf(side).alter((body) => {
            nth += 1
            return nth === page ? (lie(body) ?? body) : body
          })
          await pull(side, mode).finally(() => weatherOf(side).alter(null))
          await expectUnharmed(`page ${page}`)
        }
      },
    )

    it('all is in step when it is whole again', async () => {
      await pull(side, mode)
      await bridge.settle()
      await expectUnharmed('a whole listing')
    })
  })

  // A 404 for each single task is what this service says of deletions: there the laws of reads hold.
  it.each(
    BREAKS.filter((trouble) => nameOf(trouble) !== 'status 404').map(
      (trouble) => [nameOf(trouble), trouble] as const,
    ),
  )(
    'a look at what deliveries name, that meets %s: nothing is deleted, completed or unlinked',
    async (name, trouble) => {
      const remoteIds = before.left.slice(0, 5).map(([id]) => id)
      const delivery = {
        connectionId: bridge.leftId,
        deliveryId: name,
        about: 'tasks' as const,
        remoteIds,
        made: false,
        deleted: false,
      }
      await storeDelivery(bridge.db, delivery)
      bridge.weather.fub.on(trouble, { times: 1_000 })
      await pull('left', 'incremental').catch(() => undefined)
      // While it lasts there may be no end of looking again.
      for (let rounds = 0; rounds < 5; rounds += 1) await bridge.worker.work().catch(() => false)
      bridge.weather.fub.clear()
      expect(await everything(bridge)).toEqual(before)
      await pull('left', 'incremental')
      await expectUnharmed('a look that succeeds')
    },
  )
})

type Row = readonly [id: string, title: string, state: string]

/** All that there is on both sides, and how much of it is linked. */
async function everything({ fub, todoist, db }: Bridge) {
  const left = await fub.call<{ tasks: { id: number; name: string; isCompleted: number }[] }>(
    'GET',
    '/__sim/state',
  )
  const right = await todoist.call<{
    items: { id: string; content: string; checked: boolean; is_deleted: boolean }[]
  }>('GET', '/__sim/state')
  const [pairs] = await db<{ linked: number; others: number }[]>`
    select count(*) filter (where memory = 'linked' and state = 'ok')::int as linked,
      count(*) filter (where memory <> 'linked' or state <> 'ok')::int as others from pair`
  const [ops] = await db<{ count: number }[]>`select count(*)::int as count from op`
  return {
    left: left.body.tasks.map(
      (one): Row => [String(one.id), one.name, one.isCompleted === 0 ? 'open' : 'done'],
    ),
    right: right.body.items.map(
      (one): Row => [one.id, one.content, one.is_deleted ? 'deleted' : one.checked ? 'done' : 'open'],
    ),
    ...pairs,
    ops: ops?.count,
  }
}
