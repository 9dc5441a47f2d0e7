import { InvalidArgumentError } from 'commander'

/** The number of a conflict or an op, from the command line. */
export function recordId(text: string): string {
  if (/^[1-9]\d{0,17}$/u.test(text)) return text
  throw new InvalidArgumentError('Give its number, e.g. 81.')
}

/** How a conflict is called: by its number, or `home-<deal>` of a section that is gone. */
export function conflictId(text: string): string {
  if (/^(?:[1-9]\d{0,17}|home-\S+)$/u.test(text)) return text
  throw new InvalidArgumentError('Give its number, e.g. 81, or home-<deal>.')
}

/** The number of a pair, alone or as other commands and Temporal's tools show it: `81`, `pair/81`, `task/81`. */
export function pairId(text: string): string {
  const number = /^(?:(?:pair|task)\/)?([1-9]\d{0,17})$/u.exec(text)?.[1]
  if (number !== undefined) return number
  throw new InvalidArgumentError('Give its number, e.g. 81 or pair/81.')
}
