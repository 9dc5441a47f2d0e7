import { afterEach, beforeEach, expect, it } from 'vitest'
import { pauseRoute, resumeRoute } from '../../src/activities/manage/routes.ts'
import * as map from '../../src/starter/commands/map.ts'
import { add as addRoute, start } from '../../src/starter/commands/route-admin.ts'
import { allRoutes, type RouteRow, setRouteState } from '../../src/store/routes.ts'
import { type Accounts, openAccounts } from './accounts.ts'

/* What becomes of tasks when lists are mapped, and mapped otherwise, while a route works, rests or stands still. */

let accounts: Accounts
/** Lists of both accounts, of which the first two are mapped. */
let a: string
let b: string
let c: string

beforeEach(async () => {
  accounts = await openAccounts({ deleteGraceMs: 200 })
  const { deciding } = accounts
  await accounts.connect('work')
  await accounts.connect('home')
  await addRoute(deciding, { name: 'lists', left: 'work', right: 'home' }, {})
  a = await accounts.newList('work', 'A')
  ;[b, c] = [await accounts.newList('home', 'B'), await accounts.newList('home', 'C')]
  await map.add(deciding, { route: 'lists', left: a, right: b }, { direction: 'both' })
})
afterEach(() => accounts[Symbol.asyncDispose]())

const post = async (who: 'work' | 'home', list: string, ...titles: string[]) => {
  for (const content of titles)
    await accounts.user(who).call('POST', '/api/v1/tasks', { content, project_id: list })
}
const route = async () => (await allRoutes(accounts.db))[0] as RouteRow
const pairs = () => accounts.db`select memory, reason, count(*)::int from pair group by 1, 2 order by 1, 2`
const inList = async (list: string) => {
  const { body } = await accounts
    .user('home')
    .call<{ results: { content: string }[] }>('GET', `/api/v1/tasks?limit=200&project_id=${list}`)
  return body.results.map(({ content }) => content).sort()
}
const fifteen = Array.from({ length: 15 }, (_, n) => `t${n + 10}`)

it.each(['paused', 'stopped'] as const)(
  'lists that are mapped while a route is %s are matched when it goes on, and nothing is doubled',
  async (state) => {
    const { deciding, db } = accounts
    await accounts.fillAndSettle()
    const d = await accounts.newList('work', 'D')
    await post('work', d, 'x', 'y')
    await post('home', c, 'x', 'y')
    const { id } = await route()
    if (state === 'paused') await pauseRoute(deciding, await route(), { dryRun: false })
    else await setRouteState(db, id, 'stopped')
    accounts.told.length = 0
    const said = await map.add(deciding, { route: 'lists', left: d, right: c }, { direction: 'both' })
    expect(said.lines[1]).toMatch(
      /^Once the route goes on \(.*route resume lists.*\), tasks that are in both/u,
    )
    expect(accounts.told).toEqual(['fill lists'])
    await resumeRoute(deciding, await route(), { dryRun: false, once: false })
    expect(await route()).toMatchObject({ state: 'matching', filledAt: null })
    await accounts.fillAndSettle()
    expect([await accounts.titles('work'), await accounts.titles('home')]).toEqual([
      ['x', 'y'],
      ['x', 'y'],
    ])
  },
)

it('a mapping that was off is matched first, also on a paused route, and begins no draft', async () => {
  const { deciding } = accounts
  await map.edit(deciding, '1', { direction: 'off' })
  accounts.told.length = 0
  await map.edit(deciding, '1', { direction: 'both' })
  expect(accounts.told).not.toContain('fill lists')
  await accounts.fillAndSettle()
  await map.edit(deciding, '1', { direction: 'off' })
  await post('work', a, 'x')
  await post('home', b, 'x')
  await pauseRoute(deciding, await route(), { dryRun: false })
  await map.edit(deciding, '1', { direction: 'both' })
  await resumeRoute(deciding, await route(), { dryRun: false, once: false })
  expect(await route()).toMatchObject({ state: 'matching', filledAt: null })
  await accounts.fillAndSettle()
  expect([await accounts.titles('work'), await accounts.titles('home')]).toEqual([['x'], ['x']])
})

it.each(['remove', 'off'] as const)(
  'a mapping of many tasks that is ended (%s) is no mass change, and goes on where it was',
  async (how) => {
    const { deciding } = accounts
    await post('work', a, ...fifteen)
    await accounts.fillAndSettle()
    if (how === 'remove') await map.remove(deciding, '1', {})
    else await map.edit(deciding, '1', { direction: 'off' })
    await accounts.settle()
    expect((await route()).state).toBe('active')
    expect(await pairs()).toEqual([{ memory: 'unlinked', reason: 'unmapped', count: 15 }])
    expect(await accounts.titles('home')).toEqual(fifteen)
    if (how === 'remove')
      await map.add(deciding, { route: 'lists', left: a, right: b }, { direction: 'both' })
    else await map.edit(deciding, '1', { direction: 'both' })
    await accounts.fillAndSettle()
    expect(await pairs()).toEqual([{ memory: 'linked', reason: null, count: 15 }])
  },
)

it('a list that is mapped to another one instead takes its tasks there, and back again', async () => {
  const { deciding } = accounts
  await post('work', a, 'One', 'Two')
  await accounts.fillAndSettle()
  await post('home', c, 'Two')
  await map.remove(deciding, '1', {})
  await accounts.settle()
  await map.add(deciding, { route: 'lists', left: a, right: c }, { direction: 'both' })
  await accounts.fillAndSettle()
  expect([await inList(b), await inList(c), await accounts.titles('work')]).toEqual([
    ['One', 'Two'],
    ['One', 'Two'],
    ['One', 'Two'],
  ])
  await map.remove(deciding, '2', {})
  await map.add(deciding, { route: 'lists', left: a, right: b }, { direction: 'both' })
  await accounts.fillAndSettle()
  expect(await accounts.titles('work')).toEqual(['One', 'Two'])
  await post('work', a, 'Three')
  await accounts.settle()
  expect([await inList(b), await inList(c)]).toEqual([
    ['One', 'Three', 'Two'],
    ['One', 'Two'],
  ])
})

it('what its user moved out of a mapped list stays out when that is mapped anew', async () => {
  const { deciding } = accounts
  await post('work', a, 'One')
  await accounts.fillAndSettle()
  const { body } = await accounts
    .user('home')
    .call<{ results: { id: string }[] }>('GET', `/api/v1/tasks?project_id=${b}`)
  await accounts.user('home').call('POST', `/api/v1/tasks/${body.results[0]?.id}/move`, { project_id: c })
  await accounts.settle()
  await map.remove(deciding, '1', {})
  await map.add(deciding, { route: 'lists', left: a, right: b }, { direction: 'both' })
  await accounts.fillAndSettle()
  expect([await inList(b), await inList(c), await accounts.titles('work')]).toEqual([[], ['One'], ['One']])
})

it('a first sync that nobody heard of is begun when it is asked for again', async () => {
  await accounts.fillAndSettle()
  const d = await accounts.newList('work', 'D')
  const away = { ...accounts.deciding, fill: async () => 4 as const }
  expect(await map.add(away, { route: 'lists', left: d, right: c }, { direction: 'both' })).toMatchObject({
    outcome: 4,
  })
  expect(await start(away, 'lists', { yes: true })).toMatchObject({ outcome: 4 })
  accounts.told.length = 0
  const said = await start(accounts.deciding, 'lists', { yes: true })
  expect([said.outcome, said.lines]).toEqual([
    0,
    ['The first sync of lists has begun already; it goes on: the route is matching.'],
  ])
  expect(accounts.told).toEqual(['fill lists'])
})
