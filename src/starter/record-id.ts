import { InvalidArgumentError } from 'commander'

/** The number of a pair, a conflict or an op, from the command line. */
export function recordId(text: string): string {
  if (/^[1-9]\d{0,17}$/u.test(text)) return text
  throw new InvalidArgumentError('Give its number, e.g. 81.')
}
