import type { KnownOptions } from './options.ts'

/** What keeps alerts from being sent as they are configured; advice, no error. */
export function alertHints(known: KnownOptions): string[] {
  const set = (name: string) => known.get(name) !== undefined
  return [
    ...(set('SMTP_URL') && !set('ALERT_EMAIL_TO')
      ? ['SMTP_URL is set, but ALERT_EMAIL_TO is not: no alert is sent by mail.']
      : []),
    ...(set('ALERT_EMAIL_TO') && !set('SMTP_URL')
      ? ['ALERT_EMAIL_TO is set, but SMTP_URL is not: no alert is sent by mail.']
      : []),
    ...(set('ALERT_WEBHOOK_SECRET') && !set('ALERT_WEBHOOK_URL')
      ? ['ALERT_WEBHOOK_SECRET is set, but ALERT_WEBHOOK_URL is not: no alert is posted.']
      : []),
  ]
}
