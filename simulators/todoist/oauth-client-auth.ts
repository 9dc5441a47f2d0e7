import { formBody, header, jsonBody, type SimRequest } from '../kit/http-types.ts'
import type { OAuthApp } from './oauth-apps.ts'
import type { OAuthGrants } from './oauth-grants.ts'

/** The parameters of a token request: a form, as the standard has it, or JSON, as the SDK sends. */
export function tokenParameters(request: Pick<SimRequest, 'headers' | 'rawBody'>): Map<string, string> {
  if (header(request, 'content-type')?.includes('json') !== true) return new Map(formBody(request))
  const body = jsonBody(request)
  if (!body.ok || typeof body.value !== 'object' || body.value === null) return new Map()
  const texts = Object.entries(body.value).filter(
    (entry): entry is [string, string] => typeof entry[1] === 'string',
  )
  return new Map(texts)
}

/**
 * The app that a token request proves to come from: `client_secret_post`, `client_secret_basic`, or for apps
 * registered without a secret its id alone. Undefined = it proves nothing.
 */
export function provenApp(
  oauth: OAuthGrants,
  request: Pick<SimRequest, 'headers'>,
  given: ReadonlyMap<string, string>,
): OAuthApp | undefined {
  const basic = readBasic(header(request, 'authorization'))
  const app = oauth.apps.get(basic?.id ?? given.get('client_id') ?? '')
  if (app === undefined) return undefined
  const secret = basic?.secret ?? given.get('client_secret')
  if (app.token_endpoint_auth_method === 'none' && secret === undefined) return app
  return secret === app.client_secret ? app : undefined
}

function readBasic(text: string | undefined): { id: string; secret: string } | undefined {
  const encoded = /^Basic\s+(\S+)$/i.exec(text ?? '')?.[1]
  if (encoded === undefined) return undefined
  const plain = Buffer.from(encoded, 'base64').toString('utf8')
  const cut = plain.indexOf(':')
  if (cut < 0) return undefined
  return { id: plain.slice(0, cut), secret: plain.slice(cut + 1) }
}
