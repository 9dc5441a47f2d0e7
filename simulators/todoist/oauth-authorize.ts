import { createHash } from 'node:crypto'
import type { Route, SimReply, SimRequest } from '../kit/http-types.ts'
import type { OAuthApp } from './oauth-apps.ts'
import { readScopes } from './oauth-scopes.ts'
import type { Running } from './running-account.ts'

/**
 * `GET /oauth/authorize` (reference §4): where an app sends the user's browser. The person there answers at once,
 * as the setting `oauthConsent` says. An app or address that cannot be trusted gets a page, never a redirect.
 */
export function authorizeRoutes(running: Running): Route[] {
  return [{ method: 'GET', path: '/oauth/authorize', handle: (request) => authorize(running, request) }]
}

function authorize(running: Running, { query }: SimRequest): SimReply {
  const { oauth, account } = running()
  const app = oauth.apps.get(query.get('client_id') ?? '')
  if (app === undefined) return page('There is no app with this client_id.')
  const asked = query.get('redirect_uri') ?? undefined
  const target = redirectOf(app, asked)
  if (target === undefined) return page('The redirect_uri is not one of those the app registered.')
  const back = (answer: Record<string, string>): SimReply => {
    const url = new URL(target)
    const state = query.get('state')
    for (const [name, value] of Object.entries(state === null ? answer : { ...answer, state }))
      url.searchParams.set(name, value)
    return { status: 302, headers: { location: url.toString() } }
  }
  if (!app.enabled) return back({ error: 'invalid_application_status' })
  if ((query.get('response_type') ?? 'code') !== 'code') return back({ error: 'unsupported_response_type' })
  const scopes = readScopes(query.get('scope') ?? '')
  if (scopes === undefined) return back({ error: 'invalid_scope' })
  if (account.settings.oauthConsent === 'deny') return back({ error: 'access_denied' })
  const challenge = query.get('code_challenge') ?? undefined
  return back({
    code: oauth.newCode({ clientId: app.client_id, scopes, redirectUri: asked, challenge }),
  })
}

/** The registered address that is meant; mandatory when the app has several. */
export function redirectOf(app: OAuthApp, asked: string | undefined): string | undefined {
  if (asked === undefined) return app.redirect_uris.length === 1 ? app.redirect_uris[0] : undefined
  return app.redirect_uris.find((each) => each === asked)
}

/** PKCE, method S256: whether the verifier is the one that the challenge was made of. */
export function provesChallenge(challenge: string, verifier: string | undefined): boolean {
  return verifier !== undefined && createHash('sha256').update(verifier).digest('base64url') === challenge
}

function page(text: string): SimReply {
  return {
    status: 400,
    headers: { 'content-type': 'text/html; charset=utf-8' },
    body: `<html><head><title>Todoist</title></head><body><p>${text}</p></body></html>`,
  }
}
