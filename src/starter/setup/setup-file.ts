import { z } from 'zod'
import type { PolicyChange } from '../../activities/policy-change.ts'
import { routeChange } from '../../activities/route-input.ts'
import { routeInput } from '../../config/route-input.ts'
import { type FileKind, fileText, parseYaml } from '../yaml-input.ts'

const KIND: FileKind = { what: 'The file of the set-up', code: 'SETUP_FILE' }

const name = z.string().trim().min(1).max(120)

/** A secret as it stands there, or where it is to be found. */
const secretInput = z.union(
  [z.string().min(1), z.strictObject({ env: name }), z.strictObject({ file: z.string().min(1) })],
  { error: 'is env: <variable>, file: <path>, or the value itself' },
)
export type SecretInput = z.infer<typeof secretInput>

const accountInput = z.strictObject({
  name: name.optional(),
  provider: name,
  url: z.string().min(1).optional(),
  credentials: z.record(name, secretInput).optional(),
  poll: z.number().positive().optional(),
  webhooks: z.boolean().optional(),
})
export type AccountInput = z.infer<typeof accountInput>

/** A connection by its name, or an account to be connected. */
const sideInput = z.union([name, accountInput], {
  error: 'is the name of a connection, or an account: provider, and name, url, credentials, poll, webhooks',
})
export type SideInput = z.infer<typeof sideInput>

/** A route's file, with the two accounts that it is between. */
const setupFile = routeInput.extend({
  name: name.optional(),
  left: sideInput.optional(),
  right: sideInput.optional(),
  makeLabels: z.boolean().optional(),
})

/** What a file says; what it leaves out is as it is, or as it is proposed. `change` null: it says nothing of the route. */
export type SaidSetup = {
  readonly name: string | undefined
  readonly left: SideInput | undefined
  readonly right: SideInput | undefined
  readonly makeLabels: boolean | undefined
  readonly change: PolicyChange | null
}

export const NOTHING_SAID: SaidSetup = {
  name: undefined,
  left: undefined,
  right: undefined,
  makeLabels: undefined,
  change: null,
}

/** Throws UserError (exit code 2) with the lines that are not understood. */
export async function readSetupFile(path: string): Promise<SaidSetup> {
  return setupFileSaid(await fileText(path, KIND), path)
}

/** `fileName`: for messages. */
export function setupFileSaid(content: string, fileName: string): SaidSetup {
  const { name, left, right, makeLabels, ...route } = parseYaml(content, fileName, setupFile, KIND)
  const change = Object.keys(route).length === 0 ? null : routeChange(route)
  return { name, left, right, makeLabels, change }
}
