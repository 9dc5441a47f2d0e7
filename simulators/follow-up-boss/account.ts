import { DEAL_FIELDS } from '../data/deals.ts'
import type { Route } from '../kit/http-types.ts'
import { type Desk, idParam } from './desk.ts'
import { notFound } from './errors.ts'
import { all, type Filter, when } from './filters.ts'
import { listReply } from './list.ts'
import type { FubUser } from './records.ts'
import type { Snapshot } from './table.ts'

/** `/v1/identity`, `/v1/me`, `/v1/users`, `/v1/pipelines`, `/v1/stages`, `/v1/dealCustomFields` (reference §8, §9, §11). */
export function accountRoutes(desk: Desk): Route[] {
  const { store, gate, settings } = desk
  return [
    {
      method: 'GET',
      path: '/v1/identity',
      handle: (request) => {
        const { account } = store().book
        const { id, name, email, role, isOwner } = gate.caller(request)
        const owner = store().users.find((user) => user.isOwner)
        const user = {
          id,
          name,
          email,
          role,
          isOwner,
          isAdmin: role === 'Broker',
          isLender: role === 'Lender',
        }
        return {
          status: 200,
          body: { account: { ...account, owner: { name: owner?.name, email: owner?.email } }, user },
        }
      },
    },
    {
      method: 'GET',
      path: '/v1/me',
      handle: (request) => {
        const { timezone, ...user } = gate.caller(request)
        // The real answer carries the caller's key: a client must never store or log this body.
        return {
          status: 200,
          body: { ...user, timeZone: timezone, apiKey: 'fka_simulated_secret_never_store_this' },
        }
      },
    },
    {
      method: 'GET',
      path: '/v1/users',
      handle: (request) => {
        const { query } = request
        return listReply(request, settings, {
          collection: 'users',
          rows: fixedRows(store().users),
          keep: all<FubUser>([
            when(query.get('role'), (role) => (user) => user.role === role),
            when(
              query.get('name'),
              (name): Filter<FubUser> =>
                (user) =>
                  user.name.toLowerCase().includes(name.toLowerCase()),
            ),
            when(query.get('email'), (email) => (user) => user.email === email),
          ]),
          answer: (user) => user,
          sortable: { name: (user) => user.name, created: (user) => user.created },
        })
      },
    },
    {
      method: 'GET',
      path: '/v1/users/{id}',
      handle: (request) => ({ status: 200, body: store().user(idParam(request)) ?? notFound() }),
    },
    {
      method: 'GET',
      path: '/v1/pipelines',
      handle: (request) =>
        listReply(request, settings, {
          collection: 'pipelines',
          rows: fixedRows(store().book.pipelines),
          keep: all([
            when(
              request.query.get('name'),
              (name) => (row: { id: number; name: string }) => row.name === name,
            ),
          ]),
          answer: (pipeline) => pipeline,
        }),
    },
    {
      method: 'GET',
      path: '/v1/pipelines/{id}',
      handle: (request) => ({
        status: 200,
        body: store().book.pipelines.find(({ id }) => id === idParam(request)) ?? notFound(),
      }),
    },
    {
      method: 'GET',
      path: '/v1/stages',
      handle: (request) =>
        listReply(request, settings, {
          collection: 'stages',
          rows: fixedRows(store().book.peopleStages),
          answer: ({ id, name }) => ({
            id,
            name,
            orderWeight: id * 1000,
            isProtected: name === 'Lead' || name === 'Trash',
            pipelineId: null,
            description: null,
            systems: [],
            peopleCount: store()
              .people.all()
              .filter((person) => person.stageId === id).length,
          }),
          sortable: { name: (stage) => stage.name, orderWeight: (stage) => stage.id },
        }),
    },
    {
      method: 'GET',
      path: '/v1/dealCustomFields',
      handle: (request) =>
        listReply(request, settings, {
          collection: 'dealCustomfields',
          rows: fixedRows(
            Object.entries(DEAL_FIELDS).map(([name, label], index) => ({ id: index + 1, name, label })),
          ),
          answer: (field) => ({ ...field, type: 'text', choices: [] }),
        }),
    },
  ]
}

function fixedRows<R extends { readonly id: number }>(rows: readonly R[]): Snapshot<R> {
  const byId = new Map(rows.map((row) => [row.id, row]))
  return { ids: [...byId.keys()].sort((a, b) => a - b), get: (id) => byId.get(id), present: true }
}
