import { runInNewContext } from 'node:vm'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { z } from 'zod'
import { todoistPage } from './page-part.ts'
import { emptyAccount, type TestClient } from './test-client.ts'

const view = z.object({
  note: z.string(),
  groups: z.array(
    z.object({
      id: z.string(),
      title: z.string(),
      choices: z.array(z.looseObject({ id: z.string(), value: z.string() })),
      tasks: z.array(
        z.looseObject({
          id: z.string(),
          title: z.string(),
          due: z.string(),
          done: z.boolean(),
          detail: z.string(),
        }),
      ),
    }),
  ),
  targets: z.array(z.object({ id: z.string(), label: z.string() })),
})
type Part = {
  load(search: string): Promise<unknown>
  add(target: string, title: string, due: string): Promise<void>
  edit(id: string, title: string, due: string, changed: { title: boolean; due: boolean }): Promise<void>
  setDone(id: string, done: boolean): Promise<void>
  move(id: string, target: string): Promise<void>
  choose(id: string, option: string): Promise<void>
  remove(id: string): Promise<void>
}

let client: TestClient
let part: Part

beforeEach(async () => {
  client = await emptyAccount()
  await client.admin('clock', { now: new Date().toISOString() })
  const page = todoistPage()
  const script = page.slice(page.lastIndexOf('\nstart({') + 7, page.lastIndexOf(')\n</script>'))
  const api = async (method: string, path: string, body?: unknown) => {
    const answer = await client.user.call(method, path, body)
    if (answer.status >= 300) throw new Error(JSON.stringify(answer.body))
    return answer.body
  }
  part = runInNewContext(`(${script})`, { api, confirm: () => true }) as Part
})
afterEach(() => client.sim.close())

const look = async (search = '') => view.parse(await part.load(search))
const onlyTask = async () => (await look()).groups.flatMap((group) => group.tasks)[0]

it('shows tasks by project and section, and lets the user do everything to them', async () => {
  const project_id = await client.command('project_add', { name: 'P' })
  await client.command('section_add', { name: 'S', project_id })
  const { targets } = await look()
  expect(targets.map((target) => target.label)).toEqual(['Inbox', 'P', 'P / S'])

  await part.add(targets[2]?.id ?? '', 'Call', '2031-12-03 14:30')
  const task = await onlyTask()
  expect(task).toMatchObject({ title: 'Call', due: '2031-12-03 14:30', done: false })
  const id = task?.id ?? ''
  await part.edit(id, 'Call Dana', '2031-12-03 14:30', { title: true, due: false })
  expect(await client.task(id)).toMatchObject({
    content: 'Call Dana',
    due: { date: '2031-12-03T14:30:00.000000' },
  })
  await look()
  await part.edit(id, 'Call Dana', '', { title: false, due: true })
  expect(await client.task(id)).toMatchObject({ due: null })
  await part.setDone(id, true)
  expect(await onlyTask()).toMatchObject({ done: true })
  await part.setDone(id, false)
  await part.move(id, targets[0]?.id ?? '')
  expect((await look()).groups[0]).toMatchObject({ title: 'Inbox', tasks: [{ id }] })
  expect((await look('nothing like it')).groups).toEqual([])
  await part.remove(id)
  expect(await onlyTask()).toBeUndefined()
  await expect(part.setDone(id, true)).rejects.toThrow('Item not found')
})

it('keeps the zone of a fixed time when its clock time is edited', async () => {
  const due = { date: '2031-12-03T19:00:00Z', timezone: 'America/New_York' }
  const id = await client.command('item_add', { content: 'x', due })
  expect(await onlyTask()).toMatchObject({ due: '2031-12-03 14:00' })
  await part.edit(id, 'x', '2031-12-03 15:00', { title: false, due: true })
  expect(await client.task(id)).toMatchObject({
    due: { date: '2031-12-03T20:00:00.000000Z', timezone: 'America/New_York' },
  })
})

it('sends only what the user changed, whatever others changed meanwhile', async () => {
  const id = await client.command('item_add', { content: 'x', due: { string: '2031-12-03' } })
  await look()
  await client.command('item_update', { id, content: 'theirs', due: { date: '2031-12-09' } })
  await look()
  await part.edit(id, 'mine', '2031-12-03', { title: true, due: false })
  expect(await client.task(id)).toMatchObject({ content: 'mine', due: { date: '2031-12-09' } })
})

it('shows the phrase of a recurring task', async () => {
  await client.command('item_add', { content: 'x', due: { string: 'every monday' } })
  expect(await onlyTask()).toMatchObject({ due: 'every monday', detail: expect.stringContaining('next 20') })
})

it('moves, archives and deletes a section with its tasks', async () => {
  const [from, to] = [
    await client.command('project_add', { name: 'From' }),
    await client.command('project_add', { name: 'To' }),
  ]
  const section_id = await client.command('section_add', { name: 'S', project_id: from })
  await client.command('item_add', { content: 'Call', section_id })
  const section = async () => (await look()).groups.find(({ id }) => id === `section:${section_id}`)
  expect(await section()).toMatchObject({ title: 'From / S', choices: [{ id: section_id, value: from }] })
  await part.choose(section_id, to)
  expect(await section()).toMatchObject({ title: 'To / S', choices: [{ value: to }] })
  await part.choose(section_id, 'archive')
  expect(await section()).toBeUndefined()
  await client.command('section_unarchive', { id: section_id })
  await part.choose(section_id, 'delete')
  expect((await look()).groups.flatMap(({ tasks }) => tasks)).toEqual([])
})
