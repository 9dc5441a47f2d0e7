/** How an option's text is understood; each kind says what it allows, for errors and for the documentation. */
export type OptionKind =
  | { kind: 'string' }
  | { kind: 'path' }
  | { kind: 'integer'; min: number; max: number }
  | { kind: 'port'; zeroIsAny?: boolean }
  /** Fractions allowed. */
  | { kind: 'seconds'; min: number }
  | { kind: 'boolean' }
  | { kind: 'url'; schemes: readonly string[]; originOnly?: boolean }
  | { kind: 'choice'; values: readonly string[] }
  /** `HH:MM` on clocks of 24 hours, or `off`. */
  | { kind: 'time' }
  /** Two of them: `HH:MM-HH:MM`. */
  | { kind: 'hours' }
  | { kind: 'zone' }

export type OptionValue = string | number | boolean

/** A week; longer intervals are slips, and timers end at 24.8 days. */
const MAX_SECONDS = 604_800

const booleans: Readonly<Record<string, boolean>> = {
  true: true,
  yes: true,
  on: true,
  '1': true,
  false: false,
  no: false,
  off: false,
  '0': false,
}

/** What is allowed, to stand after "must be". */
export function describeKind(option: OptionKind): string {
  switch (option.kind) {
    case 'string':
      return 'text'
    case 'path':
      return 'a path'
    case 'integer':
      return `a whole number from ${option.min} to ${option.max}`
    case 'port':
      return option.zeroIsAny === true
        ? 'a port from 1 to 65535, or 0 for a free one'
        : 'a port from 1 to 65535'
    case 'seconds':
      return `seconds from ${option.min} to ${MAX_SECONDS}, fractions allowed`
    case 'boolean':
      return 'true or false'
    case 'url':
      return `a complete URL beginning with ${option.schemes.map((scheme) => `${scheme}://`).join(' or ')}${option.originOnly === true ? ', without a path' : ''}`
    case 'choice':
      return `one of ${option.values.join(', ')}`
    case 'time':
      return 'a time of day like 08:00, or off'
    case 'hours':
      return 'two times of day like 22:00-07:00'
    case 'zone':
      return 'a time zone like America/New_York'
  }
}

/** The value that a trimmed, non-empty text means, or undefined when it is not allowed. */
export function parseValue(option: OptionKind, text: string): OptionValue | undefined {
  switch (option.kind) {
    case 'string':
    case 'path':
      return text
    case 'integer':
      return numberWithin(text, /^-?\d+$/, option.min, option.max)
    case 'port':
      return numberWithin(text, /^\d+$/, option.zeroIsAny === true ? 0 : 1, 65_535)
    case 'seconds':
      return numberWithin(text, /^\d*\.?\d+$/, option.min, MAX_SECONDS)
    case 'boolean':
      return booleans[text.toLowerCase()]
    case 'url':
      return parseUrl(text, option)
    case 'choice':
      return option.values.includes(text.toLowerCase()) ? text.toLowerCase() : undefined
    case 'time':
      return text.toLowerCase() === 'off' ? 'off' : timeOfDay(text)
    case 'hours':
      return parseHours(text)
    case 'zone':
      return isZone(text) ? text : undefined
  }
}

/** `HH:MM` of a text that may say `8:00`. */
function timeOfDay(text: string): string | undefined {
  const [, hour = '', minute = ''] = /^(\d{1,2}):(\d\d)$/u.exec(text.trim()) ?? []
  if (hour === '' || Number(hour) > 23 || Number(minute) > 59) return undefined
  return `${hour.padStart(2, '0')}:${minute}`
}

function parseHours(text: string): string | undefined {
  const parts = text.split('-')
  const [from, to] = parts.map(timeOfDay)
  if (parts.length !== 2 || from === undefined || to === undefined || from === to) return undefined
  return `${from}-${to}`
}

function isZone(text: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: text })
    return true
  } catch {
    return false
  }
}

function numberWithin(text: string, shape: RegExp, min: number, max: number): number | undefined {
  if (!shape.test(text)) return undefined
  const value = Number(text)
  return value >= min && value <= max ? value : undefined
}

/** Without trailing slash, so that paths can be appended. */
function parseUrl(
  text: string,
  option: { schemes: readonly string[]; originOnly?: boolean },
): string | undefined {
  if (!URL.canParse(text)) return undefined
  const url = new URL(text)
  if (!option.schemes.includes(url.protocol.slice(0, -1))) return undefined
  if (url.host === '') return undefined
  if (option.originOnly === true && (url.pathname.replaceAll('/', '') !== '' || url.search !== ''))
    return undefined
  return text.replace(/\/+$/, '')
}

/** The type that a kind's values have. */
export type ValueOfKind<K extends OptionKind> = K extends { kind: 'integer' | 'port' | 'seconds' }
  ? number
  : K extends { kind: 'boolean' }
    ? boolean
    : K extends { kind: 'choice'; values: readonly (infer V)[] }
      ? V
      : string
