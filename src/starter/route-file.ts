import type { PolicyChange } from '../activities/policy-change.ts'
import { routeChange } from '../activities/route-input.ts'
import { routeInput } from '../config/route-input.ts'
import { type FileKind, fileText, parseYaml } from './yaml-input.ts'

const KIND: FileKind = { what: 'The file of the route', code: 'ROUTE_FILE' }

/**
 * What a YAML file says of a route (`-`: standard input); what it leaves out stays as it is. Throws UserError (exit code 2)
 * with the lines that are not understood.
 */
export async function readRouteFile(path: string): Promise<PolicyChange> {
  return routeFileChange(await fileText(path, KIND), path)
}

/** `name`: of the file, for messages. */
export function routeFileChange(content: string, name: string): PolicyChange {
  return routeChange(parseYaml(content, name, routeInput, KIND))
}
