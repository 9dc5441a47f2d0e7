/** How long a status of a fault says to wait. `own`: what the service says; `none`: nothing; a number: seconds. */
export type RetryAfter = 'own' | 'none' | number

/** Ends a request in place of its answer, from the earliest moment to the latest. */
export type Ending =
  | { kind: 'refused' }
  | { kind: 'status'; code: number; retryAfter: RetryAfter }
  | { kind: 'status-after'; code: number; retryAfter: RetryAfter }
  | { kind: 'truncated' }
  | { kind: 'truncated-json' }
  | { kind: 'reply-lost' }

/** What one fault does, as its `do` says. */
export type Effect =
  | { on: 'request'; kind: 'delay'; ms: number }
  | { on: 'request'; kind: 'stale-read'; ms: number }
  | { on: 'request'; kind: 'unknown-fields' }
  | { on: 'request'; kind: 'reordered' }
  | { on: 'request'; kind: 'end'; end: Ending }
  | { on: 'delivery'; kind: 'webhook-lost' }
  | { on: 'delivery'; kind: 'webhook-twice' }
  | { on: 'delivery'; kind: 'webhook-late'; ms: number }

/** The order of endings: of several that hit one request, the first of these acts. */
export const ENDINGS: readonly Ending['kind'][] = [
  'refused',
  'status',
  'status-after',
  'truncated',
  'truncated-json',
  'reply-lost',
]

/** Every `do` there is. */
export const FAULT_WORDS = [
  'refused',
  'status:<code>[-bare|-wait:<s>]',
  'status-after:<code>[-bare|-wait:<s>]',
  'truncated',
  'truncated-json',
  'reply-lost',
  'delay:<ms>',
  'stale-read:<ms>',
  'unknown-fields',
  'reordered',
  'webhook-lost',
  'webhook-twice',
  'webhook-late:<ms>',
] as const

const MILLIS = /^(delay|stale-read|webhook-late):(\d{1,8})$/
const STATUS = /^(status|status-after):([1-5]\d\d)(?:-(bare)|-wait:(\d{1,6}))?$/

/** Reads a fault's `do`; undefined when there is no such fault. */
export function readEffect(word: string): Effect | undefined {
  switch (word) {
    case 'refused':
    case 'truncated':
    case 'truncated-json':
    case 'reply-lost':
      return { on: 'request', kind: 'end', end: { kind: word } }
    case 'unknown-fields':
    case 'reordered':
      return { on: 'request', kind: word }
    case 'webhook-lost':
    case 'webhook-twice':
      return { on: 'delivery', kind: word }
  }
  const [, span, ms] = MILLIS.exec(word) ?? []
  if (span === 'webhook-late') return { on: 'delivery', kind: span, ms: Number(ms) }
  if (span === 'delay' || span === 'stale-read') return { on: 'request', kind: span, ms: Number(ms) }
  const [, when, code, bare, seconds] = STATUS.exec(word) ?? []
  if (when !== 'status' && when !== 'status-after') return undefined
  const retryAfter = bare !== undefined ? 'none' : seconds === undefined ? 'own' : Number(seconds)
  return { on: 'request', kind: 'end', end: { kind: when, code: Number(code), retryAfter } }
}
