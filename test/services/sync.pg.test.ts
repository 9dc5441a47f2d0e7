import { describe, expect, it } from 'vitest'
import { storeDelivery } from '../../src/store/deliveries.ts'
import { BUNDLES, settingsOf } from '../support/unproven.ts'
import { type BridgeOptions, openBridge as open, PERSON } from './bridge.ts'

const EMOJI = '🏡 Härte der Tür: 走る 👩‍👩‍👧 <b>&amp;</b> *bold*'

describe.each(BUNDLES)('with open questions of both services as %s:', (bundle) => {
  const settings = settingsOf(bundle)
  const openBridge = (options: BridgeOptions = {}) => open({ ...options, settings })
  const takesDates = settings.followUpBoss.putDue === 'accept'

  describe('a task of Follow Up Boss', () => {
    it('goes into General with its date, type and marker; edits, completion and deletion follow, both ways', async () => {
      await using bridge = await openBridge()
      const made = await bridge.addFubTask({
        name: 'Call about inspection',
        type: 'Call',
        dueDate: '2027-03-05',
      })
      await bridge.settle()
      const [item] = await bridge.items()
      expect(item).toMatchObject({
        content: 'Call about inspection',
        labels: ['call'],
        due: { date: '2027-03-05' },
      })
      expect(item?.project_id).toBe(await bridge.general())
      expect(item?.description).toContain(`dealbridge: follow-up-boss/task/${made.id}`)

      await bridge.fub.call('PUT', `/v1/tasks/${made.id}`, { name: 'Call Tom back' })
      await bridge.settle()
      await bridge.todoist.call('POST', `/api/v1/tasks/${item?.id}`, { due_datetime: '2027-03-06T15:30:00' })
      await bridge.settle()
      expect((await bridge.items())[0]).toMatchObject({ content: 'Call Tom back' })
      expect((await bridge.fubTasks())[0]).toMatchObject({
        name: 'Call Tom back',
        ...(takesDates
          ? { dueDateTime: '2027-03-06T20:30:00Z' }
          : { dueDate: '2027-03-05', dueDateTime: null }),
      })
      // A date that Follow Up Boss does not take stays as its user set it, on both sides, and is shown as a failure.
      const [pair] = await bridge.db`select state, last_error as "lastError" from pair`
      expect(pair).toEqual(
        takesDates
          ? { state: 'ok', lastError: null }
          : { state: 'error', lastError: expect.stringContaining('does not accept a new due date') },
      )
      expect((await bridge.items())[0]?.due).toMatchObject({
        date: expect.stringContaining('2027-03-06T15:30:00'),
        timezone: null,
      })

      await bridge.todoist.call('POST', `/api/v1/tasks/${item?.id}/close`)
      await bridge.settle()
      expect((await bridge.fubTasks())[0]?.isCompleted).toBe(1)
      await bridge.fub.call('PUT', `/v1/tasks/${made.id}`, { isCompleted: false })
      await bridge.settle()
      expect((await bridge.items())[0]).toMatchObject({ id: item?.id, checked: false })

      await bridge.fub.call('DELETE', `/v1/tasks/${made.id}`)
      // With the budget used up, looks at what is missing are left to a later walk.
      await bridge.db`truncate quota`
      await bridge.worker.pull('left', 'complete')
      await bridge.settle()
      // A date that was never taken is an edit, and an edit beats a deletion: the task is made anew, with that date.
      if (takesDates) expect(await bridge.items()).toEqual([])
      else {
        expect((await bridge.items()).map((one) => one.id)).toEqual([item?.id])
        expect(await bridge.fubTasks()).toMatchObject([
          { name: 'Call Tom back', dueDateTime: '2027-03-06T20:30:00Z' },
        ])
      }
    })

    it('that nobody touched is never written again', async () => {
      await using bridge = await openBridge()
      for (let n = 0; n < 5; n += 1)
        await bridge.addFubTask({ name: `Task ${n}`, dueDateTime: `2027-03-0${n + 1}T20:00:00Z` })
      await bridge.settle()
      const ops = await bridge.db`select id from op`
      await bridge.worker.pull('left', 'complete')
      await bridge.worker.pull('right', 'complete')
      await bridge.settle()
      expect(await bridge.db`select id from op`).toHaveLength(ops.length)
      expect(await bridge.items()).toHaveLength(5)
    })

    it.each([
      ['a title of nothing that can be seen', '\u0007', '(no title)'],
      ['a title of 5,000 characters', 'x'.repeat(5_000), 'x'.repeat(500)],
      ['a title with emoji and markup', EMOJI, EMOJI],
    ])('with %s arrives, and the next passes change nothing', async (_what, name, content) => {
      await using bridge = await openBridge()
      const made = await bridge.addFubTask({ name: 'placeholder' })
      // A name that the service does not take is refused to its user too.
      const longest = Number(settings.followUpBoss.nameMax) || name.length
      const { status } = await bridge.fub.call('PUT', `/v1/tasks/${made.id}`, {
        name: name.slice(0, longest),
      })
      await bridge.settle()
      const [item] = await bridge.items()
      expect(item === undefined ? undefined : [...item.content].slice(0, 255).join('')).toBe(
        status < 300 ? [...content].slice(0, 255).join('') : 'placeholder',
      )
      const ops = await bridge.db`select id from op`
      await bridge.worker.pull('right', 'complete')
      await bridge.settle()
      expect(await bridge.db`select id from op`).toHaveLength(ops.length)
    })

    it('due on 29 February arrives on that day', async () => {
      await using bridge = await openBridge()
      await bridge.addFubTask({ name: 'Leap', dueDate: '2028-02-29' })
      await bridge.settle()
      expect((await bridge.items())[0]?.due?.date).toBe('2028-02-29')
    })

    it('of a person whom the key may not see any more is left alone on the other side', async () => {
      await using bridge = await openBridge({
        fubKeys: { agent: 7, owner: 1 },
        policy: { assignees: 'anyone' },
      })
      const { body: people } = await bridge.fub.call<{ people: { id: number; assignedUserId: number }[] }>(
        'GET',
        '/v1/people?limit=100',
      )
      const person = people.people[0]
      await bridge.fub.call('PUT', `/v1/people/${person?.id}`, { assignedUserId: 7 })
      await bridge.addFubTask({ name: 'Mine for now', personId: person?.id, assignedUserId: 7 })
      await bridge.settle()
      expect(await bridge.items()).toHaveLength(1)
      await bridge.fub.call('PUT', `/v1/people/${person?.id}`, { assignedUserId: 1 })
      await bridge.worker.pull('left', 'complete')
      await bridge.settle()
      await bridge.worker.pull('left', 'complete')
      await bridge.settle()
      expect(await bridge.items()).toHaveLength(1)
      const [pair] = await bridge.db`select memory, reason from pair`
      expect(pair).toEqual({ memory: 'unlinked', reason: 'not-visible' })
      await bridge.fub.call('PUT', `/v1/people/${person?.id}`, { assignedUserId: 7 })
      await bridge.worker.pull('left', 'complete')
      await bridge.settle()
      const [back] = await bridge.db`select memory, reason from pair`
      expect(back).toEqual({ memory: 'linked', reason: null })
    })
  })

  describe('a deletion that a delivery announces', () => {
    it('is believed after one look, also when a poll takes the delivery in', async () => {
      await using bridge = await openBridge()
      const made = await bridge.addFubTask({ name: 'Soon gone' })
      await bridge.settle()
      await bridge.fub.call('DELETE', `/v1/tasks/${made.id}`)
      const [left] = await bridge.db<{ id: string }[]>`select left_id as id from route`
      await storeDelivery(bridge.db, {
        connectionId: left?.id ?? '',
        deliveryId: 'one',
        about: 'tasks',
        remoteIds: [String(made.id)],
        made: false,
        deleted: true,
      })
      await bridge.worker.pull('left', 'incremental')
      const [row] = await bridge.db`select presence from remote_task where remote_id = ${String(made.id)}`
      expect(row?.presence).toBe('gone')
      await bridge.settle()
      expect(await bridge.items()).toEqual([])
      expect(await bridge.db`select from delivery where consumed_at is null`).toHaveLength(0)
    })
  })

  describe('a task of Todoist', () => {
    it('in General goes to the person whom its words name, who are then taken out of them', async () => {
      await using bridge = await openBridge()
      await bridge.addFubTask({ name: 'So that General is there' })
      await bridge.settle()
      const { body: person } = await bridge.fub.call<{ id: number; name: string }>(
        'GET',
        `/v1/people/${PERSON + 1}`,
      )
      const project_id = await bridge.general()
      await bridge.todoist.call('POST', '/api/v1/tasks', {
        content: `Send the offer [${person.name}]`,
        project_id,
        due_date: '2027-04-01',
      })
      await bridge.todoist.call('POST', '/api/v1/tasks', {
        content: 'Label only',
        project_id,
        labels: [`person-${PERSON + 1}`, 'mine'],
      })
      await bridge.settle()
      const tasks = (await bridge.fubTasks()).filter((task) => task.personId === person.id)
      expect(tasks.map((task) => task.name).sort()).toEqual(['Label only', 'Send the offer'])
      const items = await bridge.items()
      expect(items.map((item) => item.content).sort()).toEqual([
        'Label only',
        'Send the offer',
        'So that General is there',
      ])
      expect(items.find((item) => item.content === 'Label only')?.labels).toEqual(['mine'])
      // Our marker is written into tasks that a user made, too: a lost record knows them by it.
      const ids = tasks.map((task) => `dealbridge: follow-up-boss/task/${task.id}`)
      const marked = items.filter((item) => ids.some((line) => item.description.endsWith(line)))
      expect(marked.map((item) => item.content).sort()).toEqual(['Label only', 'Send the offer'])
    })

    it('for nobody, or for a person whom the key does not know, waits and is written nowhere', async () => {
      await using bridge = await openBridge()
      await bridge.addFubTask({ name: 'So that General is there' })
      await bridge.settle()
      const project_id = await bridge.general()
      for (const content of ['For nobody', 'For a stranger fub:999999', 'For [No Such Person]']) {
        await bridge.todoist.call('POST', '/api/v1/tasks', { content, project_id })
      }
      await bridge.settle()
      expect(await bridge.fubTasks()).toHaveLength(1)
      const waiting = await bridge.db`select reason from pair where state = 'waiting'`
      expect(waiting.map((row) => row.reason)).toEqual(['needs-person', 'needs-person', 'needs-person'])
      expect((await bridge.items()).map((item) => item.content)).toContain('For [No Such Person]')
    })

    it('outside the projects of the route is never stored nor touched', async () => {
      await using bridge = await openBridge()
      await bridge.addFubTask({ name: 'So that General is there' })
      await bridge.todoist.call('POST', '/api/v1/tasks', { content: 'Dentist fub:5001' })
      await bridge.settle()
      expect(await bridge.fubTasks()).toHaveLength(1)
      expect(await bridge.db`select from remote_task where seen::text like '%Dentist%'`).toHaveLength(0)
    })

    it('deleted there stays in the CRM', async () => {
      await using bridge = await openBridge()
      await bridge.addFubTask({ name: 'Keep me' })
      await bridge.settle()
      await bridge.todoist.call('DELETE', `/api/v1/tasks/${(await bridge.items())[0]?.id}`)
      await bridge.settle()
      expect(await bridge.fubTasks()).toHaveLength(1)
      expect(await bridge.items()).toEqual([])
    })
  })

  describe('a lost reply', () => {
    it('to a create in Todoist makes no second task', async () => {
      await using bridge = await openBridge()
      await bridge.addFubTask({ name: 'Once' })
      await bridge.showNewTasks()
      await bridge.worker.pull('left', 'incremental')
      await bridge.worker.pull('right', 'incremental')
      await bridge.fault('todoist', [{ match: 'POST /api/v1/sync', nth: 1, do: 'reply-lost' }])
      await bridge.worker.work().catch(() => undefined)
      await bridge.settle()
      expect((await bridge.items()).map((item) => item.content)).toEqual(['Once'])
      const { body } = await bridge.todoist.call<{ results: { name: string }[] }>('GET', '/api/v1/projects')
      expect(body.results.filter((one) => one.name.includes('General'))).toHaveLength(1)
    })

    it('to a create in Follow Up Boss makes no second task', async () => {
      await using bridge = await openBridge()
      await bridge.addFubTask({ name: 'So that General is there' })
      await bridge.settle()
      const project_id = await bridge.general()
      await bridge.todoist.call('POST', '/api/v1/tasks', { content: `Once fub:${PERSON}`, project_id })
      await bridge.fault('fub', [{ match: 'POST /v1/tasks', nth: 1, do: 'reply-lost' }])
      await bridge.settle()
      expect((await bridge.fubTasks()).map((task) => task.name).sort()).toEqual([
        'Once',
        'So that General is there',
      ])
      expect(await bridge.items()).toHaveLength(2)
    })
  })

  describe('after the worker was away', () => {
    it('20 changes on each side all settle', async () => {
      await using bridge = await openBridge()
      const tasks = []
      for (let n = 0; n < 40; n += 1) tasks.push(await bridge.addFubTask({ name: `Task ${n}` }))
      await bridge.settle()
      const items = await bridge.items()
      for (let n = 0; n < 20; n += 1) {
        await bridge.fub.call('PUT', `/v1/tasks/${tasks[n]?.id}`, { name: `Changed in the CRM ${n}` })
        const item = items.find((one) => one.content === `Task ${n + 20}`)
        await bridge.todoist.call('POST', `/api/v1/tasks/${item?.id}`, { content: `Changed in the app ${n}` })
      }
      await bridge.settle()
      const names = (await bridge.fubTasks()).map((task) => task.name).sort()
      expect(names).toEqual((await bridge.items()).map((item) => item.content).sort())
      expect(names.filter((name) => name.startsWith('Changed in the app'))).toHaveLength(20)
      expect(names.filter((name) => name.startsWith('Changed in the CRM'))).toHaveLength(20)
    })
  })

  describe('after a loss of the record', () => {
    it('our own tasks are known again by their markers, and none is made twice', async () => {
      await using bridge = await openBridge()
      for (let n = 0; n < 5; n += 1) await bridge.addFubTask({ name: 'The same words' })
      await bridge.settle()
      const fromTodoist = { content: `Made in Todoist fub:${PERSON}`, project_id: await bridge.general() }
      await bridge.todoist.call('POST', '/api/v1/tasks', fromTodoist)
      await bridge.settle()
      const before = (await bridge.items()).map((item) => item.id).sort()
      await bridge.loseTheRecord()
      await bridge.settle()
      expect((await bridge.items()).map((item) => item.id).sort()).toEqual(before)
      expect(await bridge.fubTasks()).toHaveLength(6)
      expect(await bridge.db`select from op`).toHaveLength(0)
    })
  })
})

describe('General', () => {
  it('gets a second project when the first has 270 open tasks', async () => {
    await using bridge = await open()
    for (let n = 0; n < 275; n += 1) await bridge.addFubTask({ name: `Task ${n}` })
    await bridge.settle()
    const items: { project_id: string }[] = []
    for (let cursor: string | null = ''; cursor !== null; ) {
      const { body }: { body: { results: { project_id: string }[]; next_cursor: string | null } } =
        await bridge.todoist.call('GET', `/api/v1/tasks?limit=200${cursor === '' ? '' : `&cursor=${cursor}`}`)
      items.push(...body.results)
      cursor = body.next_cursor
    }
    const perProject = [...new Set(items.map((item) => item.project_id))].map(
      (id) => items.filter((item) => item.project_id === id).length,
    )
    expect(perProject.sort()).toEqual([270, 5].sort())
  })
})
