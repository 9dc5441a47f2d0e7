import { afterAll, beforeAll, expect, it } from 'vitest'
import { addConnection, openTestRecord, type TestRecord } from '../../test/store/record.ts'
import type { RemoteContainer } from '../providers/contract.ts'
import { listNames, noteListNames } from './list-names.ts'

let record: TestRecord
beforeAll(async () => {
  record = await openTestRecord()
})
afterAll(() => record[Symbol.asyncDispose]())

const list = (remoteId: string, name: string, given: Partial<RemoteContainer> = {}): RemoteContainer => ({
  remoteId,
  kind: 'list',
  name,
  parent: null,
  state: 'active',
  marker: null,
  ...given,
})

it('the last name of each list is kept, also of one that is gone; sections have none', async () => {
  const id = await addConnection(record.db, 'one')
  const other = await addConnection(record.db, 'two')
  const names = async () =>
    (await listNames(record.db)).map((row) => [row.connectionId, row.remoteId, row.name])
  await noteListNames(record.db, id, [list('b', 'Old'), list('a', 'A'), list('b', 'B')])
  await noteListNames(record.db, other, [list('a', 'Elsewhere'), list('s', 'Section', { kind: 'section' })])
  await noteListNames(record.db, id, [list('a', '', { state: 'gone' }), list('b', 'B2', { state: 'gone' })])
  expect(await names()).toEqual([
    [id, 'a', 'A'],
    [id, 'b', 'B'],
    [other, 'a', 'Elsewhere'],
  ])
  await noteListNames(record.db, id, [list('b', 'C', { state: 'archived' })])
  expect(await names()).toContainEqual([id, 'b', 'C'])
})
