import { basename, dirname } from 'node:path'

/**
 * How this command is typed again, for hints: `dealbridge` where it is installed for the whole machine, else
 * `npx dealbridge`, which works in a checkout and beside a local installation too.
 */
export function commandName(startedAs = process.argv[1] ?? ''): string {
  const installed = basename(startedAs) === 'dealbridge' && basename(dirname(startedAs)) !== '.bin'
  return installed ? 'dealbridge' : 'npx dealbridge'
}

/** A whole command in quotation marks, e.g. `"npx dealbridge status"`. */
export function quoted(command: string): string {
  return `"${commandName()} ${command}"`
}

/** Text of parts that do not know how the command is typed here, with the commands in it as they are typed here. */
export function asTyped(text: string): string {
  return text.replaceAll('"dealbridge ', `"${commandName()} `)
}
