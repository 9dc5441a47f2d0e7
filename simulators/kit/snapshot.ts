import { readFileSync, renameSync } from 'node:fs'
import { z } from 'zod'
import { keysSchema } from './keys.ts'
import type { SimService } from './service.ts'
import { webhookSchema } from './webhooks.ts'

/** Goes up with every change after which older snapshots would be misread. */
const FORMAT = 1

const snapshotSchema = z.object({
  format: z.literal(FORMAT),
  service: z.string(),
  clean: z.boolean(),
  clock: z.object({ offsetMs: z.number(), elapsedMs: z.number(), savedAt: z.number() }),
  keys: keysSchema.optional(),
  settings: z.record(z.string(), z.unknown()),
  webhooks: z.array(webhookSchema.extend({ id: z.string(), active: z.boolean() })),
  own: z.unknown(),
})

/** What the kit itself keeps of a service. */
export type KeptParts = Pick<SimService, 'name' | 'clock' | 'keys' | 'settings' | 'webhooks'>

/**
 * Everything to keep, as JSON. `clean`: nothing changes after it; without it, the service went on and was ended
 * without warning, and has given out ids that the snapshot does not know.
 */
export function takeSnapshot(
  service: KeptParts,
  own: unknown,
  clean: boolean,
): z.infer<typeof snapshotSchema> {
  return {
    format: FORMAT,
    service: service.name,
    clean,
    clock: service.clock.snapshot(),
    keys: service.keys.snapshot(),
    settings: service.settings.changed(),
    webhooks: service.webhooks.snapshot().map((hook) => ({ ...hook, events: [...hook.events] })),
    own,
  }
}

/**
 * Takes clock, keys, settings and webhooks back from the file and returns the service's own part, which
 * `schema` reads. Undefined when there is no file; one that cannot be used is put aside and told on stderr.
 */
export function restoreSnapshot<T>(
  file: string,
  parts: KeptParts,
  schema: z.ZodType<T>,
): { own: T; clean: boolean } | undefined {
  try {
    const text = readIfThere(file)
    if (text === undefined) return undefined
    const { own: rawOwn, ...kept } = read(text, parts.name)
    const own = schema.safeParse(rawOwn)
    if (!own.success) throw new Error(`it is incomplete: ${z.prettifyError(own.error)}`)
    const complaint = parts.settings.change(kept.settings)
    if (complaint !== undefined) throw new Error(complaint)
    parts.clock.restore(kept.clock)
    if (kept.keys !== undefined) parts.keys.replace(kept.keys.keys)
    for (const { id, ...hook } of kept.webhooks) parts.webhooks.register(id, hook)
    return { own: own.data, clean: kept.clean }
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    process.stderr.write(`${parts.name} simulator: ${file} cannot be used: ${why}\n${putAside(file)}\n`)
    return undefined
  }
}

function read(text: string, service: string): z.infer<typeof snapshotSchema> {
  const value: unknown = JSON.parse(text)
  const { format } = z.looseObject({ format: z.unknown() }).parse(value)
  if (format !== FORMAT) throw new Error(`its format is ${String(format)}, this program reads ${FORMAT}.`)
  const parsed = snapshotSchema.safeParse(value)
  if (!parsed.success) throw new Error(`it is incomplete: ${z.prettifyError(parsed.error)}`)
  if (parsed.data.service !== service) throw new Error(`it is the state of ${parsed.data.service}.`)
  return parsed.data
}

function putAside(file: string): string {
  try {
    renameSync(file, `${file}.unreadable`)
    return `Starting anew with the data asked for; the file is now ${file}.unreadable.`
  } catch {
    return 'Starting anew with the data asked for.'
  }
}

function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
}
