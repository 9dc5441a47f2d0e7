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

type Section = { readonly id: string; readonly name: string; readonly project_id: string }

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

describe('a task of Follow Up Boss', () => {
  test('goes into the section of its person’s only deal, and follows it', async () => {
    const tom = await person('Tom Baker')
    const id = await deal('Baker: 123 Main St', 11, [tom])
    await bridge.addFubTask({ name: 'Call', personId: tom })
    await bridge.settle()
    expect(await book()).toEqual({ Call: 'Showing / Baker: 123 Main St' })
    await bridge.fub.call('PUT', `/v1/deals/${id}`, { stageId: 12 })
    await bridge.settle()
    expect(await book()).toEqual({ Call: 'Offer / Baker: 123 Main St' })
  })
})
