import { randomUUID } from 'node:crypto'
import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { countingGate, todoistConnection } from '../../../test/todoist/connection.ts'
import { createOp, moveOp, newProject, newSection, step, updateOp } from '../../../test/todoist/ops.ts'
import { type Simulated, startSimulated } from '../../../test/todoist/simulated.ts'
import type {
  Connection,
  ContainerTarget,
  LostCreate,
  RemoteTask,
  WriteOp,
  WriteReply,
  WriteResult,
} from '../contract.ts'
import type { Client, Command } from './client.ts'
import { createTodoist } from './index.ts'
import { createWriter } from './write.ts'

const provider = createTodoist()
let sim: Simulated

beforeAll(async () => {
  sim = await startSimulated()
})
beforeEach(() => sim.reset())
afterAll(() => sim.close())

/** A connection whose cursor is that of a finished walk. */
async function connected(): Promise<Connection> {
  const connection = todoistConnection(sim.url)
  const first = await provider.pull(connection, { mode: 'complete', cursor: null, position: null })
  const last = await provider.pull(connection, { mode: 'complete', cursor: null, position: first.position })
  return { ...connection, cursor: last.cursor }
}

/** By a process that remembers nothing. */
const write = (connection: Connection, ...ops: WriteOp[]): Promise<WriteReply> =>
  createTodoist().write(connection, ops)

const outcomes = (result: WriteResult | undefined) => result?.steps.map((one) => one.outcome)
const kinds = ({ results }: WriteReply) => results.map(({ steps }) => steps[0]?.error?.kind ?? 'done')
const idOf = ({ containers }: WriteReply, { containerId }: ContainerTarget) =>
  containers.find((one) => one.containerId === containerId)?.remoteId ?? 'none'

async function made(connection: Connection, op: WriteOp) {
  const reply = await write(connection, op)
  const [result] = reply.results
  if (!result?.remoteId || !result.now) throw new Error(`not made: ${JSON.stringify(result)}`)
  return { id: result.remoteId, seen: result.now, reply }
}

/** A section that is there, with its project. */
async function deal(): Promise<ContainerTarget> {
  const project = newProject('Under contract')
  const section = newSection(project)
  const { containers } = await write(
    todoistConnection(sim.url),
    createOp({ title: 'First' }, { container: section }),
  )
  const remoteIdOf = (one: ContainerTarget) => idOf({ results: [], containers }, one)
  return { ...section, remoteId: remoteIdOf(section), parent: { ...project, remoteId: remoteIdOf(project) } }
}

const deleteSection = (id: string | null) =>
  sim.user('/sync', { commands: [{ type: 'section_delete', uuid: randomUUID(), args: { id } }] })

describe('creates in sections of projects that do not exist', () => {
  it('make both, marked, with the first task in them, in one request', async () => {
    const project = newProject('Under contract')
    const sections = [newSection(project, 'Baker'), newSection(project, 'Dana')]
    const connection = await connected()
    const before = (await sim.requests()).length
    const ops = [0, 1, 0, 1].map((nth) =>
      createOp({ title: `Task ${nth}` }, { container: sections[nth] ?? project }),
    )
    const reply = await write(connection, ...ops)
    expect((await sim.requests()).length - before).toBe(1)
    expect(reply.containers.map(({ containerId }) => containerId)).toEqual(
      [project, ...sections].map(({ containerId }) => containerId),
    )
    expect(await sim.sections()).toMatchObject(
      sections.map((one) => ({
        id: idOf(reply, one),
        name: one.name,
        project_id: idOf(reply, project),
        description: `dealbridge: ${one.marker}`,
      })),
    )
    expect(reply.results.map(({ now }) => [now?.container, now?.task.list])).toEqual(
      [0, 1, 0, 1].map((nth) => [idOf(reply, sections[nth] ?? project), idOf(reply, project)]),
    )
  })

  it('are known for what they are when they are replayed without their ids', async () => {
    await sim.settings({ replayOmitsMapping: true })
    const section = newSection(newProject())
    const op = createOp({ title: 'Once' }, { container: section })
    const connection = await connected()
    await sim.fault('reply-lost')
    await write(connection, op)
    const reply = await write(connection, op)
    expect(await sim.sections()).toMatchObject([{ id: idOf(reply, section) }])
    expect(reply.containers).toHaveLength(2)
    expect(reply.results[0]?.now?.container).toBe(idOf(reply, section))
  })

  it('take as many requests as the commands for their containers need too', async () => {
    await sim.settings({ rateLimit: false })
    const projects = Array.from({ length: 9 }, (_, nth) => newProject(`Stage ${nth}`))
    const sections = Array.from({ length: 150 }, (_, nth) =>
      newSection(projects[nth % 9] ?? newProject(), `Deal ${nth}`),
    )
    const ops = Array.from({ length: 1_000 }, (_, nth) =>
      createOp({ title: `Task ${nth}` }, { container: sections[nth % 150] ?? newProject() }),
    )
    const calls = Array.from({ length: 10 }, (_, nth) => ops.slice(nth * 100, nth * 100 + 100))
    const connection = await connected()
    const before = (await sim.requests()).length
    const replies = await Promise.all(calls.map((some) => provider.write(connection, some)))
    expect(replies.flatMap(kinds).every((kind) => kind === 'done')).toBe(true)
    // 1,159 commands, 100 a request.
    expect((await sim.requests()).length - before).toBe(12)
    expect(await sim.sections()).toHaveLength(150)
    // The Inbox beside them.
    expect(await sim.projects()).toHaveLength(10)
  })
})

describe('a container that cannot be made', () => {
  it('says why for all that was to lie in it', async () => {
    await sim.settings({ projects: 0 })
    const project = newProject()
    const reply = await write(
      await connected(),
      createOp({ title: 'a' }, { container: newSection(project), completed: true }),
      createOp({ title: 'b' }, { container: project }),
      createOp({ title: 'Inbox' }),
    )
    expect(reply.results.map(outcomes)).toEqual([['refused', 'skipped'], ['refused'], ['confirmed']])
    expect(kinds(reply)).toEqual(['limit-reached', 'limit-reached', 'done'])
    expect(reply.containers).toEqual([])
  })

  it.each([
    ['as documented', {}],
    ['by another tag', { sectionLimitTag: 'FORBIDDEN' }],
    ['as little as is certain', { commandErrors: 'minimal', invalidTempIdCode: 58 }],
  ])('is a section too many for its project (told %s), and the project stays made', async (_, settings) => {
    await sim.settings({ sectionsPerProject: 1, ...settings })
    const project = newProject()
    const [first, second] = [newSection(project), newSection(project)]
    const reply = await write(
      await connected(),
      createOp({ title: 'a' }, { container: first }),
      createOp({ title: 'b' }, { container: second }),
      createOp({ title: 'c' }, { container: second }),
    )
    expect(kinds(reply)).toEqual(['done', 'limit-reached', 'limit-reached'])
    expect(reply.results[1]?.steps[0]?.error?.hint).toContain('section')
    expect(reply.containers.map(({ containerId }) => containerId)).toEqual([
      project.containerId,
      first.containerId,
    ])
    expect(await sim.items()).toHaveLength(1)
  })

  it('is not refused for good where the service only remembers that its project was not there', async () => {
    await sim.settings({ projects: 0, failedUuids: 'remembered' })
    const project = newProject()
    const section = newSection(project)
    await write(await connected(), createOp({ title: 'a' }, { container: section }))
    await sim.settings({ projects: 5 })
    const { id: remoteId } = await sim.user('/projects', { name: 'Another' })
    const container = { ...section, parent: { ...project, remoteId } }
    const { results } = await write(await connected(), createOp({ title: 'a' }, { container }))
    expect(results[0]?.steps).toMatchObject([{ outcome: 'unknown', error: { kind: 'ambiguous-write' } }])
  })
})

describe('a container that takes no more', () => {
  it('is named, and the tasks without room are refused', async () => {
    await sim.settings({ tasksPerProject: 1 })
    const section = newSection(newProject())
    const ops = ['a', 'b'].map((title) => createOp({ title }, { container: section }))
    const reply = await write(await connected(), ...ops)
    expect(kinds(reply)).toEqual(['done', 'limit-reached'])
    expect(reply.containers).toHaveLength(2)
  })

  it('is archived: nothing goes into it', async () => {
    const section = await deal()
    const { id, seen } = await made(await connected(), createOp({ title: 'a' }))
    await sim.user(`/sections/${section.remoteId}/archive`, {})
    const reply = await write(
      await connected(),
      createOp({ title: 'b' }, { container: section }),
      moveOp(id, seen, section),
    )
    expect(kinds(reply)).toEqual(['not-visible', 'not-visible'])
  })

  it('is deleted meanwhile: creates and moves are refused as gone, and the rest of an edit is done', async () => {
    const section = await deal()
    const { id, seen } = await made(await connected(), createOp({ title: 'a' }))
    await deleteSection(section.remoteId)
    const { results } = await write(
      await connected(),
      createOp({ title: 'b' }, { container: section, completed: true }),
      moveOp(id, seen, section, {
        before: step('fields', { title: 'c' }),
        behind: step('completion', { completed: true }),
      }),
    )
    expect(results.map(outcomes)).toEqual([
      ['refused', 'skipped'],
      ['confirmed', 'refused', 'confirmed'],
    ])
    expect(results.flatMap(({ steps }) => steps.flatMap(({ error }) => error?.kind ?? []))).toContain('gone')
    expect(results[1]?.now).toMatchObject({
      container: seen.container,
      task: { title: 'c', completed: true },
    })
  })

  it('is deleted, and a process that remembers it asks for it again', async () => {
    const section = newSection(newProject())
    const connection = await connected()
    const own = createTodoist()
    const one = () => own.write(connection, [createOp({ title: 'a' }, { container: section })])
    const first = idOf(await one(), section)
    await deleteSection(first)
    expect(kinds(await one())).toEqual(['gone'])
    // Until then the service takes the command for the one that it has done.
    await sim.advance(25 * 3_600_000)
    const again = await one()
    expect(kinds(again)).toEqual(['done'])
    expect(await sim.sections()).toMatchObject([{ id: idOf(again, section) }])
  })
})

describe('a move', () => {
  it('goes into a section that is made for it, along with all else of the edit, in one request', async () => {
    const connection = await connected()
    const { id, seen } = await made(connection, createOp({ title: 'a' }))
    const section = newSection(newProject())
    const op = moveOp(id, seen, section, {
      before: step('fields', { title: 'b' }),
      behind: step('completion', { completed: true }),
    })
    const before = (await sim.requests()).length
    const reply = await write(connection, op)
    expect((await sim.requests()).length - before).toBe(1)
    expect(outcomes(reply.results[0])).toEqual(['confirmed', 'confirmed', 'confirmed'])
    const [project, ...sections] = reply.containers.map(({ remoteId }) => remoteId)
    expect(reply.results[0]?.now).toMatchObject({
      container: sections[0],
      task: { title: 'b', completed: true, list: project },
    })
  })

  it('out of a section goes to the root of the project', async () => {
    const section = await deal()
    const { id, seen } = await made(await connected(), createOp({ title: 'a' }, { container: section }))
    const project = section.parent ?? section
    const { results } = await write(await connected(), moveOp(id, seen, project))
    expect(results[0]?.now).toMatchObject({ container: project.remoteId, task: { list: project.remoteId } })
  })

  it('is not shown where there is no cursor to see changes from', async () => {
    const section = await deal()
    const { id, seen } = await made(await connected(), createOp({ title: 'a' }))
    const { results } = await write(todoistConnection(sim.url), moveOp(id, seen, section))
    expect(results[0]).toMatchObject({ now: null, steps: [{ outcome: 'confirmed' }] })
    expect(await sim.user(`/tasks/${id}`)).toMatchObject({ section_id: section.remoteId })
  })

  it('that is done makes no container when only the rest is sent again', async () => {
    const { id, seen } = await made(await connected(), createOp({ title: 'a' }))
    const op = { ...updateOp(id, seen, [step('completion', { completed: true })]), container: newProject() }
    const reply = await write(await connected(), op)
    expect([kinds(reply), reply.containers]).toEqual([['done'], []])
    expect(await sim.projects()).toHaveLength(1)
  })
})

describe('tasks of a section', () => {
  /** A task and one below it, in a section. */
  async function family(): Promise<{ parent: string; child: string; section: string | null }> {
    const { remoteId: section } = await deal()
    const above = await sim.user('/tasks', { content: 'above', section_id: section })
    const below = await sim.user('/tasks', { content: 'below', parent_id: above.id })
    return { parent: above.id, child: below.id, section }
  }
  const look = async (id: string): Promise<RemoteTask> => {
    const [seen] = (await provider.read(await connected(), [id])).observations
    const [whole] = (await provider.read(todoistConnection(sim.url), [id])).observations
    const shown = seen?.kind === 'present' ? seen : whole
    if (shown?.kind !== 'present') throw new Error('not present')
    return shown.seen
  }

  it('that leave the task above them stay in it', async () => {
    const { child, section } = await family()
    const { results } = await write(
      await connected(),
      updateOp(child, await look(child), [step('move', { parent: null })]),
    )
    expect(results[0]?.now).toMatchObject({ container: section, task: { parent: null } })
  })

  it('that move to another list leave it', async () => {
    const { parent, child } = await family()
    const { id: list } = await sim.user('/projects', { name: 'Another' })
    await write(await connected(), updateOp(parent, await look(parent), [step('move', { list })]))
    expect(await sim.user(`/tasks/${child}`)).toMatchObject({ project_id: list, section_id: null })
  })

  it('stay in it when the task above them is deleted', async () => {
    const { parent, child, section } = await family()
    await write(await connected(), updateOp(parent, await look(parent), [step('delete')]))
    expect(await sim.user(`/tasks/${child}`)).toMatchObject({
      is_deleted: false,
      parent_id: null,
      section_id: section,
    })
  })
})

describe('a create that was lost', () => {
  const lost = (op: WriteOp): LostCreate => ({
    op,
    attemptedAt: '2020-01-01T00:00:00.000000Z',
    deadline: '2020-01-01T00:00:20.000000Z',
    settledAt: '2020-01-01T00:01:20.000000Z',
    emptyAt: null,
    known: new Set(),
  })

  it.each([
    ['in its section', async () => undefined],
    [
      'where a user has put it since, in its project',
      async (id: string, { parent }: ContainerTarget) =>
        void (await sim.user(`/tasks/${id}/move`, { project_id: parent?.remoteId })),
    ],
  ])('is found %s', async (_, meanwhile) => {
    const container = await deal()
    const op = createOp({ title: 'a' }, { container })
    const { id } = await made(await connected(), op)
    await meanwhile(id, container)
    const gate = countingGate()
    const found = await provider.findCreated(todoistConnection(sim.url, { gate }), lost(op))
    expect(found).toMatchObject({ kind: 'arrived', remoteId: id })
    // Full answers are dear.
    expect(gate.taken).toEqual(['rest', 'rest'])
  })
})

describe('whatever is to be made', () => {
  /** Says yes to everything, and keeps what it was sent. */
  function yes(sent: Command[][]): Client {
    return {
      get: () => Promise.reject(new Error('not asked')),
      exchangeToken: () => Promise.reject(new Error('not asked')),
      async sync(_, { commands = [] }, onSlot) {
        sent.push([...commands])
        onSlot?.('2026-11-21T10:00:00.000000Z')
        const ids = commands.flatMap(({ temp_id: temp }) => (temp === undefined ? [] : [[temp, `r${temp}`]]))
        return {
          askedAt: '2026-11-21T10:00:00.000000Z',
          reply: {
            sync_token: 't',
            sync_status: Object.fromEntries(commands.map(({ uuid }) => [uuid, 'ok'])),
            temp_id_mapping: Object.fromEntries(ids),
          },
        }
      },
    }
  }

  it('goes in requests of 100 commands at most, each container once and before what lies in it', async () => {
    const places = fc.array(fc.tuple(fc.nat(11), fc.nat(60), fc.boolean()), { minLength: 1, maxLength: 260 })
    await fc.assert(
      fc.asyncProperty(places, async (all) => {
        const projects = Array.from({ length: 12 }, () => newProject())
        const sections = new Map<string, ContainerTarget>()
        const ops = all.map(([project, section, deep]) => {
          const parent = projects[project] ?? newProject()
          const name = `${project}/${section}`
          const inside = sections.get(name) ?? newSection(parent, name)
          sections.set(name, inside)
          return createOp({ title: name }, { container: deep ? inside : parent })
        })
        const sent: Command[][] = []
        await createWriter(yes(sent))(todoistConnection('http://127.0.0.1:9'), ops)
        for (const commands of sent) expect(commands.length).toBeLessThanOrEqual(100)
        const commands = sent.flat()
        const uuids = commands.map(({ uuid }) => uuid)
        expect(new Set(uuids).size).toBe(uuids.length)
        expect(commands.filter(({ type }) => type === 'item_add')).toHaveLength(ops.length)
        const known = new Set<unknown>()
        for (const { temp_id: temp, args } of commands) {
          const place = args.section_id ?? args.project_id
          if (place !== undefined) expect(known).toContain(place)
          known.add(temp).add(`r${temp}`)
        }
      }),
      { numRuns: 40 },
    )
  })
})
