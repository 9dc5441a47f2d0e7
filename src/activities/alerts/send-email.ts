import type { NodemailerError } from 'nodemailer'
import type { EmailWay } from '../../config/alerting.ts'
import type { Send, Sent } from './sending.ts'

const CONNECT_MS = 10_000
/** Of silence. Servers may take their time over a message's end, but a message as small as ours is soon taken. */
const SILENCE_MS = 30_000

/** Errors that come before the server was given a message, by nodemailer's codes. */
const BEFORE_IT: readonly string[] = [
  'EAUTH',
  'ENOAUTH',
  'EOAUTH2',
  'EDNS',
  'ETLS',
  'EREQUIRETLS',
  'EENVELOPE',
  'ECONFIG',
  'EPROXY',
]
/** Codes of the system for a connection that was never there. */
const NO_CONNECTION: readonly string[] = [
  'ECONNREFUSED',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
]

/** Sends a message by SMTP. Its Message-ID is the same each time, so that mail programs show it once. */
export const sendEmail: Send<EmailWay> = async (way, { id, madeAt, subject, lines }, signal) => {
  // A sixth of a second to load, and most processes never send.
  const { createTransport } = await import('nodemailer')
  const transport = createTransport({
    url: way.url,
    connectionTimeout: CONNECT_MS,
    greetingTimeout: CONNECT_MS,
    dnsTimeout: CONNECT_MS,
    socketTimeout: SILENCE_MS,
    disableFileAccess: true,
    disableUrlAccess: true,
  })
  try {
    const { accepted, rejected } = await transport.sendMail({
      from: way.from,
      to: [...way.to],
      subject: `Dealbridge: ${subject}`,
      text: `${lines.join('\n')}\n`,
      messageId: `<${id}@dealbridge>`,
      date: new Date(madeAt),
      headers: { 'Auto-Submitted': 'auto-generated' },
      signal,
    })
    const note = `The server refuses ${rejected.length} of ${accepted.length + rejected.length} addresses`
    return { kind: 'sent', note: rejected.length > 0 ? note : null }
  } catch (error) {
    return failed(error)
  } finally {
    transport.close()
  }
}

/** A reply that refuses settles it; so does whatever comes before a message is given. Silence does not. */
function failed(error: unknown): Sent {
  const {
    code = '',
    originalCode = '',
    responseCode,
  } = Object(error) as Partial<NodemailerError> & {
    originalCode?: string
  }
  const never =
    typeof responseCode === 'number' ||
    BEFORE_IT.includes(code) ||
    NO_CONNECTION.includes(code) ||
    NO_CONNECTION.includes(originalCode)
  return {
    kind: never ? 'refused' : 'unsure',
    why: whyOf({ code, originalCode, responseCode }),
    todo: todoOf(code, responseCode),
  }
}

/** What a server says can hold addresses: only its number and our own words are told. */
function whyOf(error: {
  readonly code: string
  readonly originalCode: string
  readonly responseCode: number | undefined
}): string {
  const { code, originalCode, responseCode } = error
  if (code === 'EAUTH') return 'The mail server refuses user and password'
  if (responseCode !== undefined) return `The mail server answers ${responseCode}`
  if (code === 'EDNS' || originalCode === 'ENOTFOUND') return 'The name of the mail server is not known'
  if (code === 'ETLS') return 'No safe connection to the mail server could be made'
  if (originalCode !== '') return `The mail server cannot be reached (${originalCode})`
  if (code === 'ETIMEDOUT' || code === 'EABORT') return 'The mail server does not answer in time'
  if (code === 'ECONNECTION' || code === 'ESOCKET') return 'The mail server broke off the connection'
  return `The mail could not be sent (${code === '' ? 'unknown' : code})`
}

function todoOf(code: string, responseCode: number | undefined): string {
  if (code === 'EAUTH') return 'Correct user and password in SMTP_URL.'
  if (responseCode !== undefined)
    return 'Correct ALERT_EMAIL_FROM and ALERT_EMAIL_TO, or ask whoever runs the mail server what that number means there.'
  return 'Correct SMTP_URL, or see whether the server runs and lets this machine in.'
}
