import { expect, it } from 'vitest'
import { preview } from '../../src/activities/preview.ts'
import * as map from '../../src/starter/commands/map.ts'
import { add as addRoute } from '../../src/starter/commands/route-admin.ts'
import { openAccounts } from './accounts.ts'

it('a preview of a first sync counts sub-tasks that are made once the task above them is, however deep', async () => {
  await using accounts = await openAccounts()
  const { deciding } = accounts
  await accounts.connect('work')
  await accounts.connect('home')
  await addRoute(deciding, { name: 'lists', left: 'work', right: 'home' }, {})
  const [left, right] = [await accounts.newList('work', 'A'), await accounts.newList('home', 'B')]
  await map.add(deciding, { route: 'lists', left, right }, { direction: 'both' })
  let place: Record<string, string> = { project_id: left }
  for (const content of ['Above', 'Below', 'Deeper']) {
    const { body } = await accounts
      .user('work')
      .call<{ id: string }>('POST', '/api/v1/tasks', { content, ...place })
    place = { parent_id: body.id }
  }
  await accounts.settle()
  const asking = {
    ...deciding.deps,
    secretKey: '',
    wakeTasks: async () => undefined,
    wakeDeals: async () => undefined,
  }
  const found = await preview(asking)
  expect(found.writes.map(({ title, verb, side }) => [title, verb, side])).toEqual([
    ['Above', 'create', 'right'],
    ['Below', 'create', 'right'],
    ['Deeper', 'create', 'right'],
  ])
  expect(await accounts.titles('home')).toEqual([])
  expect(await accounts.db`select from pair`).toHaveLength(0)
})
