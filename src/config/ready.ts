import { z } from 'zod'

const readyLine = z.object({
  ready: z.literal(true),
  addresses: z.record(z.string(), z.string()).default({}),
})

/** Names and addresses that a process answers at, e.g. `{ api: 'http://127.0.0.1:8100' }`. */
export type Addresses = Readonly<Record<string, string>>

/** Tells a supervisor, by one line on stdout, that this process now does its work. */
export function announceReady(addresses: Addresses = {}): void {
  process.stdout.write(`${JSON.stringify({ ready: true, addresses })}\n`)
}

/** The addresses of an `announceReady` line; undefined for any other line. */
export function parseReadyLine(line: string): Addresses | undefined {
  if (!line.startsWith('{')) return undefined
  try {
    return readyLine.parse(JSON.parse(line)).addresses
  } catch {
    return undefined
  }
}
