import { z } from 'zod'
import { jsonBody, type SimReply, type SimRequest } from '../kit/http-types.ts'
import { appBody, completeApp } from './oauth-apps.ts'
import { secretText } from './oauth-grants.ts'
import type { AppWebhooks } from './oauth-webhooks.ts'
import type { Running } from './running-account.ts'

/** `GET` and `POST /__sim/apps`: what a developer does in the App Management Console. Undefined for other paths. */
export function appsAdmin(running: Running, hooks: AppWebhooks, request: SimRequest): SimReply | undefined {
  if (request.path !== '/__sim/apps') return undefined
  const { oauth } = running()
  if (request.method === 'GET') {
    const apps = [...oauth.apps.values()].map(({ client_secret: _, ...app }) => ({
      ...app,
      granted: oauth.isGranted(app.client_id),
    }))
    return { status: 200, body: { apps } }
  }
  if (request.method !== 'POST') return undefined
  const body = jsonBody(request)
  const parsed = appBody.safeParse(body.ok ? body.value : undefined)
  if (!parsed.success) return { status: 400, body: { error: z.prettifyError(parsed.error) } }
  const app = completeApp(parsed.data, secretText)
  oauth.register(app)
  hooks.update(app)
  return { status: 200, body: app }
}
