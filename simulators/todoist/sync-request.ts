import { z } from 'zod'
import { formBody, header, jsonBody, type SimRequest } from '../kit/http-types.ts'
import { readArguments } from './arguments.ts'
import type { Command } from './command-batch.ts'
import { invalidArgument } from './errors.ts'

export type SyncRequest = {
  /** Undefined when none was sent. */
  syncToken: string | undefined
  /** Empty for a write-only request. */
  resourceTypes: readonly string[]
  commands: readonly Command[]
}

const MAX_COMMANDS = 100

const bodySchema = z.object({
  sync_token: z.string().nullish(),
  resource_types: z.array(z.string()).nullish(),
  commands: z
    .array(
      z.object({
        type: z.string(),
        uuid: z.union([z.string().min(1), z.number().transform(String)]),
        temp_id: z.string().nullish(),
        args: z.unknown().optional(),
      }),
    )
    .nullish(),
})

/** Reads a sync request, form (with JSON texts inside) or JSON. Throws 400 for what is neither. */
export function readSyncRequest(request: Pick<SimRequest, 'headers' | 'rawBody'>): SyncRequest {
  const body = readArguments(bodySchema, bodyOf(request))
  const commands = body.commands ?? []
  if (commands.length > MAX_COMMANDS) throw invalidArgument('commands', `at most ${MAX_COMMANDS} commands`)
  return {
    syncToken: body.sync_token ?? undefined,
    resourceTypes: body.resource_types ?? [],
    commands: commands.map(({ type, uuid, temp_id, args }) => ({
      type,
      uuid,
      temp_id: temp_id ?? undefined,
      args: args ?? {},
    })),
  }
}

/** Whether it asks for changes; false for what cannot be read. */
export function hasCommands(request: Pick<SimRequest, 'headers' | 'rawBody'>): boolean {
  try {
    return readSyncRequest(request).commands.length > 0
  } catch {
    return false
  }
}

function bodyOf(request: Pick<SimRequest, 'headers' | 'rawBody'>): unknown {
  if (header(request, 'content-type')?.includes('application/x-www-form-urlencoded') === true) {
    const form = formBody(request)
    const json = (name: string) => {
      const text = form.get(name)
      return text === null ? undefined : parse(name, text)
    }
    return {
      sync_token: form.get('sync_token') ?? undefined,
      resource_types: json('resource_types'),
      commands: json('commands'),
    }
  }
  const body = jsonBody(request)
  if (!body.ok) throw invalidArgument('body', 'JSON')
  return body.value
}

function parse(name: string, text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    throw invalidArgument(name, 'JSON')
  }
}
