import type { Route, SimReply, SimRequest } from '../kit/http-types.ts'
import type { OAuthApp } from './oauth-apps.ts'
import { provesChallenge } from './oauth-authorize.ts'
import { provenApp, tokenParameters } from './oauth-client-auth.ts'
import { type Issued, LEGACY_LIFE_MS } from './oauth-grants.ts'
import { readScopes } from './oauth-scopes.ts'
import type { AppWebhooks } from './oauth-webhooks.ts'
import type { Running } from './running-account.ts'

/** `POST /oauth/access_token` (reference §4): a code or a refresh token for an access token. */
export function tokenRoutes(running: Running, hooks: AppWebhooks): Route[] {
  const handle = (request: SimRequest) => token(running, hooks, request)
  // Not a change of what the account holds.
  return [{ method: 'POST', path: '/oauth/access_token', handle, writes: () => false }]
}

function token(running: Running, hooks: AppWebhooks, request: SimRequest): SimReply {
  const { oauth } = running()
  const given = tokenParameters(request)
  const app = provenApp(oauth, request, given)
  switch (given.get('grant_type') ?? 'authorization_code') {
    case 'authorization_code':
      if (app === undefined) return refuse('incorrect_application_credentials')
      return codeGrant(running, hooks, app, given)
    case 'refresh_token':
      if (app === undefined) return refuse('invalid_client', 401)
      return refreshGrant(running, hooks, app, given)
    default:
      return refuse('unsupported_grant_type')
  }
}

function codeGrant(
  running: Running,
  hooks: AppWebhooks,
  app: OAuthApp,
  given: ReadonlyMap<string, string>,
): SimReply {
  const { oauth } = running()
  const pending = oauth.takeCode(given.get('code') ?? '')
  const redirectUri = given.get('redirect_uri')
  const fits =
    pending?.clientId === app.client_id &&
    (redirectUri === undefined || pending.redirectUri === undefined || redirectUri === pending.redirectUri) &&
    (pending.challenge === undefined
      ? app.token_endpoint_auth_method !== 'none'
      : provesChallenge(pending.challenge, given.get('code_verifier')))
  if (!fits) return refuse('bad_authorization_code')
  const issued = oauth.issue(app, pending.scopes)
  hooks.update(app)
  return answer(running, app, issued)
}

function refreshGrant(
  running: Running,
  hooks: AppWebhooks,
  app: OAuthApp,
  given: ReadonlyMap<string, string>,
): SimReply {
  const { oauth } = running()
  const refreshToken = given.get('refresh_token') ?? ''
  const asked = given.get('scope')
  const narrowed = asked === undefined ? undefined : readScopes(asked)
  const granted = oauth.scopesOfRefresh(refreshToken) ?? []
  if (
    asked !== undefined &&
    !(narrowed?.every((each) => granted.includes(each)) ?? false) &&
    granted.length > 0
  )
    return refuse('invalid_scope')
  const issued = oauth.trade(app, refreshToken, narrowed)
  hooks.update(app)
  return issued === undefined ? refuse('invalid_grant') : answer(running, app, issued)
}

function answer(running: Running, app: OAuthApp, { access, refreshToken }: Issued): SimReply {
  const left = access.until - running().account.options.elapsed()
  return {
    status: 200,
    headers: { 'cache-control': 'no-store' },
    body: {
      access_token: access.token,
      token_type: 'Bearer',
      expires_in: app.refresh_tokens ? Math.round(left / 1000) : LEGACY_LIFE_MS / 1000,
      ...(refreshToken === undefined ? {} : { refresh_token: refreshToken }),
      scope: access.scopes.join(','),
    },
  }
}

/** The standard's shape of an error; what the reference names is its word alone. */
export function refuse(error: string, status = 400): SimReply {
  return { status, body: { error } }
}
