import { beforeEach, describe, expect, test } from 'vitest'
import { preview } from '../../src/activities/preview.ts'
import { DEFAULT_DEALS } from '../../src/core/deal-policy.ts'
import { explain } from '../../src/starter/commands/explain.ts'
import { edit } from '../../src/starter/commands/route-edit.ts'
import { previewLines } from '../../src/starter/preview-lines.ts'
import { type Bridge, openBridge } from './bridge.ts'
import { type Desk, deskAt } from './deal-office.ts'

let bridge: Bridge
let desk: Desk
let tom: number
let project: string

const USE = { stage: [{ stage: 'Showing', home: { use: 'My viewings' } }] }
const NAMES = () => ({
  left: 'fub',
  right: 'todoist',
  lists: { left: (id: string) => id, right: (id: string) => id },
})

async function add(fields: Record<string, unknown>): Promise<string> {
  return (await bridge.todoist.call<{ id: string }>('POST', '/api/v1/tasks', fields)).body.id
}

/** Of the tasks that a user has in the project, those of which the record has a picture or a pair. */
async function known(...titles: string[]): Promise<string[]> {
  const rows = await bridge.db<{ title: string }[]>`
    select distinct seen -> 'task' ->> 'title' as title from remote_task where connection_id <> ${bridge.leftId}`
  return rows
    .map(({ title }) => title)
    .filter((title) => titles.includes(title))
    .sort()
}

beforeEach(async () => {
  bridge = await openBridge({ policy: { deals: DEFAULT_DEALS } })
  desk = deskAt(bridge)
  tom = await desk.person('Tom Baker')
  await desk.deal('Baker: 123 Main St', 11, [tom])
  const { body } = await bridge.todoist.call<{ id: string }>('POST', '/api/v1/projects', {
    name: 'My viewings',
  })
  project = body.id
  await add({ content: `Old key fub:${tom}`, project_id: project })
  const parent = await add({ content: 'Old round', project_id: project })
  await add({ content: 'Old stop', parent_id: parent })
  await bridge.settle()
  return () => bridge[Symbol.asyncDispose]()
})

describe('what lies in a project that a route takes for a stage', () => {
  beforeEach(async () => {
    const { lines } = await edit(desk.deciding, 'main', USE)
    expect(lines.join('\n')).toContain('what lay in your projects before stays yours alone')
    await bridge.addFubTask({ name: 'Call', personId: tom })
    await bridge.settle()
    expect((await desk.book()).Call).toBe('My viewings / Baker: 123 Main St')
  })

  test('stays its user’s own, whatever is done to it there, while new tasks enter', async () => {
    await bridge.todoist.call('POST', `/api/v1/tasks/${(await desk.item('Old round')).id}`, {
      description: 'More of it',
    })
    await add({ content: `New key fub:${tom}`, project_id: project })
    await bridge.settle()
    await bridge.worker.pull('right', 'complete')
    expect(await known('New key', `Old key fub:${tom}`, 'Old round', 'Old stop')).toEqual(['New key'])
    expect((await bridge.fubTasks()).map(({ name }) => name).sort()).toEqual(['Call', 'New key'])
    expect((await desk.item('Old round')).labels).toEqual([])
    const { lines } = await explain(desk.deciding, (await desk.item('Old round')).id)
    expect(lines.join('\n')).toContain('lay in a project of yours')
  })

  test('is shown by the preview, and enters with the next look once a person says so', async () => {
    const before = await preview(bridge.deps)
    expect(before.setAside).toMatchObject([
      {
        route: 'main',
        name: 'My viewings',
        tasks: [{ title: `Old key fub:${tom}` }, { title: 'Old round' }, { title: 'Old stop' }],
      },
    ])
    expect(previewLines(before, NAMES)).toContainEqual(expect.stringContaining("--adopt 'My viewings'"))
    const tried = await edit(desk.deciding, 'main', { adopt: ['My viewings'], dryRun: true })
    expect(tried.lines.join('\n')).toContain('what lay in “My viewings” before enters, too')
    expect(tried.lines.join('\n')).not.toContain('stays yours alone')
    expect((await preview(bridge.deps)).setAside).toEqual(before.setAside)

    await edit(desk.deciding, 'main', { adopt: ['My viewings'] })
    await bridge.settle()
    expect((await bridge.fubTasks()).map(({ name }) => name).sort()).toEqual(['Call', 'Old key'])
    expect((await desk.item('Old round')).labels).toEqual(['needs-person'])
    expect((await preview(bridge.deps)).setAside).toEqual([])
  })

  test('enters one by one where its user moves it into the section of a deal', async () => {
    const { id } = await desk.item('Old round')
    await bridge.todoist.call('POST', `/api/v1/tasks/${id}/move`, {
      section_id: (await desk.section('Baker: 123 Main St')).id,
    })
    await bridge.settle()
    expect((await bridge.fubTasks()).map(({ name }) => name).sort()).toEqual([
      'Call',
      'Old round',
      'Old stop',
    ])
    await bridge.todoist.call('POST', `/api/v1/tasks/${id}/move`, { project_id: project })
    await bridge.settle()
    expect((await preview(bridge.deps)).setAside).toMatchObject([
      { tasks: [{ title: `Old key fub:${tom}` }] },
    ])
  })
})

test('a project that no stage uses takes nothing in', async () => {
  await expect(edit(desk.deciding, 'main', { adopt: ['My viewings'] })).rejects.toMatchObject({
    code: 'PROJECT_NOT_USED',
  })
})

test('in a first sync they wait as well', async () => {
  await edit(desk.deciding, 'main', USE)
  await bridge.addFubTask({ name: 'Old round', personId: tom })
  await bridge.pullFresh()
  expect(await preview(bridge.deps)).toMatchObject({ linked: 0, setAside: [{ tasks: { length: 3 } }] })
  await bridge.fill()
  await bridge.settle()
  expect((await bridge.fubTasks()).map(({ name }) => name)).toEqual(['Old round'])
  expect((await desk.item('Old stop')).labels).toEqual([])
})
