import fc from 'fast-check'
import { expect, it } from 'vitest'
import {
  dealMarker,
  generalMarker,
  markedDeal,
  markedShard,
  markedStage,
  markedStamp,
  markedTask,
  stageMarker,
  stampMarker,
  taskMarker,
  taskOfMarker,
} from './marker.ts'
import { isBareMarker, markerIn, markerRow } from './marker-row.ts'

const provider = fc.constantFrom('follow-up-boss', 'todoist', 'crm2')
/** As services give them: numbers, UUIDs, Todoist's letters, the UIDs of other CalDAV clients, and whatever else. */
const id = fc.oneof(
  fc.nat().map(String),
  fc.uuid(),
  fc.constantFrom(
    '6X7rfFVPjhvv84XG',
    '20261126T120000Z-1(2)@host.example',
    'A1B2C3D4-0000-4000-8000-ABCDEF012345',
  ),
  fc.string({ minLength: 1, maxLength: 40, unit: 'grapheme' }),
)
const account = fc.oneof(fc.nat().map(String), fc.uuid(), fc.constantFrom('account-left', 'a.b_c'))

it('a marker that was made is found on its line, and says again of what it is', () => {
  fc.assert(
    fc.property(provider, id, account, fc.integer({ min: 1, max: 99 }), (kind, task, of, shard) => {
      const made = taskMarker(kind, task)
      expect(markerIn(markerRow(made))).toBe(made)
      expect(markerIn(`${markerRow(made)}typed`)).toBe(made)
      expect(markedTask(kind, made)).toBe(task)
      expect(taskOfMarker(made)).toEqual({ provider: kind, remoteId: task })
      const general = generalMarker(kind, of, shard)
      expect(markerIn(markerRow(general))).toBe(general)
      expect(markedShard(kind, of, general)).toBe(shard)
    }),
  )
})

it('the task of a checklist is known by its own, and is no task of a service', () => {
  fc.assert(
    fc.property(fc.uuid(), provider, id, (key, kind, task) => {
      const made = stampMarker(key)
      expect(markerIn(`${markerRow(made)} typed`)).toBe(made)
      expect(markedStamp(made)).toBe(key)
      expect([markedTask(kind, made), markedStamp(taskMarker(kind, task)), markedStamp(null)]).toEqual([
        null,
        null,
        null,
      ])
    }),
  )
  expect(markedStamp('checklist/task/12')).toBeNull()
})

it('a section of a deal and a project of a stage are known by theirs', () => {
  const number = fc.integer({ min: 1, max: 99 })
  const kind = fc.constantFrom('stage' as const, 'pipeline' as const)
  fc.assert(
    fc.property(provider, account, id, kind, number, (crm, of, remoteId, what, count) => {
      const deal = dealMarker({ id: remoteId, part: count })
      const project = stageMarker(crm, of, { kind: what, id: remoteId, shard: count })
      for (const made of [deal, project]) {
        expect(markerIn(markerRow(made))).toBe(made)
        expect(markerIn(`${markerRow(made)} typed`)).toBe(made)
        expect(isBareMarker(markerRow(made))).toBe(true)
      }
      expect(markedDeal(deal)).toEqual({ id: remoteId, part: count })
      expect(markedStage(crm, of, project)).toEqual({ kind: what, id: remoteId, shard: count })
      expect([markedDeal(project), markedStage(crm, of, deal), markedShard(crm, of, project)]).toEqual([
        null,
        null,
        null,
      ])
    }),
  )
  expect(dealMarker({ id: '5501', part: 1 })).toBe('deal:5501')
  expect(dealMarker({ id: '5501', part: 2 })).toBe('deal/2:5501')
  expect(stageMarker('crm', '1', { kind: 'stage', id: '12', shard: 1 })).toBe('crm/1/stage/12/1')
})

it.each(['deal/0:1', 'deal:', 'deal:1/2', 'task:1', 'deal:(%zz)'])('%j is no section of a deal', (marker) => {
  expect(markedDeal(marker)).toBeNull()
})

it.each(['crm/1/stage/12/0', 'crm/1/stage/12', 'crm/1/stage/12/1/1', 'crm/2/stage/12/1', 'crm/1/general/1'])(
  '%j is no project of a stage of this account',
  (marker) => {
    expect(markedStage('crm', '1', marker)).toBeNull()
  },
)

it('is of its own service, account and kind alone', () => {
  expect(markedTask('crm', 'crm2/task/1')).toBeNull()
  expect(markedTask('crm', null)).toBeNull()
  expect(markedShard('crm', '1', 'crm/2/general/1')).toBeNull()
  expect(markedShard('crm', '1', 'crm/1/general/')).toBeNull()
  expect(markedShard('crm', '1', 'crm/1/general/0')).toBeNull()
  expect(markedShard('crm', '1', null)).toBeNull()
})

it.each([
  'works',
  '',
  'yes/no',
  'a/b/c',
  'crm/task/x',
  'crm/task/',
  'https://x.example/task/12',
  'deal:x',
  'general/1',
])('nothing else is one: %j', (words) => {
  expect(markerIn(markerRow(words))).toBeNull()
})
