/** A switch's value. A text switch takes one of the words listed for it. */
export type SettingValue = boolean | number | string

export type SettingShape = Record<string, SettingValue>

/**
 * The service's switches: one flat record whose defaults give names and types. `POST /__sim/settings`
 * changes some of them, `GET` shows all.
 */
export class Settings<S extends SettingShape> {
  private values: S
  private readonly defaults: S
  private readonly words: Readonly<Partial<Record<keyof S, readonly string[]>>>

  constructor(defaults: S, words: Partial<Record<keyof S, readonly string[]>> = {}) {
    this.defaults = defaults
    this.values = { ...defaults }
    this.words = words
  }

  get<K extends keyof S>(name: K): S[K] {
    return this.values[name]
  }

  all(): S {
    return { ...this.values }
  }

  /** All of them as they are now, for readers who ask often: a change makes a new record. */
  current(): Readonly<S> {
    return this.values
  }

  /** Those that differ from what the service started with. */
  changed(): Partial<S> {
    const differing = Object.entries(this.values).filter(([name, value]) => value !== this.defaults[name])
    return Object.fromEntries(differing) as Partial<S>
  }

  /** Changes the named switches, or none at all when one is wrong: returns the complaint then. */
  change(patch: Record<string, unknown>): string | undefined {
    for (const [name, value] of Object.entries(patch)) {
      const known = this.defaults[name]
      if (known === undefined)
        return `There is no setting "${name}"; there are ${Object.keys(this.defaults).join(', ')}.`
      if (typeof value !== typeof known) return `Setting "${name}" takes a ${typeof known}.`
      const words = this.words[name]
      if (words !== undefined && !words.includes(String(value)))
        return `Setting "${name}" takes ${words.join(', ')}.`
    }
    this.values = { ...this.values, ...patch }
    return undefined
  }

  reset(): void {
    this.values = { ...this.defaults }
  }
}
