import type { ErrorBody } from './errors.ts'

/** What is known of an executed command; `failed`: its error, where failed ones are remembered. */
export type Executed = {
  tempId?: string | undefined
  madeId?: string | undefined
  failed?: ErrorBody | undefined
}

/** An executed command by its uuid; `at` in milliseconds that only grow. */
export type UuidEntry = [string, Executed & { at: number }]

/** Which command uuids were executed, for as long as the setting `uuidTtlMs` says. */
export class UuidMemory {
  private readonly executed = new Map<string, Executed & { at: number }>()
  private readonly elapsed: () => number
  private readonly ttlMs: () => number
  /** How many were ever remembered. */
  count = 0

  /** `elapsed`: milliseconds that only grow. */
  constructor(elapsed: () => number, ttlMs: () => number) {
    this.elapsed = elapsed
    this.ttlMs = ttlMs
  }

  recall(uuid: string): Executed | undefined {
    const known = this.executed.get(uuid)
    return known !== undefined && this.elapsed() - known.at < this.ttlMs() ? known : undefined
  }

  remember(uuid: string, command: Executed): void {
    this.count += 1
    this.executed.delete(uuid)
    this.executed.set(uuid, { ...command, at: this.elapsed() })
    for (const [oldest, { at }] of this.executed) {
      if (this.elapsed() - at < this.ttlMs()) break
      this.executed.delete(oldest)
    }
  }

  /** All of it, oldest first. */
  content(): UuidEntry[] {
    return [...this.executed]
  }

  /** Remembers again what `content` gave. */
  load(entries: readonly UuidEntry[]): void {
    for (const [uuid, command] of entries) this.executed.set(uuid, command)
  }
}
