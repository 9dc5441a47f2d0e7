import { describe, expect, it } from 'vitest'
import { explain } from '../../src/starter/commands/explain.ts'
import { type Bridge, openBridge, PERSON } from './bridge.ts'

type Item = {
  readonly id: string
  readonly content: string
  readonly checked: boolean
  readonly completed_count: number
  readonly due: { readonly date: string; readonly string: string; readonly is_recurring: boolean } | null
}

/** A weekly report in Todoist, linked to a task of Follow Up Boss. */
async function withSeries(bridge: Bridge, words = 'every monday', given: Record<string, unknown> = {}) {
  // The general project is made with the first task.
  await bridge.addFubTask({ name: 'Something else' })
  await bridge.settle()
  const { body } = await bridge.todoist.call<Item>('POST', '/api/v1/tasks', {
    content: `Report fub:${PERSON}`,
    project_id: await bridge.general(),
    due_string: words,
    ...given,
  })
  await bridge.settle()
  return {
    item: async () => (await bridge.todoist.call<Item>('GET', `/api/v1/tasks/${body.id}`)).body,
    close: () => bridge.todoist.call('POST', `/api/v1/tasks/${body.id}/close`),
    tasks: async () =>
      (await bridge.fubTasks())
        .filter((task) => task.name.startsWith('Report'))
        .sort((a, b) => a.id - b.id)
        .map(({ id, isCompleted, dueDate }) => ({ id, open: isCompleted === 0, dueDate })),
    complete: (id: number) => bridge.fub.call('PUT', `/v1/tasks/${id}`, { isCompleted: true }),
  }
}

const lastOf = <T>(some: readonly T[]): T => {
  const last = some.at(-1)
  if (last === undefined) throw new Error('there is none')
  return last
}

describe('a repeating task of Todoist', () => {
  it('has the current occurrence as a task of Follow Up Boss', async () => {
    await using bridge = await openBridge()
    const series = await withSeries(bridge)
    const { due } = await series.item()
    expect(due?.is_recurring).toBe(true)
    expect(await series.tasks()).toEqual([{ id: expect.any(Number), open: true, dueDate: due?.date }])
  })

  it.each(['every monday', 'every! 3 days', 'every workday', 'every 31st'])(
    'closed in Todoist (%s) completes that task and makes the next one, once for each time',
    async (words) => {
      await using bridge = await openBridge()
      const series = await withSeries(bridge, words)
      for (let times = 1; times <= 3; times += 1) {
        await series.close()
        await bridge.settle()
        const { due, completed_count } = await series.item()
        expect(completed_count).toBe(times)
        expect((await series.tasks()).map((one) => one.open)).toEqual([...Array(times).fill(false), true])
        expect(lastOf(await series.tasks()).dueDate).toBe(due?.date)
      }
    },
  )

  it('completed in Follow Up Boss is closed once, and its next occurrence gets a task', async () => {
    await using bridge = await openBridge()
    const series = await withSeries(bridge)
    const before = (await series.item()).due?.date
    await series.complete(lastOf(await series.tasks()).id)
    await bridge.settle()
    const { due, completed_count, checked } = await series.item()
    expect({ completed_count, checked }).toEqual({ completed_count: 1, checked: false })
    expect(due?.date).not.toBe(before)
    expect(await series.tasks()).toEqual([
      { id: expect.any(Number), open: false, dueDate: before },
      { id: expect.any(Number), open: true, dueDate: due?.date },
    ])
  })

  it('is closed once, though the answer to closing it was lost', async () => {
    await using bridge = await openBridge()
    const series = await withSeries(bridge)
    await bridge.fault('todoist', [{ match: 'POST /api/v1/sync', nth: 2, do: 'reply-lost' }])
    await series.complete(lastOf(await series.tasks()).id)
    await bridge.settle()
    expect((await series.item()).completed_count).toBe(1)
    expect((await series.tasks()).map((one) => one.open)).toEqual([false, true])
  })

  it('closed several times while nobody looked: skipped occurrences are not made', async () => {
    await using bridge = await openBridge()
    const series = await withSeries(bridge, 'every day')
    for (let times = 0; times < 4; times += 1) await series.close()
    await bridge.settle()
    const { due } = await series.item()
    expect(await series.tasks()).toEqual([
      { id: expect.any(Number), open: false, dueDate: expect.any(String) },
      { id: expect.any(Number), open: true, dueDate: due?.date },
    ])
  })

  it('closed on both sides while nobody looked is closed once', async () => {
    await using bridge = await openBridge()
    const series = await withSeries(bridge)
    await series.complete(lastOf(await series.tasks()).id)
    await series.close()
    await bridge.settle()
    expect((await series.item()).completed_count).toBe(1)
    expect((await series.tasks()).map((one) => one.open)).toEqual([false, true])
  })

  it('keeps its repetition when this occurrence is moved in Follow Up Boss', async () => {
    await using bridge = await openBridge()
    const series = await withSeries(bridge)
    const { id } = lastOf(await series.tasks())
    await bridge.fub.call('PUT', `/v1/tasks/${id}`, { dueDate: '2027-03-03' })
    await bridge.settle()
    expect((await series.item()).due).toMatchObject({
      date: '2027-03-03',
      string: 'every monday',
      is_recurring: true,
    })
    await series.close()
    await bridge.settle()
    expect((await series.tasks()).map((one) => one.open)).toEqual([false, true])
  })

  it('whose repetition was changed goes on with the new one', async () => {
    await using bridge = await openBridge()
    const series = await withSeries(bridge)
    const { id } = await series.item()
    await bridge.todoist.call('POST', `/api/v1/tasks/${id}`, { due_string: 'every friday' })
    await bridge.settle()
    const { due } = await series.item()
    expect(await series.tasks()).toEqual([{ id: expect.any(Number), open: true, dueDate: due?.date }])
  })

  it('without its repetition is a plain task', async () => {
    await using bridge = await openBridge()
    const series = await withSeries(bridge)
    await series.close()
    await bridge.settle()
    const { id } = await series.item()
    await bridge.todoist.call('POST', `/api/v1/tasks/${id}`, { due_date: '2027-01-04' })
    await bridge.settle()
    await series.close()
    await bridge.settle()
    expect((await series.item()).checked).toBe(true)
    expect((await series.tasks()).map((one) => one.open)).toEqual([false, false])
  })

  it('that was a plain task before and was closed at once completes the task it had', async () => {
    await using bridge = await openBridge()
    const series = await withSeries(bridge, 'tomorrow')
    const { id } = await series.item()
    await bridge.todoist.call('POST', `/api/v1/tasks/${id}`, { due_string: 'every day' })
    await series.close()
    await bridge.settle()
    expect((await series.tasks()).map((one) => one.open)).toEqual([false, true])
  })

  it('writes nothing in quiet', async () => {
    await using bridge = await openBridge()
    const series = await withSeries(bridge)
    await series.close()
    await bridge.settle()
    const count = async () => {
      const { body: fub } = await bridge.fub.call<{ counts: Record<string, number> }>(
        'GET',
        '/__sim/requests',
      )
      return Object.entries(fub.counts ?? {}).filter(([name]) => !name.startsWith('GET'))
    }
    const before = [await count(), (await series.item()).completed_count]
    await bridge.worker.pull('left', 'complete')
    await bridge.worker.pull('right', 'complete')
    await bridge.settle()
    expect([await count(), (await series.item()).completed_count]).toEqual(before)
  })

  it('keeps its rule when its date is cleared in Follow Up Boss: the date comes back there, and that is noted', async () => {
    await using bridge = await openBridge()
    const series = await withSeries(bridge)
    const { due } = await series.item()
    const [task] = await series.tasks()
    await bridge.fub.call('PUT', `/v1/tasks/${task?.id}`, { dueDate: null })
    await bridge.settle()
    expect((await series.item()).due).toEqual(due)
    expect(await series.tasks()).toMatchObject([{ open: true, dueDate: due?.date }])
    expect(await bridge.db`select field, decision from conflict`).toEqual([
      { field: 'due', decision: 'right' },
    ])
    const asked = { ...bridge, secretKey: async () => '', signal: new AbortController().signal }
    const said = (await explain(asked, `follow-up-boss/task/${task?.id}`)).lines.join('\n')
    expect(said).toMatch(/, due, .*: it repeats in Todoist, and has to have a date there: that stays/u)
    expect(said).toMatch(
      /Follow Up Boss: due .*, because it repeats in Todoist, and has to have a date there/u,
    )
    expect(said).not.toMatch(/changed in Todoist|decided by rule/u)
  })

  it('that was closed while nobody knew whose it is has the task of the present occurrence, and no other', async () => {
    await using bridge = await openBridge()
    const series = await withSeries(bridge, 'every day', { content: 'Report' })
    await series.close()
    await bridge.settle()
    const { id, due } = await series.item()
    await bridge.todoist.call('POST', `/api/v1/tasks/${id}`, { content: `Report fub:${PERSON}` })
    await bridge.settle()
    expect(await series.tasks()).toEqual([{ id: expect.any(Number), open: true, dueDate: due?.date }])
  })

  it('goes on with the person to whom its task was given in Follow Up Boss', async () => {
    await using bridge = await openBridge()
    const series = await withSeries(bridge)
    const [task] = await series.tasks()
    await bridge.fub.call('PUT', `/v1/tasks/${task?.id}`, { personId: PERSON + 1 })
    await bridge.settle()
    await series.close()
    await bridge.settle()
    const next = lastOf(await series.tasks())
    expect(next.id).not.toBe(task?.id)
    const tasks = await bridge.fubTasks()
    expect(tasks.find(({ id }) => id === next.id)?.personId).toBe(PERSON + 1)
  })

  it('leaves a title that a person keeps apart to the next occurrence', async () => {
    await using bridge = await openBridge()
    const series = await withSeries(bridge)
    await bridge.db`update pair set overrides = '["title"]' where origin = 'right'`
    const [task] = await series.tasks()
    await bridge.fub.call('PUT', `/v1/tasks/${task?.id}`, { name: 'Report to the lender, in my words' })
    await bridge.settle()
    await series.close()
    await bridge.settle()
    const next = lastOf(await series.tasks())
    const tasks = await bridge.fubTasks()
    expect(tasks.find(({ id }) => id === next.id)?.name).toBe('Report to the lender, in my words')
  })
})
