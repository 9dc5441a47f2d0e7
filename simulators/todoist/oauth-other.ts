import { z } from 'zod'
import type { Route, SimReply, SimRequest } from '../kit/http-types.ts'
import type { KeyRing } from '../kit/keys.ts'
import { completeApp } from './oauth-apps.ts'
import { provenApp, tokenParameters } from './oauth-client-auth.ts'
import { LEGACY_LIFE_MS, secretText } from './oauth-grants.ts'
import { readScopes } from './oauth-scopes.ts'
import { refuse } from './oauth-token.ts'
import type { AppWebhooks } from './oauth-webhooks.ts'
import { ok } from './replies.ts'
import { readBody } from './rest-bodies.ts'
import { done } from './rest-tasks.ts'
import type { Running } from './running-account.ts'

const registration = z.object({
  redirect_uris: z.array(z.url()).min(1),
  client_name: z.string().optional(),
  scope: z.string().optional(),
  token_endpoint_auth_method: z.enum(['client_secret_post', 'client_secret_basic', 'none']).optional(),
})

/** Revocation, migration of personal tokens and dynamic registration (reference §4); they need no bearer token. */
export function otherOAuthRoutes(running: Running, keys: KeyRing, hooks: AppWebhooks): Route[] {
  return [
    {
      method: 'DELETE',
      path: '/api/v1/access_tokens',
      handle: ({ query, headers }) => {
        const given = new Map(query)
        return revoke(running, hooks, { headers }, given, given.get('access_token') ?? '', () =>
          done(running),
        )
      },
    },
    {
      method: 'POST',
      path: '/api/v1/revoke',
      handle: (request) => {
        const given = tokenParameters(request)
        // The standard: an unknown token is answered as one that was revoked.
        return revoke(running, hooks, request, given, given.get('token') ?? '', () => ({ status: 200 }))
      },
    },
    {
      method: 'POST',
      path: '/api/v1/access_tokens/migrate_personal_token',
      handle: (request) => migrate(running, keys, request),
    },
    { method: 'POST', path: '/oauth/register', handle: (request) => register(running, request) },
  ]
}

function revoke(
  running: Running,
  hooks: AppWebhooks,
  request: Pick<SimRequest, 'headers'>,
  given: ReadonlyMap<string, string>,
  token: string,
  answer: () => SimReply,
): SimReply {
  const { oauth } = running()
  const app = provenApp(oauth, request, given)
  if (app === undefined) return refuse('invalid_client', 401)
  if (oauth.revoke(app.client_id, token)) hooks.update(app)
  return answer()
}

/** An app's token for one that the user made in the settings; not the OAuth flow, so no webhooks come of it. */
function migrate(running: Running, keys: KeyRing, request: SimRequest): SimReply {
  const { oauth, account } = running()
  const given = tokenParameters(request)
  const app = provenApp(oauth, request, given)
  if (app === undefined) return refuse('incorrect_application_credentials')
  const personal = given.get('personal_token') ?? ''
  if (oauth.find(personal) !== undefined || keys.owner(personal, account.userId) === undefined)
    return refuse('invalid_grant')
  const scopes = readScopes(given.get('scope') ?? '')
  if (scopes === undefined) return refuse('invalid_scope')
  const { access } = oauth.issue({ ...app, refresh_tokens: false }, scopes)
  return ok({ access_token: access.token, token_type: 'Bearer', expires_in: LEGACY_LIFE_MS / 1000 })
}

/** RFC 7591. */
function register(running: Running, request: SimRequest): SimReply {
  const { oauth, account } = running()
  let body: z.output<typeof registration>
  try {
    body = readBody(registration, request)
  } catch {
    return refuse('invalid_client_metadata')
  }
  const { scope, ...app } = body
  if (scope !== undefined && readScopes(scope) === undefined) return refuse('invalid_client_metadata')
  const made = completeApp(app, secretText)
  oauth.register(made)
  const open = made.token_endpoint_auth_method === 'none'
  return {
    status: 201,
    body: {
      client_id: made.client_id,
      ...(open ? {} : { client_secret: made.client_secret, client_secret_expires_at: 0 }),
      client_id_issued_at: Math.floor(account.options.now() / 1000),
      client_name: made.client_name,
      redirect_uris: made.redirect_uris,
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
      token_endpoint_auth_method: made.token_endpoint_auth_method,
      ...(scope === undefined ? {} : { scope }),
    },
  }
}
