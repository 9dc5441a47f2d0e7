import { z } from 'zod'
import type { Answer, TestClient } from './test-client.ts'

const tokens = z.object({
  access_token: z.string(),
  token_type: z.literal('Bearer'),
  expires_in: z.number(),
  refresh_token: z.string().optional(),
  scope: z.string(),
})

/** The app that tests register: id `app`, secret `shh`, one address to come back to. */
export const CALLBACK = 'https://app.example/back'

export async function registerApp(client: TestClient, more: Record<string, unknown> = {}): Promise<void> {
  await client.admin('apps', { client_id: 'app', client_secret: 'shh', redirect_uris: [CALLBACK], ...more })
}

/** Where the browser is sent back to, or the page it stays on. */
export async function authorize(
  client: TestClient,
  query: Record<string, string> = {},
): Promise<{ status: number; back: Record<string, string> }> {
  const asked = { client_id: 'app', scope: 'data:read_write,data:delete', state: 'st', ...query }
  const response = await fetch(`${client.sim.url}/oauth/authorize?${new URLSearchParams(asked)}`, {
    redirect: 'manual',
  })
  const location = response.headers.get('location')
  return {
    status: response.status,
    back: location === null ? {} : Object.fromEntries(new URL(location).searchParams),
  }
}

export function askToken(
  client: TestClient,
  form: Record<string, string>,
  headers?: Record<string, string>,
): Promise<Answer> {
  return client.call('POST', '/oauth/access_token', new URLSearchParams(form).toString(), headers)
}

/** The whole flow: the user says yes, the code is traded. */
export async function grant(
  client: TestClient,
  scope = 'data:read_write,data:delete',
): Promise<z.infer<typeof tokens>> {
  const { back } = await authorize(client, { scope })
  const answer = await askToken(client, { client_id: 'app', client_secret: 'shh', code: back.code ?? '' })
  return tokens.parse(answer.body)
}

export function refresh(
  client: TestClient,
  refresh_token = '',
  more: Record<string, string> = {},
): Promise<Answer> {
  const form = { grant_type: 'refresh_token', client_id: 'app', client_secret: 'shh', refresh_token }
  return askToken(client, { ...form, ...more })
}

/** The status of a read with a token. */
export async function statusWith(client: TestClient, token: unknown): Promise<number> {
  const headers = { authorization: `Bearer ${String(token)}` }
  return (await client.call('GET', '/api/v1/tasks', undefined, headers)).status
}
