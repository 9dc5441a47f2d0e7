import { ReplyNow, type Route, type SimRequest } from '../kit/http-types.ts'
import { systemOf } from './access.ts'
import type { Desk } from './desk.ts'

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
        const { timezone, ...user } = gate.caller(request)
        // The real answer carries the caller's key: a client must never store or log this body.
        return {
          status: 200,
          body: {
            ...user,
            timeZone: timezone,
            account: store().book.account.id,
            signature: '',
            apiKey: 'fka_simulated_secret_never_store_this',
            algoliaKey: 'simulated_secret_never_store_this',
          },
        }
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
