/** What waits are made of, given from outside so that tests own the time. `after` returns what calls the wait off. */
export type Timers = {
  after(ms: number, run: () => void): () => void
}

export const realTimers: Timers = {
  after(ms, run) {
    const timer = setTimeout(run, ms)
    return () => clearTimeout(timer)
  },
}

/** Settles as `promise` does, or rejects with TimeoutError after `ms`; what the promise stands for goes on. */
export function within<T>(ms: number, promise: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const cancel = realTimers.after(ms, () => reject(new TimeoutError(ms)))
    promise.then(resolve, reject).finally(cancel)
  })
}

export class TimeoutError extends Error {
  override readonly name = 'TimeoutError'

  constructor(ms: number) {
    super(`no answer within ${ms} ms`)
  }
}
