import { z } from 'zod'

/** An app as its developer registered it in the App Management Console. */
export type OAuthApp = {
  client_id: string
  client_secret: string
  client_name: string
  redirect_uris: string[]
  token_endpoint_auth_method: 'client_secret_post' | 'client_secret_basic' | 'none'
  /** False: an app of before refresh tokens; its access tokens live on (reference §4). */
  refresh_tokens: boolean
  /** False: `/oauth/authorize` answers `invalid_application_status`. */
  enabled: boolean
  /** Where the console says webhooks go; sent once the user has completed the app's OAuth flow. */
  webhook: { url: string; events: string[] } | null
}

/** Body of `POST /__sim/apps`; what is left out is chosen. The same `client_id` again replaces the app. */
export const appBody = z.strictObject({
  client_id: z.string().min(1).optional(),
  client_secret: z.string().min(1).optional(),
  client_name: z.string().optional(),
  redirect_uris: z.array(z.url()).min(1),
  token_endpoint_auth_method: z.enum(['client_secret_post', 'client_secret_basic', 'none']).optional(),
  refresh_tokens: z.boolean().optional(),
  enabled: z.boolean().optional(),
  webhook: z
    .strictObject({ url: z.url({ protocol: /^https?$/ }), events: z.array(z.string().min(1)).min(1) })
    .nullable()
    .optional(),
})

/** An app with what was left out filled in; `secret` makes the texts that nobody can guess. */
export function completeApp(body: z.output<typeof appBody>, secret: () => string): OAuthApp {
  return {
    client_id: body.client_id ?? secret(),
    client_secret: body.client_secret ?? secret(),
    client_name: body.client_name ?? 'An app',
    redirect_uris: body.redirect_uris,
    token_endpoint_auth_method: body.token_endpoint_auth_method ?? 'client_secret_post',
    refresh_tokens: body.refresh_tokens ?? true,
    enabled: body.enabled ?? true,
    webhook: body.webhook ?? null,
  }
}
