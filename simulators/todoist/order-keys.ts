const DIGITS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'

/** The fractional-index key of the nth place (1-based) of a list; keys sort as text in the order of n. */
export function orderKey(n: number): string {
  let digits = ''
  for (let rest = Math.max(0, n); rest > 0 || digits === ''; rest = Math.floor(rest / DIGITS.length))
    digits = (DIGITS[rest % DIGITS.length] ?? '0') + digits
  return String.fromCharCode(96 + digits.length) + digits
}

/** The wanted key, lengthened while a sibling has it: Todoist stores an adjusted key and returns it. */
export function freeOrderKey(wanted: string, taken: ReadonlySet<string>): string {
  let key = wanted
  while (taken.has(key)) key += 'V'
  return key
}
