import { beforeEach, expect, test } from 'vitest'
import { DEFAULT_DEALS } from '../../src/core/deal-policy.ts'
import { standardLabels } from '../../src/core/standard-labels.ts'
import { labels } from '../../src/starter/commands/deal-labels.ts'
import { explain } from '../../src/starter/commands/explain.ts'
import { edit } from '../../src/starter/commands/route-edit.ts'
import { routeFileChange } from '../../src/starter/route-file.ts'
import { routeById } from '../../src/store/routes.ts'
import { type Desk, deskAt } from './deal-office.ts'
import { commentBody, type NoteDesk, openNoteDesk } from './note-desk.ts'

let bridge: NoteDesk
let desk: Desk

beforeEach(async () => {
  bridge = await openNoteDesk({ deals: DEFAULT_DEALS })
  desk = deskAt(bridge)
  await bridge.addFubTask({ name: 'Call' })
  await bridge.settle()
  return () => bridge[Symbol.asyncDispose]()
})

const policy = async () => (await routeById(bridge.db, bridge.routeId)).policy

test('a route copies comments from when it is told to, and again from then on when it is told again', async () => {
  await bridge.comment('Call', 'Before')
  const trial = await edit(desk.deciding, 'main', { comments: 'on', dryRun: true })
  expect(trial.lines).toContain(
    'Comments of users become notes on the person, those that are made from now on.',
  )
  expect((await policy()).comments).toBeUndefined()
  await edit(desk.deciding, 'main', { comments: 'on' })
  await bridge.settle()
  const id = await bridge.comment('Call', 'After')
  await bridge.settle()
  expect(await bridge.bodies()).toEqual([commentBody('Call', 'After', id)])

  await edit(desk.deciding, 'main', { comments: 'off' })
  await bridge.settle()
  await bridge.comment('Call', 'Meanwhile')
  await edit(desk.deciding, 'main', { comments: 'on' })
  await bridge.settle()
  expect(await bridge.bodies()).toEqual([commentBody('Call', 'After', id)])
})

test('tasks that are there get their notes when the route is told to write them; explain tells of it', async () => {
  await edit(desk.deciding, 'main', { notes: 'on' })
  await bridge.settle()
  const [note] = await bridge.notes()
  expect(note?.body).toMatch(/^Task: Call\n/u)
  const { lines } = await explain(desk.deciding, await desk.pairOf('Call'))
  expect(lines).toContain(`  note that tells of it on person 5001 (note ${note?.id}): written`)

  const off = await edit(desk.deciding, 'main', { notes: 'off' })
  expect(off.lines).toContain('Tasks are not told of in notes any more; those that are there stay.')
  await bridge.todoist.call('POST', `/api/v1/tasks/${(await bridge.item('Call')).id}`, { content: 'Visit' })
  await bridge.settle()
  expect(await bridge.notes()).toEqual([note])
})

test('the file of a route says both', () => {
  expect(routeFileChange('comments: true\nnotes: false\n', 'main.yaml')).toMatchObject({
    comments: true,
    notes: false,
  })
  expect(() => routeFileChange('note: true\n', 'main.yaml')).toThrow(
    expect.objectContaining({ hints: ['main.yaml, line 1: nobody knows note; do you mean notes?'] }),
  )
})

test('standard labels are proposed, and those made that are not there', async () => {
  await bridge.todoist.call('POST', '/api/v1/labels', { name: 'Call', color: 'yellow' })
  const seen = await labels(desk.deciding, 'main', {})
  expect(seen.lines.join('\n')).toMatch(
    /types of tasks \(blue\): follow-up \(missing\), call, text \(missing\)/u,
  )
  expect(seen.lines.at(-1)).toContain('deals labels main --apply')
  const own = async () =>
    (
      await bridge.todoist.call<{ results: { name: string; color: string }[] }>(
        'GET',
        '/api/v1/labels?limit=200',
      )
    ).body.results.map(({ name, color }) => ({ name, color }))
  await labels(desk.deciding, 'main', { apply: true, dryRun: true })
  expect(await own()).toEqual([{ name: 'Call', color: 'yellow' }])

  const done = await labels(desk.deciding, 'main', { apply: true })
  const wanted = standardLabels(await policy())
  expect(done.lines.at(-1)).toBe(`${wanted.length - 1} labels made; those that were there are untouched.`)
  expect(await own()).toEqual(
    expect.arrayContaining([
      { name: 'Call', color: 'yellow' },
      { name: 'needs-person', color: 'red' },
      { name: 'buyer', color: 'green' },
      { name: 'crm', color: 'charcoal' },
    ]),
  )
  expect(await own()).toHaveLength(wanted.length)
  const again = await labels(desk.deciding, 'main', { apply: true })
  expect(again.lines.at(-1)).toBe('The account has all of them; none is touched.')
  expect(await own()).toHaveLength(wanted.length)
})

test('a route that has no people with notes is refused, and changes nothing', async () => {
  const [local] = await bridge.db<{ id: string }[]>`
    update connection set provider = 'todoist' where provider = 'follow-up-boss' returning id`
  expect(local).toBeDefined()
  await expect(edit(desk.deciding, 'main', { notes: 'on' })).rejects.toMatchObject({
    code: 'NO_NOTES',
    exitCode: 2,
  })
  expect((await policy()).notes).toBeUndefined()
})
