import { readFile, stat } from 'node:fs/promises'
import type { RequestCounts } from '../result.ts'
import { USER_AGENT } from './account.ts'

/** What a server had to answer. `seconds`: of its own time, added up over the requests; they may have overlapped. */
export type Served = RequestCounts & { readonly seconds: number }

const READS = ['PROPFIND', 'REPORT', 'GET', 'HEAD', 'OPTIONS']

/** The log into which Radicale writes a line when a request comes and one when it is answered. */
export class ServerLog {
  readonly #path: string

  constructor(path: string) {
    this.#path = path
  }

  /** Where the log stands now. */
  async mark(): Promise<number> {
    return (await stat(this.#path)).size
  }

  /** What programs have asked since a mark. */
  async since(mark: number): Promise<Served> {
    return servedIn((await readFile(this.#path)).subarray(mark).toString())
  }
}

/** Lines of threads that answer at the same time are told apart by their threads' names. */
export function servedIn(text: string): Served {
  let read = 0
  let write = 0
  let ms = 0
  const ours = new Set<string>()
  for (const line of text.split('\n')) {
    const came = /\[([^\]]+)\] \[INFO\] ([A-Z]+) request for .* using '([^']*)'/.exec(line)
    if (came !== null) {
      const [, thread = '', method = '', agent = ''] = came
      if (agent === USER_AGENT) continue
      ours.add(thread)
      if (READS.includes(method)) read += 1
      else write += 1
    }
    const answered = /\[([^\]]+)\] \[INFO\] [A-Z]+ response status for .* in ([\d.]+) seconds/.exec(line)
    if (answered !== null && ours.delete(answered[1] ?? '')) ms += Number(answered[2]) * 1_000
  }
  return { read, write, seconds: Math.round(ms) / 1_000 }
}
