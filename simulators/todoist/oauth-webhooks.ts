import type { WebhookSender } from '../kit/webhooks.ts'
import type { OAuthApp } from './oauth-apps.ts'
import type { Running } from './running-account.ts'

/**
 * The webhooks that apps have in their console. One is sent once the user has completed that app's OAuth flow, and
 * no more when nothing of the grant is left; personal tokens count for nothing (reference §15).
 */
export class AppWebhooks {
  private readonly running: Running
  private readonly sender: WebhookSender

  constructor(running: Running, sender: WebhookSender) {
    this.running = running
    this.sender = sender
  }

  /** To be called after every change of an app or of what the user granted to it. */
  update(app: OAuthApp): void {
    const id = `app:${app.client_id}`
    if (app.webhook === null || !this.running().oauth.isGranted(app.client_id)) {
      this.sender.remove(id)
      return
    }
    const { url, events } = app.webhook
    this.sender.register(id, { url, events, secret: app.client_secret })
  }
}
