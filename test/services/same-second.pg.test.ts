import { expect, it } from 'vitest'
import { type Bridge, openBridge } from './bridge.ts'

const LONG = `Ask about the roof, the gate code and ${'the neighbours '.repeat(12)}👩‍👩‍👧`.trim()

async function withOne(bridge: Bridge) {
  const made = await bridge.addFubTask({ name: 'Call Tom', dueDate: '2027-01-04' })
  await bridge.settle()
  const [item] = await bridge.items()
  return {
    left: (fields: Record<string, unknown>) => bridge.fub.call('PUT', `/v1/tasks/${made.id}`, fields),
    right: (fields: Record<string, unknown>) =>
      bridge.todoist.call('POST', `/api/v1/tasks/${item?.id}`, fields),
    both: async () => {
      const task = (await bridge.fubTasks()).find((one) => one.id === made.id)
      const [now] = await bridge.items()
      return {
        left: { title: task?.name, day: task?.dueDate, type: task?.type },
        right: { title: now?.content, day: now?.due?.date, labels: now?.labels },
      }
    },
  }
}

it('two people who edit different fields of a task in the same second both see both edits', async () => {
  await using bridge = await openBridge()
  const one = await withOne(bridge)
  await Promise.all([
    one.left({ name: LONG, type: 'Call' }),
    one.right({ due_date: '2027-02-28', labels: ['vip'] }),
  ])
  await bridge.settle()
  expect(await one.both()).toEqual({
    left: { title: LONG, day: '2027-02-28', type: 'Call' },
    right: { title: LONG, day: '2027-02-28', labels: ['call', 'vip'] },
  })
  expect(await bridge.db`select from conflict`).toEqual([])
})

it.each(['left', 'right'] as const)(
  'of two edits of the same field the later one, on the %s, wins, and the earlier is kept in full',
  async (later) => {
    await using bridge = await openBridge()
    const one = await withOne(bridge)
    const write = {
      left: (title: string) => one.left({ name: title }),
      right: (title: string) => one.right({ content: title }),
    }
    const earlier = later === 'left' ? 'right' : 'left'
    await write[earlier](LONG)
    await bridge.worker.pull(earlier, 'incremental')
    // The rule compares whole seconds in which the two values reached us.
    await bridge.db`update remote_task set field_seen = field_seen || jsonb_build_object('title',
      (field_seen ->> 'title')::bigint - 1) where presence = 'present'`
    await write[later]('Typed a second later')
    await bridge.settle()
    const both = await one.both()
    expect([both.left.title, both.right.title]).toEqual(['Typed a second later', 'Typed a second later'])
    const conflicts = await bridge.db`select field, "left", "right", decision, base from conflict`
    expect(conflicts).toEqual([
      {
        field: 'title',
        left: later === 'left' ? 'Typed a second later' : LONG,
        right: later === 'right' ? 'Typed a second later' : LONG,
        decision: later,
        base: { left: 'Call Tom', right: 'Call Tom' },
      },
    ])
  },
)
