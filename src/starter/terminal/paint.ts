import type { Screen } from './screen.ts'

/** Numbers of ECMA-48: what begins each and what ends it. */
const CODES = {
  bold: [1, 22],
  dim: [2, 22],
  red: [31, 39],
  green: [32, 39],
  yellow: [33, 39],
} as const satisfies Record<string, readonly [number, number]>
export type Paint = keyof typeof CODES

export function painted(text: string, paint: Paint, { colours }: Screen): string {
  if (!colours || text === '') return text
  const [begin, end] = CODES[paint]
  return `\u001b[${begin}m${text}\u001b[${end}m`
}

/** The colour of a route's or a connection's state: whether it works, rests, or needs somebody. */
export function statePaint(state: string): Paint | null {
  switch (state) {
    case 'ok':
    case 'active':
      return 'green'
    case 'paused':
    case 'draft':
    case 'matching':
      return 'yellow'
    case 'stopped':
    case 'auth-failed':
    case 'unreachable':
      return 'red'
    default:
      return null
  }
}
