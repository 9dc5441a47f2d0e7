import { z } from 'zod'

/** Body of `POST /__sim/keys`: null = any non-empty key, a list, or key → user id. */
export const keysSchema = z.strictObject({
  keys: z.union([z.null(), z.array(z.string()), z.record(z.string(), z.union([z.number(), z.string()]))]),
})
export type KeyTable = z.infer<typeof keysSchema>['keys']

/** Which API keys work, and whose each is. Changes at run time: a key can be revoked and restored. */
export class KeyRing {
  private table: KeyTable
  private readonly initial: KeyTable
  private replaced = false

  /** `initial`: what `--keys` named, or null for "any". */
  constructor(initial: KeyTable) {
    this.initial = initial
    this.table = initial
  }

  replace(table: KeyTable): void {
    this.table = table
    this.replaced = true
  }

  reset(): void {
    this.table = this.initial
    this.replaced = false
  }

  /** What to keep over a restart: the table when it was changed at run time, so that `--keys` counts otherwise. */
  snapshot(): { keys: KeyTable } | undefined {
    return this.replaced ? { keys: this.table } : undefined
  }

  list(): KeyTable {
    return this.table
  }

  /** The user id of a key (as text or number, as it was given), `fallback` when the key is nobody's in particular, undefined when it does not work. */
  owner<U extends string | number>(key: string, fallback: U): string | number | undefined {
    if (key === '') return undefined
    if (this.table === null) return fallback
    if (Array.isArray(this.table)) return this.table.includes(key) ? fallback : undefined
    return Object.hasOwn(this.table, key) ? this.table[key] : undefined
  }
}

/** `--keys a,b` or `a=2,b`: a list, or a table when any names a user. */
export function parseKeys(text: string | undefined, fallback: string | number): KeyTable {
  const entries = (text ?? '')
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
  if (entries.length === 0) return null
  if (!entries.some((entry) => entry.includes('='))) return entries
  return Object.fromEntries(
    entries.map((entry) => {
      const cut = entry.lastIndexOf('=')
      return cut < 0 ? [entry, fallback] : [entry.slice(0, cut), entry.slice(cut + 1)]
    }),
  )
}
