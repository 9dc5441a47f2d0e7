import { expect, it } from 'vitest'
import { explain } from '../../src/starter/commands/explain.ts'
import { logLines, readLog } from '../../src/starter/commands/log.ts'
import { type ListBridge, type ListedItem, openListBridge } from './list-bridge.ts'

/** Two lists on each side, mapped; a third on the left is nobody's business. */
async function openMapped() {
  const bridge = await openListBridge()
  const lists = {
    left: { work: await bridge.addList('left', 'Work'), home: await bridge.addList('left', 'Home') },
    right: { work: await bridge.addList('right', 'Job'), home: await bridge.addList('right', 'House') },
    other: await bridge.addList('left', 'Other'),
  }
  await bridge.map({ left: lists.left.work, right: lists.right.work })
  await bridge.map({ left: lists.left.home, right: lists.right.home })
  return { bridge, lists }
}

const move = ({ users }: ListBridge, side: 'left' | 'right', id: string, to: Record<string, string>) =>
  users[side].call('POST', `/api/v1/tasks/${id}/move`, to)

const places = (items: readonly ListedItem[]) => items.map(({ content, project_id }) => [content, project_id])

it('a task of a mapped list comes into its list on the other side, and none of another list does', async () => {
  const { bridge: opened, lists } = await openMapped()
  await using bridge = opened
  await bridge.add('left', {
    content: 'A',
    project_id: lists.left.work,
    labels: ['vip'],
    due_date: '2027-01-04',
  })
  await bridge.add('right', { content: 'B', project_id: lists.right.home })
  await bridge.add('left', { content: 'C', project_id: lists.other })
  await bridge.settle()
  expect(places(await bridge.items('right'))).toEqual([
    ['B', lists.right.home],
    ['A', lists.right.work],
  ])
  expect(places(await bridge.items('left')).sort()).toEqual([
    ['A', lists.left.work],
    ['B', lists.left.home],
    ['C', lists.other],
  ])
  expect((await bridge.items('right')).find(({ content }) => content === 'A')).toMatchObject({
    labels: ['vip'],
    due: { date: '2027-01-04' },
  })
})

it('a task that is moved to another mapped list moves on the other side, and its edit goes along', async () => {
  const { bridge: opened, lists } = await openMapped()
  await using bridge = opened
  const made = await bridge.add('left', { content: 'A', project_id: lists.left.work })
  await bridge.settle()
  await move(bridge, 'left', made.id, { project_id: lists.left.home })
  await bridge.users.left.call('POST', `/api/v1/tasks/${made.id}`, { content: 'A, at home' })
  await bridge.settle()
  const [there] = await bridge.items('right')
  expect(there).toMatchObject({ content: 'A, at home', project_id: lists.right.home })
  await move(bridge, 'right', there?.id ?? '', { project_id: lists.right.work })
  await bridge.settle()
  expect(places(await bridge.items('left'))).toEqual([['A, at home', lists.left.work]])
  expect(await bridge.db`select from conflict`).toHaveLength(0)
  const log = (await logLines(bridge, await readLog(bridge, {}))).join('\n')
  expect(log).toMatch(/Todoist \(right\): title “A” -> “A, at home”.*, list “Job” -> “House”/u)
  expect(log).toContain('Todoist (left): list “Home” -> “Work”, because it was changed in Todoist (right)')
  const asked = { ...bridge, secretKey: async () => '', signal: new AbortController().signal }
  const { lines } = await explain(asked, made.id)
  expect(lines.filter((line) => line.startsWith('    title'))).toEqual([
    expect.stringMatching(/, list “Work”$/u),
    expect.stringMatching(/, list “Job”$/u),
  ])
})

it('a task that is moved to a list of nobody’s business is let go on both sides, and comes back with its base', async () => {
  const { bridge: opened, lists } = await openMapped()
  await using bridge = opened
  const made = await bridge.add('left', { content: 'A', project_id: lists.left.work })
  await bridge.settle()
  await move(bridge, 'left', made.id, { project_id: lists.other })
  await bridge.users.left.call('POST', `/api/v1/tasks/${made.id}`, { content: 'A, elsewhere' })
  await bridge.settle()
  expect(places(await bridge.items('right'))).toEqual([['A', lists.right.work]])
  await move(bridge, 'left', made.id, { project_id: lists.left.home })
  await bridge.settle()
  expect(places(await bridge.items('right'))).toEqual([['A, elsewhere', lists.right.home]])
})

it('a list flows one way where its mapping says so', async () => {
  await using bridge = await openListBridge()
  const [left, right] = [await bridge.addList('left', 'Work'), await bridge.addList('right', 'Job')]
  await bridge.map({ left, right, direction: 'toRight' })
  await bridge.add('left', { content: 'A', project_id: left })
  await bridge.add('right', { content: 'B', project_id: right })
  await bridge.settle()
  const [copy] = (await bridge.items('right')).filter(({ content }) => content === 'A')
  await bridge.users.right.call('POST', `/api/v1/tasks/${copy?.id}`, { content: 'A, edited in the copy' })
  await bridge.settle()
  expect(places(await bridge.items('left'))).toEqual([['A', left]])
  expect((await bridge.items('right')).map(({ content }) => content).sort()).toEqual([
    'A, edited in the copy',
    'B',
  ])
  const asked = { ...bridge, secretKey: async () => '', signal: new AbortController().signal }
  const { lines, json } = await explain(asked, copy?.id ?? '')
  expect(lines).toContain(
    '  stays different: title was changed in Todoist (right), and the route does not carry that to Todoist (left)',
  )
  expect(json).toMatchObject({ tasks: [{ notCarried: [{ side: 'right', field: 'title' }] }] })
})

it('sub-tasks come below their parents, whichever is seen first, and move with their user', async () => {
  const { bridge: opened, lists } = await openMapped()
  await using bridge = opened
  const parent = await bridge.add('left', { content: 'P', project_id: lists.left.work })
  const child = await bridge.add('left', { content: 'C', parent_id: parent.id })
  await bridge.add('left', { content: 'G', parent_id: child.id })
  const other = await bridge.add('left', { content: 'Q', project_id: lists.left.work })
  await bridge.settle()
  const named = async (side: 'left' | 'right') =>
    new Map((await bridge.items(side)).map((item) => [item.content, item]))
  const first = await named('right')
  expect(first.get('C')?.parent_id).toBe(first.get('P')?.id)
  expect(first.get('G')?.parent_id).toBe(first.get('C')?.id)

  await move(bridge, 'left', child.id, { parent_id: other.id })
  await bridge.settle()
  const moved = await named('right')
  expect(moved.get('C')?.parent_id).toBe(first.get('Q')?.id)
  expect(moved.get('G')?.parent_id).toBe(first.get('C')?.id)

  await move(bridge, 'right', first.get('C')?.id ?? '', { project_id: lists.right.home })
  await bridge.settle()
  const out = await named('left')
  expect(out.get('C')).toMatchObject({ parent_id: null, project_id: lists.left.home })
  expect(out.get('G')).toMatchObject({ parent_id: child.id, project_id: lists.left.home })
  expect(await bridge.db`select from conflict`).toHaveLength(0)
})

it('two tasks that users of both sides put below each other stay where each has put them, and in no circle', async () => {
  const { bridge: opened, lists } = await openMapped()
  await using bridge = opened
  for (const content of ['A', 'B']) await bridge.add('left', { content, project_id: lists.left.work })
  await bridge.settle()
  const named = async (side: 'left' | 'right') =>
    new Map((await bridge.items(side)).map((item) => [item.content, item]))
  const [left, right] = [await named('left'), await named('right')]
  await move(bridge, 'left', left.get('A')?.id ?? '', { parent_id: left.get('B')?.id ?? '' })
  await move(bridge, 'right', right.get('B')?.id ?? '', { parent_id: right.get('A')?.id ?? '' })
  await bridge.settle()
  expect(await bridge.db`select state from pair where state <> 'ok'`).toEqual([])
  expect((await named('left')).get('A')?.parent_id).toBe(left.get('B')?.id)
  expect((await named('left')).get('B')?.parent_id).toBeNull()
  expect((await named('right')).get('B')?.parent_id).toBe(right.get('A')?.id)
  expect((await named('right')).get('A')?.parent_id).toBeNull()
})

it('between two task apps that each have words of their own for it, the one where the task repeats drives', async () => {
  const { bridge: opened, lists } = await openMapped()
  await using bridge = opened
  const series = await bridge.add('left', {
    content: 'Report',
    project_id: lists.left.work,
    due_string: 'every day',
  })
  await bridge.settle()
  const [first] = await bridge.items('right')
  await bridge.users.left.call('POST', `/api/v1/tasks/${series.id}/close`)
  await bridge.settle()
  const [second, ...more] = await bridge.items('right')
  expect(more).toEqual([])
  expect(second?.id).not.toBe(first?.id)
  const dueOf = async () => (await bridge.items('left'))[0]?.due?.date
  expect(second?.due?.date).toBe(await dueOf())

  await bridge.users.right.call('POST', `/api/v1/tasks/${second?.id}/close`)
  await bridge.settle()
  const [third] = await bridge.items('right')
  expect(third?.id).not.toBe(second?.id)
  expect(third?.due?.date).toBe(await dueOf())
  expect(third?.due?.date).not.toBe(second?.due?.date)
})
