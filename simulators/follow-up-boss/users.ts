import type { Route } from '../kit/http-types.ts'
import { readBody } from './body.ts'
import { type Desk, deleted, idParam } from './desk.ts'
import { fail, notFound } from './errors.ts'
import { chosenFields, pickFields } from './fields.ts'
import { all, isOn, when } from './filters.ts'
import { listReply } from './list.ts'
import type { FubUser } from './records.ts'
import { fixedRows } from './table.ts'

/** `/v1/users` (reference §11). There are no webhooks for users. */
export function userRoutes(desk: Desk): Route[] {
  const { store, gate, settings } = desk
  return [
    {
      method: 'GET',
      path: '/v1/users',
      handle: (request) => {
        const { query } = request
        const fields = chosenFields(query, USER_FIELDS)
        return listReply(request, settings, {
          collection: 'users',
          rows: fixedRows(store().users),
          keep: all<FubUser>([
            isOn(query, 'includeDeleted') ? undefined : (user) => user.status === 'Active',
            when(query.get('role'), (role) => (user) => user.role === role),
            // The whole name, unlike people's.
            when(query.get('name'), (name) => (user) => user.name.toLowerCase() === name.toLowerCase()),
            when(query.get('email'), (email) => (user) => user.email === email),
          ]),
          answer: (user) =>
            pickFields(userAnswer(user), fields?.includes('allFields') === true ? undefined : fields),
          sortable: { name: (user) => user.name, created: (user) => user.created },
        })
      },
    },
    {
      method: 'GET',
      path: '/v1/users/{id}',
      handle: (request) => {
        const user = store().user(idParam(request))
        return { status: 200, body: user === undefined ? notFound() : userAnswer(user) }
      },
    },
    {
      // The service has no such request: this is how whoever plays the user works in its settings.
      method: 'PUT',
      path: '/v1/users/{id}',
      handle: (request) => {
        if (request.actor !== 'user') return notFound()
        const user = store().user(idParam(request)) ?? notFound()
        const patch = readBody(request, { timezone: 'string', role: 'string', phone: 'string' })
        const next: FubUser = { ...user, ...(patch as Partial<FubUser>), updated: store().now(settings) }
        store().replaceUser(next)
        return { status: 200, body: userAnswer(next) }
      },
    },
    {
      method: 'DELETE',
      path: '/v1/users/{id}',
      handle: (request) => {
        if (!gate.caller(request).isOwner) fail(403, 'Only the account owner can delete users.')
        const user = store().user(idParam(request)) ?? notFound()
        const heir = store().user(Number(request.query.get('assignTo')))
        if (heir === undefined || heir.id === user.id || heir.status === 'Deleted')
          return fail(400, 'Missing required field in the request: assignTo.')
        if (user.isOwner) fail(400, 'The account owner cannot be deleted.')
        store().replaceUser({ ...user, status: 'Deleted', updated: store().now(settings) })
        for (const person of store().people.all()) {
          if (person.assignedUserId !== user.id) continue
          store().people.replace({ ...person, assignedUserId: heir.id, assignedTo: heir.name })
          store().announce({ kind: 'people', verb: 'Updated', ids: [person.id], by: request.actor })
        }
        return deleted(settings)
      },
    },
  ]
}

const BESIDE = {
  beta: false,
  picture: null,
  canExport: false,
  canCreateApiKeys: false,
  lastSeenIos: null,
  lastSeenAndroid: null,
  lastSeenFub2: null,
}

const USER_FIELDS: readonly string[] = [
  ...['allFields', 'calling', 'id', 'name', 'firstName', 'lastName', 'email', 'phone', 'role', 'status'],
  ...['isOwner', 'timezone', 'created', 'updated', 'groups', 'teamIds', 'teamLeaderOf'],
  ...['pauseLeadDistribution', 'leadEmailAddress'],
  ...Object.keys(BESIDE),
]

function userAnswer(user: FubUser): object {
  return { ...user, ...BESIDE, leadEmailAddress: `${user.firstName.toLowerCase()}@example.invalid` }
}
