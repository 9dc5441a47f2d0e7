import { afterAll, beforeAll, expect, it } from 'vitest'
import { editRoute } from '../../src/activities/route-admin.ts'
import { routeFileChange } from '../../src/starter/route-file.ts'
import { inTransaction } from '../../src/store/database.ts'
import { FILE, ONCE } from './checklist-desk.ts'
import { type Office, openOffice } from './team-office.ts'

/* A checklist that the routes of several agents have is stamped once for each entry, by the route of the deal's agent. */

let office: Office
beforeAll(async () => {
  office = await openOffice()
  await office.settle()
  for (const [name, id] of Object.entries(office.routes))
    await inTransaction(office.db, (tx) =>
      editRoute(tx, office.deps, { id, name }, routeFileChange(FILE, 'route.yaml'), null),
    )
})
afterAll(() => office[Symbol.asyncDispose]())

const [SAM, SHOWING, OFFER] = [7, 11, 12]

const make = async (path: string, body: object) =>
  (await office.crm.call<{ id: number }>('POST', path, body)).body.id

it('of a deal of an agent’s: in the Todoist of that agent, and nobody else’s', async () => {
  const people = [await make('/v1/people', { name: 'Tom Baker' })]
  const deal = await make('/v1/deals', {
    name: '12 Oak Street',
    stageId: SHOWING,
    peopleIds: people,
    userIds: [SAM],
  })
  await office.settle()
  await office.crm.call('PUT', `/v1/deals/${deal}`, { stageId: OFFER })
  await office.settle()
  expect(await office.titles()).toEqual({ bea: [], sam: ONCE })
  // Another agent's by now: what was stamped for this entry is done.
  await office.crm.call('PUT', `/v1/deals/${deal}`, { userIds: [2] })
  await office.settle()
  expect(await office.titles()).toEqual({ bea: [], sam: ONCE })
})

it('of a deal of nobody’s: once', async () => {
  const people = [await make('/v1/people', { name: 'Ann Cole' })]
  await make('/v1/deals', { name: '7 Elm Street', stageId: OFFER, peopleIds: people })
  await office.settle()
  expect(await office.titles()).toEqual({ bea: ONCE, sam: ONCE })
})
