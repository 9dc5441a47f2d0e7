/** Something that is opened when it is first needed, for most laws need little of a world. */
export type Lazy<T> = {
  get(): Promise<T>
  /** Closes it if it was ever opened. */
  close(): Promise<void>
}

export function lazily<T>(open: () => Promise<T>, close: (opened: T) => Promise<void>): Lazy<T> {
  let opening: Promise<T> | null = null
  return {
    get() {
      opening ??= open()
      return opening
    },
    async close() {
      if (opening !== null) await close(await opening)
    },
  }
}
