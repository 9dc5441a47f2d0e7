import { describe, expect, it } from 'vitest'
import { BUNDLES, settingsOf } from '../support/unproven.ts'
import { type Bridge, openBridge, PERSON } from './bridge.ts'

type Person = {
  readonly id: number
  readonly name: string
  readonly phones: readonly { readonly value: string }[]
  readonly emails: readonly { readonly value: string }[]
}

async function personOf(bridge: Bridge, id = PERSON): Promise<Person> {
  return (await bridge.fub.call<Person>('GET', `/v1/people/${id}`)).body
}

function linesOf({ id, name, phones, emails }: Person): string {
  const facts = [name, phones[0]?.value, emails[0]?.value].join(' · ')
  return `${facts}\n[Open in Follow Up Boss](https://example.followupboss.com/2/people/view/${id})`
}

async function commentsOn(bridge: Bridge, id: string | undefined): Promise<string[]> {
  const { body } = await bridge.todoist.call<{ results: { content: string }[] }>(
    'GET',
    `/api/v1/comments?task_id=${id}`,
  )
  return body.results.map(({ content }) => content)
}

async function addItem(bridge: Bridge, fields: Record<string, unknown>): Promise<string> {
  const given = { project_id: await bridge.general(), ...fields }
  return (await bridge.todoist.call<{ id: string }>('POST', '/api/v1/tasks', given)).body.id
}

async function itemOf(bridge: Bridge, id: string | undefined) {
  return (await bridge.items()).find((item) => item.id === id)
}

/** So that a task can be made in General. */
async function begin(bridge: Bridge): Promise<void> {
  await bridge.addFubTask({ name: 'So that General is there' })
  await bridge.settle()
}

const opsOf = (bridge: Bridge) => bridge.db<{ id: string }[]>`select id from op order by id`

describe('the block in a description', () => {
  it.each(BUNDLES)(
    'tells whose task it is, below what the user typed; who edits or removes it gets it back with the next write (open questions: %s)',
    async (bundle) => {
      await using bridge = await openBridge({ settings: settingsOf(bundle) })
      const made = await bridge.addFubTask({ name: 'Call' })
      await bridge.settle()
      const person = await personOf(bridge)
      const block = `---\n${linesOf(person)}\ndealbridge: follow-up-boss/task/${made.id}`
      const [item] = await bridge.items()
      expect(item?.description).toBe(block)

      const inside = block.replace('[Open', 'typed inside\n[Open')
      const description = `typed above\n\n${inside}\ntyped below`
      await bridge.todoist.call('POST', `/api/v1/tasks/${item?.id}`, { description })
      const before = await opsOf(bridge)
      await bridge.settle()
      expect(await opsOf(bridge)).toEqual(before)
      expect((await itemOf(bridge, item?.id))?.description).toBe(description)

      await bridge.fub.call('PUT', `/v1/tasks/${made.id}`, { name: 'Call Tom' })
      await bridge.settle()
      const whole = `typed above\ntyped below\ntyped inside\n\n${block}`
      expect(await itemOf(bridge, item?.id)).toMatchObject({ content: 'Call Tom', description: whole })

      await bridge.todoist.call('POST', `/api/v1/tasks/${item?.id}`, { description: 'typed above' })
      await bridge.settle()
      expect((await itemOf(bridge, item?.id))?.description).toBe('typed above')
      await bridge.fub.call('PUT', `/v1/tasks/${made.id}`, { name: 'Call Tom back' })
      await bridge.settle()
      expect((await itemOf(bridge, item?.id))?.description).toBe(`typed above\n\n${block}`)

      const damaged = block.replace(/dealbridge: .*$/u, 'dealbridge:')
      await bridge.todoist.call('POST', `/api/v1/tasks/${item?.id}`, { description: `mine\n\n${damaged}` })
      await bridge.fub.call('PUT', `/v1/tasks/${made.id}`, { name: 'Call Tom again' })
      await bridge.settle()
      expect((await itemOf(bridge, item?.id))?.description).toBe(`mine\n\n${block}`)
    },
  )

  it('keeps what a user types onto its last line, and a line of their own that only begins like it', async () => {
    await using bridge = await openBridge()
    const made = await bridge.addFubTask({ name: 'Call' })
    await bridge.settle()
    const [item] = await bridge.items()
    const block = item?.description ?? ''
    const edits: readonly (readonly [string, string])[] = [
      [`${block} - gate code 4711, ask about the roof`, '- gate code 4711, ask about the roof'],
      [`${block}4711 is the code`, '4711 is the code'],
      [block.replace('dealbridge: ', 'dealbridge: gate code 4711 '), 'gate code 4711'],
      [block.replace('dealbridge: ', 'gate code dealbridge: '), 'gate code'],
      [block.replace('/task/', '/ta gate code sk/'), 'gate code'],
      [`dealbridge: works\n\n${block}`, 'dealbridge: works'],
    ]
    for (const [n, [description, typed]] of edits.entries()) {
      await bridge.todoist.call('POST', `/api/v1/tasks/${item?.id}`, { description })
      await bridge.fub.call('PUT', `/v1/tasks/${made.id}`, { name: `Call ${n}` })
      await bridge.settle()
      expect(await itemOf(bridge, item?.id)).toMatchObject({
        content: `Call ${n}`,
        description: `${typed}\n\n${block}`,
      })
    }
  })

  it('tells a new number with the next write, once a day has passed, and takes the old one for no text of the user', async () => {
    await using bridge = await openBridge()
    const made = await bridge.addFubTask({ name: 'Call' })
    await bridge.settle()
    const old = await personOf(bridge)
    await bridge.fub.call('PUT', `/v1/people/${PERSON}`, {
      phones: [{ value: '(555) 010-0199', type: 'mobile' }],
    })
    await bridge.fub.call('PUT', `/v1/tasks/${made.id}`, { name: 'Same day' })
    await bridge.settle()
    expect((await bridge.items())[0]?.description).toContain(linesOf(old))

    await bridge.db`update person set seen_at = seen_at - interval '25 hours', tried_at = tried_at - interval '25 hours'`
    const before = await opsOf(bridge)
    await bridge.settle()
    expect(await opsOf(bridge)).toEqual(before)
    await bridge.fub.call('PUT', `/v1/tasks/${made.id}`, { name: 'Next day' })
    await bridge.settle()
    const now = await personOf(bridge)
    expect(linesOf(now)).toContain('(555) 010-0199')
    expect((await bridge.items())[0]?.description).toBe(
      `---\n${linesOf(now)}\ndealbridge: follow-up-boss/task/${made.id}`,
    )
  })

  it('is the marker alone where nobody tells of people, and is written all the same', async () => {
    await using bridge = await openBridge()
    await bridge.fault('fub', [{ match: 'GET /v1/people*', do: 'status:503' }])
    const made = await bridge.addFubTask({ name: 'Call' })
    await bridge.settle()
    expect((await bridge.items())[0]?.description).toBe(`---\ndealbridge: follow-up-boss/task/${made.id}`)
    const [person] = await bridge.db`select facts from person`
    expect(person?.facts).toBeNull()
  })

  it('tells what the policy lets it', async () => {
    await using bridge = await openBridge({ policy: { block: ['person', 'email'] } })
    await bridge.addFubTask({ name: 'Call' })
    await bridge.settle()
    const { name, emails } = await personOf(bridge)
    expect((await bridge.items())[0]?.description.split('\n').slice(0, 2)).toEqual([
      '---',
      `${name} · ${emails[0]?.value}`,
    ])
  })

  it('of a copy that a user made becomes its own, and nothing of the first one becomes text', async () => {
    await using bridge = await openBridge()
    const made = await bridge.addFubTask({ name: 'Call' })
    await bridge.settle()
    const [item] = await bridge.items()
    const copy = await addItem(bridge, { content: 'Call', description: `mine\n\n${item?.description}` })
    await bridge.settle()
    const second = (await bridge.fubTasks()).find(({ id }) => id !== made.id)
    expect((await itemOf(bridge, copy))?.description).toBe(
      `mine\n\n---\n${linesOf(await personOf(bridge))}\ndealbridge: follow-up-boss/task/${second?.id}`,
    )
    expect((await itemOf(bridge, item?.id))?.description).toBe(item?.description)
  })

  it('is known again after a loss of the record, with what a user typed into it', async () => {
    await using bridge = await openBridge()
    const made = await bridge.addFubTask({ name: 'Call' })
    await bridge.settle()
    const [item] = await bridge.items()
    const description = `${item?.description.replace('[Open', 'typed inside\n[Open')} gate code 4711`
    await bridge.todoist.call('POST', `/api/v1/tasks/${item?.id}`, { description })
    await bridge.db`truncate person`
    await bridge.loseTheRecord()
    await bridge.settle()
    expect((await bridge.items())[0]?.description).toBe(description)
    await bridge.fub.call('PUT', `/v1/tasks/${made.id}`, { name: 'Call Tom' })
    await bridge.settle()
    expect((await bridge.items())[0]?.description).toBe(
      `typed inside\ngate code 4711\n\n${item?.description}`,
    )
  })
})

describe('a task of Todoist that waits for its person', () => {
  it.each(BUNDLES)(
    'says so by one label and one comment; named by its user it goes its way, and loses the label (open questions: %s)',
    async (bundle) => {
      await using bridge = await openBridge({ settings: settingsOf(bundle) })
      await begin(bridge)
      const id = await addItem(bridge, {
        content: 'For nobody',
        labels: ['mine', 'Call'],
        description: 'text',
      })
      await bridge.settle()
      expect(await itemOf(bridge, id)).toMatchObject({
        labels: ['mine', 'Call', 'needs-person'],
        description: 'text',
      })
      expect(await commentsOn(bridge, id)).toEqual([
        expect.stringMatching(/whose task is this\?.*label `person-<id>`/u),
      ])
      await bridge.worker.pull('right', 'complete')
      await bridge.settle()
      expect(await bridge.db`select from op where verb = 'update'`).toHaveLength(1)
      const [waiting] = await bridge.db`select state, reason from pair where origin = 'right'`
      expect(waiting).toEqual({ state: 'waiting', reason: 'needs-person' })

      await bridge.todoist.call('POST', `/api/v1/tasks/${id}`, { content: 'For [No Such Person]' })
      await bridge.settle()
      expect(await commentsOn(bridge, id)).toEqual([expect.stringContaining('was not found')])
      expect((await itemOf(bridge, id))?.content).toBe('For [No Such Person]')

      await bridge.todoist.call('POST', `/api/v1/tasks/${id}`, {
        content: `For somebody fub:${PERSON}`,
      })
      await bridge.settle()
      const task = (await bridge.fubTasks()).find(({ name }) => name === 'For somebody')
      expect(task?.personId).toBe(PERSON)
      expect(await itemOf(bridge, id)).toMatchObject({
        content: 'For somebody',
        labels: ['mine', 'Call'],
        description: `text\n\n---\n${linesOf(await personOf(bridge))}\ndealbridge: follow-up-boss/task/${task?.id}`,
      })
      expect(await commentsOn(bridge, id)).toEqual([expect.stringContaining('the person is known now')])
    },
  )

  it.each(BUNDLES)(
    'gets one comment, also when the reply to it is lost (open questions: %s)',
    async (bundle) => {
      await using bridge = await openBridge({ settings: settingsOf(bundle) })
      await begin(bridge)
      const id = await addItem(bridge, { content: 'For nobody' })
      await bridge.showNewTasks()
      await bridge.worker.pull('right', 'incremental')
      // Not the look before it: the first request that writes.
      await bridge.fault('todoist', [{ match: 'POST /api/v1/sync', nth: 2, do: 'reply-lost' }])
      await bridge.worker.work().catch(() => undefined)
      const [op] = await bridge.db`select status from op where cause = 'notice'`
      expect(['sent', 'unknown']).toContain(op?.status)
      await bridge.settle()
      expect((await itemOf(bridge, id))?.labels).toEqual(['needs-person'])
      expect(await commentsOn(bridge, id)).toHaveLength(1)
    },
  )

  it('is not labelled again when its user takes the label away', async () => {
    await using bridge = await openBridge()
    await begin(bridge)
    const id = await addItem(bridge, { content: 'For nobody' })
    await bridge.settle()
    await bridge.todoist.call('POST', `/api/v1/tasks/${id}`, { labels: [] })
    await bridge.settle()
    expect((await itemOf(bridge, id))?.labels).toEqual([])
    expect(await commentsOn(bridge, id)).toHaveLength(1)
  })

  it('is named by a label, which goes with its work done, and never waits where its words name somebody', async () => {
    await using bridge = await openBridge()
    await begin(bridge)
    const id = await addItem(bridge, { content: 'Offer', labels: ['mine', `person-${PERSON}`] })
    await bridge.settle()
    expect(await itemOf(bridge, id)).toMatchObject({ content: 'Offer', labels: ['mine'] })
    expect(await commentsOn(bridge, id)).toEqual([])
  })
})

it('a task whose person the key may not see any more says so, until it can be seen again', async () => {
  await using bridge = await openBridge({
    fubKeys: { agent: 7, owner: 1 },
    policy: { assignees: 'anyone' },
  })
  const { body } = await bridge.fub.call<{ people: { id: number }[] }>('GET', '/v1/people?limit=100')
  const person = body.people[0]?.id
  await bridge.fub.call('PUT', `/v1/people/${person}`, { assignedUserId: 7 })
  await bridge.addFubTask({ name: 'Mine for now', personId: person, assignedUserId: 7 })
  await bridge.settle()
  const [item] = await bridge.items()
  await bridge.fub.call('PUT', `/v1/people/${person}`, { assignedUserId: 1 })
  await bridge.worker.pull('left', 'complete')
  await bridge.settle()
  await bridge.worker.pull('left', 'complete')
  await bridge.settle()
  expect(await itemOf(bridge, item?.id)).toMatchObject({
    labels: ['sync-problem'],
    description: item?.description,
  })
  expect(await commentsOn(bridge, item?.id)).toEqual([expect.stringContaining('cannot be seen any more')])
  const [pair] = await bridge.db`select reason from pair`
  expect(pair?.reason).toBe('not-visible')

  await bridge.fub.call('PUT', `/v1/people/${person}`, { assignedUserId: 7 })
  await bridge.worker.pull('left', 'complete')
  await bridge.settle()
  expect((await itemOf(bridge, item?.id))?.labels).toEqual([])
  expect(await commentsOn(bridge, item?.id)).toEqual([expect.stringContaining('can be seen')])
})
