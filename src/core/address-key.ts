/** Words of addresses that are written in more than one way (USPS publication 28). */
const SHORT: Readonly<Record<string, string>> = {
  avenue: 'ave',
  boulevard: 'blvd',
  circle: 'cir',
  court: 'ct',
  drive: 'dr',
  highway: 'hwy',
  lane: 'ln',
  mount: 'mt',
  mountain: 'mtn',
  parkway: 'pkwy',
  place: 'pl',
  road: 'rd',
  square: 'sq',
  street: 'st',
  terrace: 'ter',
  trail: 'trl',
  north: 'n',
  south: 's',
  east: 'e',
  west: 'w',
  northeast: 'ne',
  northwest: 'nw',
  southeast: 'se',
  southwest: 'sw',
  apartment: 'unit',
  apt: 'unit',
  suite: 'unit',
  ste: 'unit',
}

/**
 * An address, or a name with one in it, as such are compared: letters and digits alone, without case and accents, words that have
 * a short form in that. Empty where nothing is left.
 */
export function addressKey(text: string): string {
  const words = text
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/#/gu, ' unit ')
    .toLowerCase()
    .replace(/['’.]/gu, '')
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '')
  return words
    .map((word) => (Object.hasOwn(SHORT, word) ? SHORT[word] : word))
    .filter((word, at, all) => !(word === 'unit' && all[at - 1] === 'unit'))
    .join(' ')
}

/** The keys of an address from its whole to its first part: of “1 Elm St, Sylva, NC” three. */
export function addressKeys(address: string): string[] {
  const parts = address.split(',')
  const keys = parts.map((_part, at) => addressKey(parts.slice(0, parts.length - at).join(' ')))
  return [...new Set(keys)].filter((key) => key !== '')
}
