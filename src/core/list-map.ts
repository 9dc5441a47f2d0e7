import type { Direction, RoutePolicy, Side } from './policy.ts'

/** A list of one side and the list of the other that it is kept in step with; remote ids. */
export type ListPair = { readonly left: string; readonly right: string; readonly direction: Direction }

/** Whose name a mapping's lists go by: each its own, or both that of the list of one side. */
export const NAME_RULES = ['own', 'left', 'right'] as const
export type NameRule = (typeof NAME_RULES)[number]

/** The list of the other side that stands for one of this side; undefined where none does. */
export function listElsewhere(
  lists: readonly ListPair[],
  side: Side,
  list: string | null,
): string | undefined {
  const mapped = mappedBy(lists, side, list)
  return mapped === undefined ? undefined : mapped[side === 'left' ? 'right' : 'left']
}

/** The lists of a side whose tasks are the route's business. */
export function listsOf(lists: readonly ListPair[], side: Side): ReadonlySet<string> {
  return new Set(lists.filter(({ direction }) => direction !== 'off').map((one) => one[side]))
}

/** The policy for tasks of this list: they flow no further than their list does. */
export function policyIn(
  policy: RoutePolicy,
  lists: readonly ListPair[],
  side: Side,
  list: string | null,
): RoutePolicy {
  const mapped = mappedBy(lists, side, list)
  return mapped === undefined
    ? policy
    : { ...policy, direction: narrower(policy.direction, mapped.direction) }
}

function mappedBy(lists: readonly ListPair[], side: Side, list: string | null): ListPair | undefined {
  return lists.find((one) => one.direction !== 'off' && one[side] === list)
}

/** Which way tasks of a list flow: no further than its route lets them. */
export function narrower(route: Direction, list: Direction): Direction {
  if (route === 'both' || route === list) return list
  return list === 'both' ? route : 'off'
}
