import { ReplyNow, type Route, type SimRequest } from '../kit/http-types.ts'
import { systemOf } from './access.ts'
import type { Desk } from './desk.ts'
import type { FubUser } from './records.ts'

/** `/v1/identity`, `/v1/me` (reference §11), `/v1/rateLimit/…` (§3). */
export function accountRoutes(desk: Desk): Route[] {
  const { store, gate, settings } = desk

  /** These two complain under another key than all others. */
  function needSystem(request: SimRequest): void {
    if (systemOf(request, settings) !== undefined) return
    const error = 'Only registered systems can see rate limits.'
    throw new ReplyNow({ status: 403, body: { error } })
  }

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
        return { status: 200, body: me(gate.caller(request), store().book.account.id) }
      },
    },
    {
      // What these two answer is not documented: the shape is invented.
      method: 'GET',
      path: '/v1/rateLimit/limits',
      handle: (request) => {
        needSystem(request)
        const limits = gate.usage(request).map(({ context, limit }) => ({ context, limit, window: 10 }))
        return { status: 200, body: { limits } }
      },
    },
    {
      method: 'GET',
      path: '/v1/rateLimit/usage',
      handle: (request) => {
        needSystem(request)
        return { status: 200, body: { usage: gate.usage(request) } }
      },
    },
  ]
}

/** The real answer carries the caller's key and other secrets: a client must never store or log this body. */
function me(user: FubUser, account: number): object {
  const { id, name, email, phone, timezone, isOwner, role } = user
  const secret = 'simulated_secret_never_store_this'
  return {
    id,
    name,
    role: role === 'Broker' ? 'admin' : role.toLowerCase(),
    email,
    phone,
    timeZone: timezone,
    signature: '',
    rawSignature: '',
    apiKey: `fka_${secret}`,
    algoliaKey: secret,
    intercomSettings: { app_id: 'simulated', created_at: '0', user_hash: secret, user_id: String(id) },
    account,
    teamMember: null,
    beta: false,
    betaOnly: false,
    connectedEmail: null,
    leadEmailAddress: `${user.firstName.toLowerCase()}@example.invalid`,
    callingEnabled: false,
    voicemailEnabled: false,
    voicemailUrl: null,
    callingCapabilityToken: '',
    isOwner,
    unreadConversationCount: 0,
    notifyBy: 'Email only',
    features: [],
  }
}
