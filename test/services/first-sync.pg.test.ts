import { describe, expect, it } from 'vitest'
import { linkAmbiguous, separateAmbiguous } from '../../src/activities/ambiguous.ts'
import { preview } from '../../src/activities/preview.ts'
import { openAmbiguities } from '../../src/store/ambiguities.ts'
import { inTransaction } from '../../src/store/database.ts'
import { BUNDLES, settingsOf } from '../support/unproven.ts'
import { type Bridge, type BridgeOptions, openBridge as open, PERSON } from './bridge.ts'

describe.each(BUNDLES)('with open questions of both services as %s, a first sync', (bundle) => {
  const openBridge = (options: BridgeOptions = {}) => open({ ...options, settings: settingsOf(bundle) })

  /** General is there and ours, with one task in it that the record knows. */
  async function withGeneral(bridge: Bridge): Promise<string> {
    await bridge.addFubTask({ name: 'So that General is there' })
    await bridge.settle()
    return bridge.general()
  }
  const addItem = async (bridge: Bridge, fields: Record<string, unknown>): Promise<string> => {
    const task = { project_id: await bridge.general(), ...fields }
    return (await bridge.todoist.call<{ id: string }>('POST', '/api/v1/tasks', task)).body.id
  }
  const contents = async (bridge: Bridge) => (await bridge.items()).map((item) => item.content).sort()
  const names = async (bridge: Bridge) => (await bridge.fubTasks()).map((task) => task.name).sort()

  it('finds what is on both sides by its words, asks where it could be several, and makes the rest', async () => {
    await using bridge = await openBridge()
    await withGeneral(bridge)
    await bridge.addFubTask({ name: 'Call about inspection', dueDate: '2027-03-05' })
    await addItem(bridge, { content: `Call about inspection fub:${PERSON}`, due_date: '2027-03-05' })
    const twins = [await bridge.addFubTask({ name: 'Twin' }), await bridge.addFubTask({ name: 'Twin' })]
    await addItem(bridge, { content: `Twin fub:${PERSON}` })
    await bridge.addFubTask({ name: 'CRM only' })
    await addItem(bridge, { content: 'Dentist', project_id: undefined, priority: 4 })

    await bridge.pullFresh()
    const found = await preview(bridge.deps)
    expect(found).toMatchObject({ linked: 2, waiting: 0, outOfScope: { right: 1 } })
    expect(found.writes.filter((write) => write.verb === 'create')).toMatchObject([{ side: 'right' }])
    expect(found.ambiguous.map(({ task, candidates }) => [task.title, candidates.length])).toEqual([
      ['Twin', 1],
      ['Twin', 1],
    ])

    await bridge.fill()
    await bridge.settle()
    expect(await names(bridge)).toEqual([
      'CRM only',
      'Call about inspection',
      'So that General is there',
      'Twin',
      'Twin',
    ])
    expect(await contents(bridge)).toEqual([
      'CRM only',
      'Call about inspection',
      'Dentist',
      'So that General is there',
      `Twin fub:${PERSON}`,
    ])

    const [first, second] = await openAmbiguities(bridge.db, bridge.routeId)
    const item = (await bridge.items()).find((one) => one.content.startsWith('Twin'))
    await inTransaction(bridge.db, (tx) => linkAmbiguous(tx, bridge.deps, first?.id ?? '', item?.id ?? ''))
    expect(await openAmbiguities(bridge.db, bridge.routeId)).toEqual([])
    await bridge.settle()
    expect(second).toBeDefined()
    const marked = (await bridge.items()).filter((one) => one.content === 'Twin')
    expect(marked.map(({ description }) => description.trim().split('/').at(-1)).sort()).toEqual(
      twins.map(({ id }) => String(id)).sort(),
    )
    expect((await names(bridge)).filter((name) => name === 'Twin')).toHaveLength(2)
  })

  it('keeps its question about a sub-task when the person of the task above is found', async () => {
    await using bridge = await openBridge()
    await withGeneral(bridge)
    for (const _ of [1, 2]) await bridge.addFubTask({ name: 'Twin' })
    const parent_id = await addItem(bridge, { content: `Above fub:${PERSON}` })
    await addItem(bridge, { content: `Twin fub:${PERSON}`, parent_id, project_id: undefined })
    await bridge.pullFresh()
    await bridge.fill()
    const asked = await openAmbiguities(bridge.db, bridge.routeId)
    expect(asked).toHaveLength(2)

    await bridge.settle()
    expect(await openAmbiguities(bridge.db, bridge.routeId)).toEqual(asked)
    expect(await names(bridge)).toEqual(['Above', 'So that General is there', 'Twin', 'Twin'])
    expect(await contents(bridge)).toEqual(['Above', 'So that General is there', `Twin fub:${PERSON}`])

    const item = (await bridge.items()).find((one) => one.content.startsWith('Twin'))
    await inTransaction(bridge.db, (tx) => linkAmbiguous(tx, bridge.deps, asked[0]?.id ?? '', item?.id ?? ''))
    await bridge.settle()
    expect(await openAmbiguities(bridge.db, bridge.routeId)).toEqual([])
    expect((await names(bridge)).filter((name) => name === 'Twin')).toHaveLength(2)
    expect((await contents(bridge)).filter((content) => content === 'Twin')).toHaveLength(2)
  })

  it('of policy none writes nothing but links, and a task enters when it is edited', async () => {
    await using bridge = await openBridge({ policy: { firstSync: { kind: 'none' } } })
    await withGeneral(bridge)
    const old = await bridge.addFubTask({ name: 'Old' })
    await addItem(bridge, { content: `Old too fub:${PERSON}` })
    await bridge.pullFresh()
    expect((await preview(bridge.deps)).leftOut).toEqual({ left: 1, right: 1 })
    await bridge.fill()
    await bridge.settle()
    expect(await contents(bridge)).toEqual([`Old too fub:${PERSON}`, 'So that General is there'])
    expect(await names(bridge)).toEqual(['Old', 'So that General is there'])
    await bridge.fub.call('PUT', `/v1/tasks/${old.id}`, { name: 'Old, and wanted' })
    await bridge.settle()
    expect(await contents(bridge)).toContain('Old, and wanted')
  })

  it('that is answered with “none of them” makes tasks of both sides', async () => {
    await using bridge = await openBridge()
    await withGeneral(bridge)
    await bridge.addFubTask({ name: 'Twin' })
    for (const _ of [1, 2]) await addItem(bridge, { content: `Twin fub:${PERSON}` })
    await bridge.pullFresh()
    await bridge.fill()
    await bridge.settle()
    const [question] = await openAmbiguities(bridge.db, bridge.routeId)
    await inTransaction(bridge.db, (tx) => separateAmbiguous(tx, bridge.deps, question?.id ?? ''))
    await bridge.settle()
    expect((await names(bridge)).filter((name) => name === 'Twin')).toHaveLength(3)
    expect((await contents(bridge)).filter((content) => content === 'Twin')).toHaveLength(3)
  })
})
