import fc from 'fast-check'
import { expect, it } from 'vitest'
import { generalMarker, markedShard, markedTask, taskMarker, taskOfMarker } from './marker.ts'
import { markerIn, markerRow } from './marker-row.ts'

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
