import { beforeEach, describe, expect, test } from 'vitest'
import { type Bridge, openBridge } from '../../../test/services/bridge.ts'
import { type DealDesk, deskOf } from '../../../test/services/deal-desk.ts'
import { DEFAULT_DEALS } from '../../core/deal-policy.ts'
import { addContainer, type ContainerRow, changeContainer } from '../../store/containers.ts'
import { inTransaction, type Tx } from '../../store/database.ts'
import { type HomeChange, insertHomeOp } from '../../store/home-ops.ts'
import { loadRouteById } from '../route-context.ts'
import { Sections } from './sections.ts'

let bridge: Bridge
let desk: DealDesk
let deals: string[]

/** Room for two sections and three tasks in a project. */
beforeEach(async () => {
  bridge = await openBridge({ policy: { deals: DEFAULT_DEALS } })
  desk = deskOf(bridge)
  const person = await desk.person('Baker')
  deals = []
  for (const name of ['One', 'Two', 'Three']) deals.push(String(await desk.deal(name, 11, [person])))
  await bridge.worker.pullDeals('complete')
  await bridge.db`
    update connection set facts = jsonb_set(facts, '{limits}', '{"sectionsPerProject": 4, "tasksPerProject": 33}')
    where provider = 'todoist'`
  return () => bridge[Symbol.asyncDispose]()
})

const deal = (n: number) => deals[n] ?? ''

function within<T>(work: (sections: Sections, tx: Tx) => Promise<T>): Promise<T> {
  return inTransaction(bridge.db, async (tx) => {
    const route = await loadRouteById(tx, bridge.deps, bridge.routeId)
    if (route.deals === null) throw new Error('the route files nothing by deals')
    return work(await Sections.open(tx, route, route.deals, route.sides.right), tx)
  })
}

const told = (row: ContainerRow | null, sections: Sections) =>
  row === null ? null : `${row.subject}/${row.shard} in ${sections.byId(row.parentId)?.name}`

/** Places so many tasks of a deal one after another. */
const placed = (n: number, tasks = 1) =>
  within(async (sections) => {
    const all: (string | null)[] = []
    for (let left = tasks; left > 0; left -= 1) all.push(told(await sections.place(deal(n)), sections))
    return all
  })

/** The rows are made at the service, as far as the record says. */
async function made(change: Partial<ContainerRow> = {}, of?: string): Promise<void> {
  const rows = await bridge.db<
    { id: string; subject: string }[]
  >`select id, subject from container where role <> 'general'`
  await inTransaction(bridge.db, async (tx) => {
    for (const { id, subject } of rows)
      await changeContainer(tx, id, {
        remoteId: `r${id}`,
        ...(of === undefined || of === subject ? change : {}),
      })
  })
}

describe('a place for a task', () => {
  test('is the section of its deal, until its project is full: then a further one takes deals and parts', async () => {
    expect(await placed(0, 4)).toEqual([
      `${deal(0)}/1 in Showing`,
      `${deal(0)}/1 in Showing`,
      `${deal(0)}/1 in Showing`,
      `${deal(0)}/2 in Showing · 2`,
    ])
  })

  test('is in the first project with room for one more section', async () => {
    for (const n of [0, 1]) expect(await placed(n)).toEqual([`${deal(n)}/1 in Showing`])
    expect(await placed(2)).toEqual([`${deal(2)}/1 in Showing · 2`])
  })

  test('has to be made ready first while its section is put away', async () => {
    await placed(0)
    await made({ state: 'archived', putAway: true }, deal(0))
    expect(await placed(0)).toEqual([null])
  })

  test.each(['gone', 'archived'] as const)(
    'is another section where its user has taken the first away (%s)',
    async (state) => {
      await placed(0)
      await made({ state }, deal(0))
      expect(await placed(0)).toEqual([`${deal(0)}/2 in Showing`])
    },
  )

  test.each(['gone', 'archived'] as const)(
    'is in a further project where its user has taken that of the stage away (%s)',
    async (state) => {
      await placed(0)
      await made({ state }, 'stage/11')
      expect(await placed(0)).toEqual([`${deal(0)}/2 in Showing · 2`])
    },
  )
})

describe('a section', () => {
  const crowded = (n: number) =>
    within(async (sections) => sections.of(deal(n)).map((section) => sections.isCrowded(section)))

  /** Open tasks that lie in a section, in the mirror. */
  async function fill(n: number, tasks: number): Promise<void> {
    const [section] = await within(async (sections) => sections.of(deal(n)))
    for (let task = 0; task < tasks; task += 1)
      await bridge.db`
        insert into remote_task (connection_id, remote_id, seen, presence, asked_at, field_seen, changed_seq)
        select id, ${`${n}/${task}`}, ${`{"container":"${section?.remoteId}","task":{"completed":false}}`}::text::jsonb, 'present', clock(), '{}', 1
        from connection where provider = 'todoist'`
  }

  test('is crowded where others fill its project, and not where it fills that alone', async () => {
    for (const n of [0, 1]) await placed(n)
    await made()
    await fill(0, 2)
    await fill(1, 1)
    expect([await crowded(0), await crowded(1)]).toEqual([[true], [true]])
    await made({ state: 'gone' }, deal(1))
    await made({ state: 'full' }, 'stage/11')
    expect(await crowded(0)).toEqual([false])
  })

  test('that is put away is crowded where its project takes no more sections', async () => {
    await placed(0)
    await made({ state: 'archived', putAway: true }, deal(0))
    expect(await crowded(0)).toEqual([false])
    for (const n of [1, 2]) await placed(n)
    expect(await crowded(0)).toEqual([true])
  })
})

test('a further project without sections is given up, but not while one waits in its archive', async () => {
  for (const n of [0, 1, 2]) await placed(n)
  await made()
  const empty = () => within(async (sections) => sections.emptyProjects().map(({ name }) => name))
  expect(await empty()).toEqual([])
  await made({ state: 'gone' }, deal(0))
  await made({ state: 'archived', putAway: true }, deal(2))
  expect(await empty()).toEqual([])
  await made({ state: 'gone', putAway: false }, deal(2))
  expect(await empty()).toEqual(['Showing · 2'])
})

test('projects whose stage has another name are told, but those that their user has named', async () => {
  for (const n of [0, 1, 2]) await placed(n)
  await made()
  const misnamed = () =>
    within(async (sections) =>
      sections.misnamed({ key: 'stage/11', name: 'Touring' }).map(({ name }) => name),
    )
  expect(await misnamed()).toEqual(['Touring', 'Touring · 2'])
  await bridge.db`update container set shown_name = 'Mine' where role = 'stage' and shard = 1`
  expect(await misnamed()).toEqual(['Touring · 2'])
})

test('room for a section that moves is where all of its tasks have some', async () => {
  await placed(0, 2)
  const room = (tasks: number) =>
    within(async (sections) => (await sections.room({ key: 'stage/11', name: 'Showing' }, tasks, null)).name)
  await made()
  await inTransaction(bridge.db, (tx) =>
    addContainer(tx, {
      routeId: bridge.routeId,
      connectionId: '2',
      role: 'stage',
      subject: 'stage/12',
      shard: 1,
      name: 'Offer',
      marker: 'x',
    }),
  )
  expect(await room(3)).toBe('Showing')
  await bridge.db`update container set state = 'full' where subject = 'stage/11'`
  expect(await room(1)).toBe('Showing · 2')
  // More than any project takes: into an empty one.
  expect(await room(9)).toBe('Showing · 2')
})

describe('while it is under way', () => {
  const project = (name: string) =>
    within(async (_, tx) => {
      const [row] = await tx<{ id: string }[]>`select id from container where name = ${name}`
      return row?.id ?? ''
    })
  /** A change of a container that is planned and not done. */
  const plan = (containerId: string, change: HomeChange) =>
    within(async (_, tx) => {
      const right = await tx<{ id: string }[]>`select id from connection where provider = 'todoist'`
      await insertHomeOp(tx, {
        routeId: bridge.routeId,
        containerId,
        connectionId: right[0]?.id ?? '',
        remoteId: 'r',
        side: 'right',
        change,
        cause: 'test',
        before: {},
      })
    })
  const room = (not: ContainerRow | null = null) =>
    within(async (sections) => (await sections.room({ key: 'stage/11', name: 'Showing' }, 1, not)).name)

  test('a section that moves takes up room where it goes, and that project is not empty', async () => {
    for (const n of [0, 1, 2]) await placed(n)
    await made()
    await made({ state: 'gone' }, deal(2))
    const [section] = await within(async (sections) => sections.of(deal(0)))
    await plan(section?.id ?? '', { kind: 'move', to: await project('Showing · 2') })
    expect(await within(async (sections) => sections.emptyProjects())).toEqual([])
    await made({ state: 'active' }, deal(2))
    expect(await room()).toBe('Showing · 3')
  })

  test('nothing is put into what is about to be given up', async () => {
    for (const n of [0, 1, 2]) await placed(n)
    await made()
    await made({ state: 'gone' }, deal(2))
    await plan(await project('Showing · 2'), { kind: 'remove' })
    expect(await within(async (sections) => sections.emptyProjects())).toEqual([])
    expect(await room()).toBe('Showing · 3')
  })

  test('a section that is about to go into the archive takes no task', async () => {
    await placed(0)
    await made()
    const [section] = await within(async (sections) => sections.of(deal(0)))
    await plan(section?.id ?? '', { kind: 'archive' })
    expect(await placed(0)).toEqual([null])
  })

  test('room for what has none where it lies is somewhere else', async () => {
    await placed(0)
    await made()
    const parent = await within(async (sections) => sections.byId(sections.of(deal(0))[0]?.parentId ?? null))
    expect([await room(), await room(parent)]).toEqual(['Showing', 'Showing · 2'])
  })
})
