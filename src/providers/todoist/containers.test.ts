import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { scriptedServer } from '../../../test/follow-up-boss/scripted-server.ts'
import { countingGate, todoistConnection } from '../../../test/todoist/connection.ts'
import { type Row, type Simulated, startSimulated } from '../../../test/todoist/simulated.ts'
import type { Connection, ContainerRef, Containers, NewContainer } from '../contract.ts'
import { createTodoist } from './index.ts'

const provider = createTodoist()
const containers: Containers = provider.containers ?? fail()
let sim: Simulated

beforeAll(async () => {
  sim = await startSimulated()
})
beforeEach(() => sim.reset())
afterAll(() => sim.close())

function fail(): never {
  throw new Error('Todoist has no containers')
}

/** A connection whose cursor is that of a finished walk. */
async function walked(): Promise<Connection> {
  const connection = todoistConnection(sim.url)
  const first = await provider.pull(connection, { mode: 'complete', cursor: null, position: null })
  const last = await provider.pull(connection, { mode: 'complete', cursor: null, position: first.position })
  return { ...connection, cursor: last.cursor }
}

const project = (change: Partial<NewContainer> = {}): NewContainer => ({
  key: randomUUID(),
  kind: 'project',
  name: 'Under contract',
  parent: null,
  marker: 'crm/stage/general/4',
  ...change,
})
const section = (parent: string, change: Partial<NewContainer> = {}): NewContainer => ({
  ...project({ name: 'Baker — 123 Main St', marker: 'deal:5521' }),
  kind: 'section',
  parent,
  ...change,
})
const userProject = (name: string, fields: object = {}) => sim.user('/projects', { name, ...fields })
const userSection = (project_id: string, name: string, fields: object = {}) =>
  sim.user('/sections', { project_id, name, ...fields })
const userTask = (fields: object) => sim.user('/tasks', { content: 'x', ...fields })
const asProject = ({ id }: Row): ContainerRef => ({ kind: 'project', remoteId: id })
const asSection = ({ id }: Row): ContainerRef => ({ kind: 'section', remoteId: id })
const rowOf = async (kind: 'projects' | 'sections', id: string) => sim.user(`/${kind}/${id}`)

describe.each([
  ['with a cursor', walked],
  ['without one', async () => todoistConnection(sim.url)],
])('on a connection %s', (_, connect) => {
  it('makes a project and a section in it, marked', async () => {
    const connection = await connect()
    const made = await containers.create(connection, project())
    const inside = await containers.create(connection, section(made.remoteId))
    expect(made).toMatchObject({
      kind: 'project',
      name: 'Under contract',
      marker: 'crm/stage/general/4',
      state: 'active',
      parent: null,
    })
    expect(inside).toMatchObject({
      kind: 'section',
      name: 'Baker — 123 Main St',
      marker: 'deal:5521',
      parent: made.remoteId,
    })
    expect(await sim.sections()).toMatchObject([{ id: inside.remoteId, project_id: made.remoteId }])
  })

  it('writes the link above the marker, keeps it once, and takes both away', async () => {
    const connection = await connect()
    const link = '[Open in The CRM](https://crm.example/people/5)'
    const home = await userProject('Stage', {})
    const made = await containers.create(connection, { ...section(home.id), link })
    const described = async () => (await rowOf('sections', made.remoteId)).description
    expect(made.marker).toBe('deal:5521')
    expect(await described()).toBe(`---\n${link}\ndealbridge: deal:5521`)
    await containers.update(connection, made, { marker: 'deal:7' })
    expect(await described()).toBe(`---\n${link}\ndealbridge: deal:7`)
    await containers.update(connection, made, { marker: null })
    expect(await described()).toBe('')
  })

  it('renames, and marks anew beside what a user wrote', async () => {
    const home = await userProject('Stage', { description: 'Mine.\n\n---\ndealbridge: crm/stage/general/1' })
    const deal = await userSection(home.id, 'Deal', { description: 'Ask Dana first.' })
    const connection = await connect()
    const changed = await containers.update(connection, asProject(home), {
      name: 'New',
      marker: 'crm/stage/general/2',
    })
    expect(changed).toMatchObject({ name: 'New', marker: 'crm/stage/general/2' })
    expect(await rowOf('projects', home.id)).toMatchObject({
      description: 'Mine.\n\n---\ndealbridge: crm/stage/general/2',
    })
    expect(await containers.update(connection, asSection(deal), { marker: 'deal:7' })).toMatchObject({
      name: 'Deal',
      marker: 'deal:7',
    })
    expect(await rowOf('sections', deal.id)).toMatchObject({
      description: 'Ask Dana first.\n\n---\ndealbridge: deal:7',
    })
    await containers.update(connection, asSection(deal), { name: 'Another' })
    expect(await rowOf('sections', deal.id)).toMatchObject({
      name: 'Another',
      description: expect.stringContaining('Ask Dana first.'),
    })
    expect(await containers.update(connection, asSection(deal), {})).toMatchObject({ name: 'Another' })
  })

  it('moves a section with its tasks, and a project beneath another', async () => {
    const [from, to] = [await userProject('From'), await userProject('To')]
    const deal = await userSection(from.id, 'Deal')
    await userTask({ section_id: deal.id, project_id: from.id })
    const connection = await connect()
    expect(await containers.move(connection, asSection(deal), to.id)).toMatchObject({ parent: to.id })
    expect(await sim.items()).toMatchObject([{ project_id: to.id, section_id: deal.id }])
    expect(await containers.move(connection, asProject(from), to.id)).toMatchObject({
      kind: 'project',
      parent: to.id,
    })
  })

  it.each<[string, { cascadeRows?: boolean; sectionMoveTakes?: string }]>([
    ['tells of them', {}],
    ['tells nothing of them', { cascadeRows: false }],
    ['leaves them behind', { sectionMoveTakes: 'none' }],
  ])('says where the tasks of a moved section are, when the service %s', async (_, settings) => {
    await sim.settings(settings)
    const [from, to] = [await userProject('From'), await userProject('To')]
    const deal = await userSection(from.id, 'Deal')
    const { id } = await userTask({ section_id: deal.id })
    await userTask({ project_id: from.id })
    const connection = await connect()
    const inside = async (which: ContainerRef) =>
      (await containers.tasks?.(connection, which))?.observations.map((one) =>
        one.kind === 'present' ? [one.remoteId, one.seen.container, one.seen.task.list] : one.kind,
      )
    expect(await inside(asSection(deal))).toEqual([[id, deal.id, from.id]])
    await containers.move(connection, asSection(deal), to.id)
    const comes = settings.sectionMoveTakes !== 'none'
    expect(await inside(asSection(deal))).toEqual(comes ? [[id, deal.id, to.id]] : [])
    expect(await inside(asProject(to))).toEqual(comes ? [[id, deal.id, to.id]] : [])
    expect(await inside(asProject(from))).toHaveLength(comes ? 1 : 2)
  })

  it('archives and brings back both kinds', async () => {
    const home = await userProject('Stage')
    const deal = await userSection(home.id, 'Deal')
    const connection = await connect()
    for (const which of [asSection(deal), asProject(home)]) {
      expect(await containers.archive(connection, which, true)).toMatchObject({ ...which, state: 'archived' })
      expect(await containers.archive(connection, which, true)).toMatchObject({ state: 'archived' })
      expect(await containers.archive(connection, which, false)).toMatchObject({ state: 'active' })
    }
  })

  it('what was deleted is gone', async () => {
    const home = await userProject('Stage')
    const deal = await userSection(home.id, 'Deal')
    const connection = await connect()
    const commands = [
      { type: 'section_delete', uuid: randomUUID(), args: { id: deal.id } },
      { type: 'project_delete', uuid: randomUUID(), args: { id: home.id } },
    ]
    await sim.user('/sync', { commands })
    for (const which of [asSection(deal), asProject(home)]) {
      const gone = expect.objectContaining({ kind: 'gone' })
      await expect(containers.update(connection, which, { name: 'x' })).rejects.toEqual(gone)
      await expect(containers.update(connection, which, { marker: 'x' })).rejects.toEqual(gone)
      await expect(containers.archive(connection, which, true)).rejects.toEqual(gone)
    }
  })

  it('a lost reply leaves the outcome open, and the same key makes one', async () => {
    const home = await userProject('Stage')
    for (const wanted of [project(), section(home.id)]) {
      const connection = await connect()
      await sim.fault('reply-lost')
      await expect(containers.create(connection, wanted)).rejects.toMatchObject({ kind: 'ambiguous-write' })
      const made = await containers.create(connection, wanted)
      expect(await containers.create(await connect(), wanted)).toEqual(made)
      const listed = await containers.list(connection)
      expect(listed.containers.filter((one) => one.marker === wanted.marker)).toEqual([made])
    }
  })

  it('a lost reply to any other change is made good by repeating it', async () => {
    const [from, to] = [await userProject('From'), await userProject('To')]
    const deal = asSection(await userSection(from.id, 'Deal'))
    const connection = await connect()
    const changes = [
      () => containers.update(connection, deal, { name: 'New' }),
      () => containers.move(connection, deal, to.id),
      () => containers.archive(connection, deal, true),
    ]
    for (const repeat of changes) {
      await sim.fault('reply-lost')
      await expect(repeat()).rejects.toMatchObject({ kind: 'ambiguous-write' })
      await repeat()
    }
    expect(await rowOf('sections', deal.remoteId)).toMatchObject({
      name: 'New',
      project_id: to.id,
      is_archived: true,
    })
  })
})

it('a move leaves the cursor alone: what the service tells of its tasks comes with the next pull', async () => {
  const [from, to] = [await userProject('From'), await userProject('To')]
  const deal = await userSection(from.id, 'Deal')
  const { id } = await userTask({ section_id: deal.id })
  const connection = await walked()
  await containers.move(connection, asSection(deal), to.id)
  const { cursor } = connection
  const { observations } = await provider.pull(connection, { mode: 'incremental', cursor, position: null })
  expect(observations).toMatchObject([{ remoteId: id, seen: { container: deal.id, task: { list: to.id } } }])
})

it('a repeated create that is answered without its id is found by its marker', async () => {
  await sim.settings({ replayOmitsMapping: true })
  const wanted = project()
  const made = await containers.create(todoistConnection(sim.url), wanted)
  expect(await containers.create(todoistConnection(sim.url), wanted)).toEqual(made)
  const unmarked = project({ marker: null })
  await containers.create(todoistConnection(sim.url), unmarked)
  await expect(containers.create(todoistConnection(sim.url), unmarked)).rejects.toMatchObject({
    kind: 'ambiguous-write',
  })
})

it('a cursor that the service takes no more costs a second request, and no second container', async () => {
  const wanted = project()
  await containers.create({ ...todoistConnection(sim.url), cursor: 'of another life' }, wanted)
  expect((await sim.projects()).filter((row) => row.name === wanted.name)).toHaveLength(1)
})

it('a full answer that is older than the write is not believed', async () => {
  const home = await userProject('Old')
  await sim.advance(120_000)
  await sim.settings({ forgetTokens: true, fullSyncLagMs: 60_000 })
  const connection = { ...todoistConnection(sim.url), cursor: 'forgotten' }
  expect(await containers.update(connection, asProject(home), { name: 'New' })).toMatchObject({ name: 'New' })
})

it('names are cut to what the service documents, and never empty', async () => {
  const connection = await walked()
  expect((await containers.create(connection, project({ name: '🏡'.repeat(200) }))).name).toBe(
    '🏡'.repeat(120),
  )
  expect((await containers.create(connection, project({ name: ' \n ' }))).name).toBe('Dealbridge')
})

describe('limits', () => {
  it('of sections: a full project takes none, neither new nor moved nor brought back', async () => {
    const [full, other] = [await userProject('Full'), await userProject('Other')]
    const old = await userSection(full.id, 'archived')
    await sim.user(`/sections/${old.id}/archive`, {})
    for (let n = 0; n < 20; n += 1) await userSection(full.id, `Deal ${n}`)
    const deal = asSection(await userSection(other.id, 'Deal'))
    const connection = await walked()
    const reached = expect.objectContaining({
      kind: 'limit-reached',
      hint: expect.stringContaining('section'),
    })
    await expect(containers.create(connection, section(full.id))).rejects.toEqual(reached)
    await expect(containers.move(connection, deal, full.id)).rejects.toEqual(reached)
    await expect(containers.archive(connection, asSection(old), false)).rejects.toEqual(reached)
    expect(await rowOf('sections', deal.remoteId)).toMatchObject({ project_id: other.id })
  })

  it('of tasks: a section whose tasks have no room there stays', async () => {
    await sim.settings({ tasksPerProject: 3 })
    const [full, other] = [await userProject('Full'), await userProject('Other')]
    for (let n = 0; n < 2; n += 1) await userTask({ project_id: full.id })
    const deal = await userSection(other.id, 'Deal')
    for (let n = 0; n < 2; n += 1) await userTask({ project_id: other.id, section_id: deal.id })
    await expect(containers.move(await walked(), asSection(deal), full.id)).rejects.toMatchObject({
      kind: 'limit-reached',
      hint: expect.stringContaining('tasks'),
    })
    expect(await rowOf('sections', deal.id)).toMatchObject({ project_id: other.id })
  })

  it('of projects: a full account takes no more', async () => {
    await sim.settings({ projects: 1 })
    await userProject('Only')
    await expect(containers.create(await walked(), project())).rejects.toMatchObject({
      kind: 'limit-reached',
    })
  })
})

it('an archived project takes no section', async () => {
  const [closed, other] = [await userProject('Closed'), await userProject('Other')]
  await sim.user(`/projects/${closed.id}/archive`, {})
  const deal = asSection(await userSection(other.id, 'Deal'))
  const connection = await walked()
  const refused = expect.objectContaining({ kind: 'not-visible' })
  await expect(containers.create(connection, section(closed.id))).rejects.toEqual(refused)
  await expect(containers.move(connection, deal, closed.id)).rejects.toEqual(refused)
})

it('what Todoist does not have is invalid, and costs no request', async () => {
  const gate = countingGate()
  const connection = todoistConnection(sim.url, { gate })
  const list = { kind: 'list', remoteId: '1' } as const
  const invalid = expect.objectContaining({ kind: 'invalid' })
  await expect(containers.create(connection, project({ kind: 'list' }))).rejects.toEqual(invalid)
  await expect(containers.create(connection, { ...section('1'), parent: null })).rejects.toEqual(invalid)
  await expect(containers.move(connection, list, '2')).rejects.toEqual(invalid)
  await expect(containers.archive(connection, list, true)).rejects.toEqual(invalid)
  expect(gate.taken).toEqual([])
})

describe('list', () => {
  it('shows every active one, in two requests', async () => {
    const home = await userProject('Stage', { description: 'dealbridge: crm/stage/general/1' })
    const deal = await userSection(home.id, 'Deal', { description: 'dealbridge: deal:7' })
    const closed = await userProject('Closed')
    await userSection(closed.id, 'in a closed one')
    await sim.user(`/projects/${closed.id}/archive`, {})
    const old = await userSection(home.id, 'old')
    await sim.user(`/sections/${old.id}/archive`, {})
    const gate = countingGate()
    const { containers: found } = await containers.list(todoistConnection(sim.url, { gate }))
    expect(gate.taken).toEqual(['sync-full', 'sync-partial'])
    expect(found.map((one) => one.name)).toEqual(['Inbox', 'Stage', 'Deal'])
    expect(found).toContainEqual({
      kind: 'section',
      remoteId: deal.id,
      name: 'Deal',
      parent: home.id,
      state: 'active',
      marker: 'deal:7',
    })
  })

  it('has no section without its project, and passes over what cannot be read', async () => {
    const rows = {
      projects: [{ id: 'p1', name: 'Stage' }, 'odd'],
      sections: [{ id: 's1', project_id: 'p2' }],
    }
    const server = await scriptedServer(() => ({ body: { sync_token: 't', full_sync: true, ...rows } }))
    const { containers: found } = await containers.list(todoistConnection(new URL(server.baseUrl).origin))
    expect(found.map((one) => one.remoteId)).toEqual(['p1'])
    await server.close()
  })

  it('is as of now, although a full answer may be older', async () => {
    await sim.settings({ fullSyncLagMs: 3_600_000 })
    await userProject('New')
    const { containers: found } = await containers.list(todoistConnection(sim.url))
    expect(found.map((one) => one.name)).toContain('New')
  })
})
