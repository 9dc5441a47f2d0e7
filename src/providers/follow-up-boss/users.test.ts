import { afterEach, expect, test } from 'vitest'
import { testConnection } from '../../../test/follow-up-boss/connection.ts'
import { type ScriptedServer, scriptedServer } from '../../../test/follow-up-boss/scripted-server.ts'
import { createFollowUpBoss } from './index.ts'

let server: ScriptedServer
afterEach(() => server.close())

test('users come from all pages, and rows that cannot be read are left out', async () => {
  const pages = [
    [{ id: 1, name: ' Dana  Owner', email: 'dana@example.com', status: 'Active' }, { name: 'without an id' }],
    [{ id: 7, name: 'Sam Agent', email: '', status: 'Deleted' }, { id: 9 }],
  ]
  let asked = 0
  server = await scriptedServer(() => {
    asked += 1
    const next = asked === 1 ? 'second' : null
    return { body: { _metadata: { collection: 'users', next }, users: pages[asked - 1] } }
  })
  expect(await createFollowUpBoss().users?.(testConnection(server.baseUrl))).toEqual([
    { id: '1', name: 'Dana Owner', email: 'dana@example.com', active: true },
    { id: '7', name: 'Sam Agent', email: null, active: false },
    { id: '9', name: '', email: null, active: true },
  ])
  expect(asked).toBe(2)
})
