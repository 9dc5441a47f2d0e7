import type { Config } from './parse.ts'

/** Where services answer by the configuration, if not at their own address; by the kind of their provider. */
export function configuredAddresses({
  FUB_BASE_URL,
  TODOIST_BASE_URL,
}: Pick<Config, 'FUB_BASE_URL' | 'TODOIST_BASE_URL'>): ReadonlyMap<string, string> {
  return new Map([
    ...(FUB_BASE_URL === undefined ? [] : [['follow-up-boss', FUB_BASE_URL] as const]),
    ...(TODOIST_BASE_URL === undefined ? [] : [['todoist', TODOIST_BASE_URL] as const]),
  ])
}
