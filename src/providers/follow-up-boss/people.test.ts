import { afterEach, describe, expect, test } from 'vitest'
import { FACTS, testConnection } from '../../../test/follow-up-boss/connection.ts'
import { type ScriptedServer, scriptedServer } from '../../../test/follow-up-boss/scripted-server.ts'
import { createFollowUpBoss } from './index.ts'

let server: ScriptedServer
afterEach(() => server.close())

const URL = 'https://example.followupboss.com/2/people/view/5001'

async function tell(row: object, domain: string | null = 'example') {
  server = await scriptedServer(() => ({
    body: {
      _metadata: { collection: 'people', next: null },
      people: [{ id: 5001, name: 'Tom Baker', ...row }],
    },
  }))
  const connection = testConnection(server.baseUrl, { facts: { ...FACTS, domain } })
  return createFollowUpBoss().people?.(connection, { ids: ['5001'] })
}

describe('what is told of a person', () => {
  test.each([
    ['the primary number and address', { phones: [{ value: '1' }, { value: '2', isPrimary: 1 }] }, '2'],
    ['the first, where none is', { phones: [{ value: '1', isPrimary: 0 }, { value: '2' }] }, '1'],
    ['the first that holds anything', { phones: [{ value: '' }, {}, null, { value: '3' }] }, '3'],
    ['nothing, where there is nothing', { phones: [] }, null],
    ['nothing of another shape', { phones: 'call me' }, null],
  ])('is %s', async (_what, { phones }, phone) => {
    const [person] = (await tell({ phones, emails: phones })) ?? []
    expect(person).toEqual({ remoteId: '5001', name: 'Tom Baker', phone, email: phone, url: URL })
  })

  test('is the last name, and the city of the first address that has one', async () => {
    const addresses = [{ street: '9 Elm St' }, 'odd', { city: 'Franklin' }, { city: 'Sylva' }]
    const [person] = (await tell({ lastName: 'de la Cruz', addresses })) ?? []
    expect(person).toMatchObject({ lastName: 'de la Cruz', city: 'Franklin' })
  })

  test.each([null, '', 'evil.example/', 'a b'])(
    'has no link for an account whose domain is %j',
    async (domain) => {
      expect(await tell({}, domain)).toMatchObject([{ url: null }])
    },
  )

  test('costs one request for a hundred people', async () => {
    server = await scriptedServer(() => ({ body: { _metadata: { collection: 'people' }, people: [] } }))
    const ids = Array.from({ length: 150 }, (_, nth) => String(5000 + nth))
    await createFollowUpBoss().people?.(testConnection(server.baseUrl), { ids })
    expect(server.asked.map(({ query }) => query.ids?.split(',').length)).toEqual([100, 50])
  })
})
