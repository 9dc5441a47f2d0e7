import type { SideNames } from '../../src/starter/side-names.ts'

/** Names of the two sides of a route, of whose lists nobody has told a name. */
export function sideNames(left: string, right: string): SideNames {
  return { left, right, lists: { left: (id) => id, right: (id) => id } }
}
