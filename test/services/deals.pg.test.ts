import { beforeEach, describe, expect, test } from 'vitest'
import { DEFAULT_DEALS } from '../../src/core/deal-policy.ts'
import { type Bridge, openBridge } from './bridge.ts'

let bridge: Bridge

beforeEach(async () => {
  bridge = await openBridge({ policy: { deals: DEFAULT_DEALS } })
  return () => bridge[Symbol.asyncDispose]()
})

async function person(name: string): Promise<number> {
  const { body } = await bridge.fub.call<{ id: number }>('POST', '/v1/people', { name })
  return body.id
}

async function deal(name: string, stageId: number, peopleIds: readonly number[]): Promise<number> {
  const { body, status } = await bridge.fub.call<{ id: number }>('POST', '/v1/deals', {
    name,
    stageId,
    peopleIds,
  })
  if (status >= 300) throw new Error(JSON.stringify(body))
  return body.id
}

type Section = {
  readonly id: string
  readonly name: string
  readonly project_id: string
  readonly description: string
}

/** Where each open task lies: project / section. */
async function book(): Promise<Record<string, string>> {
  const projects = (
    await bridge.todoist.call<{ results: { id: string; name: string }[] }>(
      'GET',
      '/api/v1/projects?limit=200',
    )
  ).body.results
  const sections = (await bridge.todoist.call<{ results: Section[] }>('GET', '/api/v1/sections?limit=200'))
    .body.results
  const items = await bridge.items()
  return Object.fromEntries(
    items.map((item) => [
      item.content,
      [
        projects.find(({ id }) => id === item.project_id)?.name,
        sections.find(({ id }) => id === item.section_id)?.name,
      ].join(' / '),
    ]),
  )
}

async function item(content: string) {
  const found = (await bridge.items()).find((one) => one.content === content)
  if (found === undefined) throw new Error(`there is no task ${content} in Todoist`)
  return found
}

async function comments(content: string): Promise<string[]> {
  const { id } = await item(content)
  const path = `/api/v1/comments?task_id=${id}`
  const { body } = await bridge.todoist.call<{ results: { content: string }[] }>('GET', path)
  return body.results.map((one) => one.content)
}

async function section(name: string): Promise<Section> {
  const { body } = await bridge.todoist.call<{ results: Section[] }>('GET', '/api/v1/sections?limit=200')
  const found = body.results.find((one) => one.name === name)
  if (found === undefined) throw new Error(`there is no section ${name}`)
  return found
}

async function moveTo(content: string, sectionName: string): Promise<void> {
  const { id } = await item(content)
  const { id: section_id } = await section(sectionName)
  await bridge.todoist.call('POST', `/api/v1/tasks/${id}/move`, { section_id })
}

async function writes(): Promise<number> {
  const [row] = await bridge.db<{ writes: number }[]>`select count(*)::int as writes from op`
  return row?.writes ?? 0
}

describe('a task of Follow Up Boss', () => {
  test('goes into the section of its person’s only deal, and follows it', async () => {
    const tom = await person('Tom Baker')
    const id = await deal('Baker: 123 Main St', 11, [tom])
    await bridge.addFubTask({ name: 'Call', personId: tom })
    await bridge.settle()
    expect(await book()).toEqual({ Call: 'Showing / Baker: 123 Main St' })
    const { description } = await section('Baker: 123 Main St')
    const [fence, link, marker] = description.split('\n')
    expect([fence, marker]).toEqual(['---', `dealbridge: deal:${id}`])
    expect(link).toMatch(
      new RegExp(`^\\[Open in Follow Up Boss\\]\\(https://\\S+/people/view/${tom}\\)$`, 'u'),
    )
    await bridge.fub.call('PUT', `/v1/deals/${id}`, { stageId: 12 })
    await bridge.settle()
    expect(await book()).toEqual({ Call: 'Offer / Baker: 123 Main St' })
    const before = await writes()
    await bridge.settle()
    expect(await writes()).toBe(before)
  })

  test('lies in a section that is called after its person’s whole last name and city, where no more is known', async () => {
    const { body } = await bridge.fub.call<{ id: number }>('POST', '/v1/people', {
      firstName: 'Ana',
      lastName: 'de la Cruz',
      addresses: [
        { type: 'home', street: '9 Elm St' },
        { type: 'home', city: 'Franklin' },
      ],
    })
    await deal('De la Cruz: Lot 4', 11, [body.id])
    await bridge.addFubTask({ name: 'Call', personId: body.id })
    await bridge.settle()
    expect(await book()).toEqual({ Call: 'Showing / De la Cruz: Lot 4 — Franklin' })
    const before = await writes()
    await bridge.db`update deal_home set wake_at = clock()`
    await bridge.settle()
    expect(await writes()).toBe(before)
  })

  test('of a person without a deal lies in General, and goes to the first deal that comes', async () => {
    const tom = await person('Tom Baker')
    await bridge.addFubTask({ name: 'Call', personId: tom })
    await bridge.settle()
    expect(await book()).toEqual({ Call: '📌 General CRM Tasks / ' })
    await deal('Baker: 123 Main St', 11, [tom])
    await bridge.settle()
    expect(await book()).toEqual({ Call: 'Showing / Baker: 123 Main St' })
  })

  test('of a person with several deals waits in General and asks; moved into a section it is linked', async () => {
    const tom = await person('Tom Baker')
    await deal('Baker: 123 Main St', 11, [tom])
    await deal('Baker: 9 Elm St', 12, [tom])
    const other = await person('Ann Other')
    await deal('Other: Lot 4', 12, [other])
    await bridge.addFubTask({ name: 'Call', personId: tom })
    await bridge.addFubTask({ name: 'Visit', personId: other })
    await bridge.settle()
    expect(await book()).toEqual({ Call: '📌 General CRM Tasks / ', Visit: 'Offer / Other: Lot 4' })
    expect((await item('Call')).labels).toEqual(['needs-deal-link'])
    expect(await comments('Call')).toEqual([
      expect.stringMatching(
        /deal-\d+`: Baker: 123 Main St \(Showing\)\n- `deal-\d+`: Baker: 9 Elm St \(Offer\)/u,
      ),
    ])
    const label = /deal-\d+/u.exec((await comments('Call'))[0] ?? '')?.[0] ?? ''
    await bridge.todoist.call('POST', `/api/v1/tasks/${(await item('Call')).id}`, {
      labels: [...(await item('Call')).labels, label],
    })
    await bridge.settle()
    expect(await book()).toEqual({ Call: 'Showing / Baker: 123 Main St', Visit: 'Offer / Other: Lot 4' })
    expect((await item('Call')).labels).toEqual([])
    // Into the section of a deal that its person is not on: once back, with a word.
    await moveTo('Call', 'Other: Lot 4')
    await bridge.settle()
    expect((await book()).Call).toBe('Showing / Baker: 123 Main St')
    expect((await comments('Call'))[0]).toContain('is not on the deal')
  })

  test('of a deal that is archived goes to General, and the section into the archive; active again they return', async () => {
    const tom = await person('Tom Baker')
    const id = await deal('Baker: 123 Main St', 11, [tom])
    await bridge.addFubTask({ name: 'Call', personId: tom })
    await bridge.settle()
    const { id: sectionId } = await section('Baker: 123 Main St')
    await bridge.fub.call('PUT', `/v1/deals/${id}`, { status: 'Archived' })
    await bridge.settle()
    expect(await book()).toEqual({ Call: '📌 General CRM Tasks / ' })
    await expect(section('Baker: 123 Main St')).rejects.toThrow('no section')
    expect(await comments('Call')).toEqual([
      expect.stringMatching(
        /^Dealbridge: the deal Baker: 123 Main St \(Showing\) is archived in Follow Up Boss\. Its open tasks lie in General/u,
      ),
    ])
    const before = await writes()
    await bridge.settle()
    expect(await writes()).toBe(before)
    await bridge.fub.call('PUT', `/v1/deals/${id}`, { status: 'Active' })
    await bridge.settle()
    expect(await book()).toEqual({ Call: 'Showing / Baker: 123 Main St' })
    expect((await section('Baker: 123 Main St')).id).toBe(sectionId)
    expect(await comments('Call')).toEqual([
      'Dealbridge: this task belongs to the deal Baker: 123 Main St (Showing), and lies with its tasks.',
    ])
  })

  test('is found under the new name of its deal; a name that its user gave the section stays', async () => {
    const tom = await person('Tom Baker')
    const id = await deal('Baker: 123 Main St', 11, [tom])
    await bridge.addFubTask({ name: 'Call', personId: tom })
    await bridge.settle()
    await bridge.fub.call('PUT', `/v1/deals/${id}`, { name: 'Baker: 9 Elm St' })
    await bridge.settle()
    expect(await book()).toEqual({ Call: 'Showing / Baker: 9 Elm St' })
    const { id: sectionId } = await section('Baker: 9 Elm St')
    await bridge.todoist.call('POST', `/api/v1/sections/${sectionId}`, { name: 'The Bakers' })
    await bridge.settle()
    await bridge.fub.call('PUT', `/v1/deals/${id}`, { name: 'Baker: 7 Oak St' })
    await bridge.settle()
    expect(await book()).toEqual({ Call: 'Showing / The Bakers' })
  })
})

describe('a task of Todoist', () => {
  test('made in the section of a deal belongs to its first person', async () => {
    const tom = await person('Tom Baker')
    await deal('Baker: 123 Main St', 11, [tom])
    await bridge.addFubTask({ name: 'Call', personId: tom })
    await bridge.settle()
    const { id: section_id } = await section('Baker: 123 Main St')
    await bridge.todoist.call('POST', '/api/v1/tasks', { content: 'Bring keys', section_id })
    await bridge.settle()
    expect((await bridge.fubTasks()).find(({ name }) => name === 'Bring keys')?.personId).toBe(tom)
    expect(await book()).toEqual({
      Call: 'Showing / Baker: 123 Main St',
      'Bring keys': 'Showing / Baker: 123 Main St',
    })
  })

  test('made in the section of a deal with several people goes to the first, and says so once', async () => {
    const [tom, ann] = [await person('Tom Baker'), await person('Ann Baker')]
    await deal('Baker: 123 Main St', 11, [tom, ann])
    await bridge.addFubTask({ name: 'Call', personId: tom })
    await bridge.settle()
    const { id: section_id } = await section('Baker: 123 Main St')
    await bridge.todoist.call('POST', '/api/v1/tasks', { content: 'Bring keys', section_id })
    await bridge.settle()
    const made = (await bridge.fubTasks()).find(({ name }) => name === 'Bring keys')
    expect(made?.personId).toBe(tom)
    expect(await comments('Bring keys')).toEqual([
      expect.stringMatching(/several contacts are on the deal .*This task went to Tom Baker/u),
    ])
    expect(await comments('Call')).toEqual([])
    const before = await writes()
    await bridge.settle()
    expect(await writes()).toBe(before)
    await bridge.fub.call('PUT', `/v1/tasks/${made?.id}`, { personId: ann })
    await bridge.settle()
    expect(await comments('Bring keys')).toHaveLength(1)
  })

  test('made in such a section goes to the one whom its label names, where that is on the deal', async () => {
    const [tom, ann, joe] = [await person('Tom Baker'), await person('Ann Baker'), await person('Joe Other')]
    await deal('Baker: 123 Main St', 11, [tom, ann])
    await bridge.addFubTask({ name: 'Call', personId: tom })
    await bridge.settle()
    const { id: section_id } = await section('Baker: 123 Main St')
    for (const [content, labels] of [
      ['For Ann', [`person-${ann}`]],
      ['For nobody there', [`person-${joe}`]],
    ] as const)
      await bridge.todoist.call('POST', '/api/v1/tasks', { content, section_id, labels })
    await bridge.settle()
    const whose = Object.fromEntries((await bridge.fubTasks()).map(({ name, personId }) => [name, personId]))
    expect(whose).toMatchObject({ 'For Ann': ann, 'For nobody there': tom })
    expect((await item('For Ann')).labels).toEqual([])
    expect(await comments('For Ann')).toEqual([])
    expect(await comments('For nobody there')).toEqual([expect.stringContaining('the first of them')])
  })

  test('moved between the sections of its person’s deals belongs to the other one', async () => {
    const tom = await person('Tom Baker')
    await deal('Baker: 123 Main St', 11, [tom])
    const second = await deal('Baker: 9 Elm St', 12, [tom])
    const ann = await person('Ann Other')
    await bridge.settle()
    const call = await bridge.addFubTask({ name: 'Call', personId: tom })
    await bridge.settle()
    await bridge.todoist.call('POST', `/api/v1/tasks/${(await item('Call')).id}`, {
      labels: [`deal-${second}`],
    })
    await bridge.settle()
    expect(await book()).toEqual({ Call: 'Offer / Baker: 9 Elm St' })
    // Another person's task now: the link is lost, and it is filed anew.
    await bridge.fub.call('PUT', `/v1/tasks/${call.id}`, { personId: ann })
    await bridge.settle()
    expect(await book()).toEqual({ Call: '📌 General CRM Tasks / ' })
  })
})

test('a section that its user moves to another stage’s project is moved back once, and then left', async () => {
  const tom = await person('Tom Baker')
  const ann = await person('Ann Other')
  await deal('Baker: 123 Main St', 11, [tom])
  await deal('Other: Lot 4', 12, [ann])
  await bridge.addFubTask({ name: 'Call', personId: tom })
  await bridge.addFubTask({ name: 'Visit', personId: ann })
  await bridge.settle()
  const { id, project_id } = await section('Baker: 123 Main St')
  const elsewhere = (await section('Other: Lot 4')).project_id
  const move = () =>
    bridge.todoist.call('POST', '/api/v1/sync', {
      commands: [{ type: 'section_move', uuid: crypto.randomUUID(), args: { id, project_id: elsewhere } }],
    })
  await move()
  await bridge.settle()
  expect((await section('Baker: 123 Main St')).project_id).toBe(project_id)
  await move()
  await bridge.settle()
  expect((await section('Baker: 123 Main St')).project_id).toBe(elsewhere)
  const [home] = await bridge.db<{ state: string; reason: string }[]>`
    select state, reason from deal_home where state <> 'ok'`
  expect(home).toEqual({ state: 'waiting', reason: 'moved-away' })
})
