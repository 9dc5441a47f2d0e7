import type { Stage } from './deal.ts'
import { type Home, type HomesPolicy, type ResolvedHomes, resolveHomes } from './stage-homes.ts'

/**
 * What a change of an account's pipelines means. `renamed`: homes that get another name, where the old one is still ours.
 * `moved`: stages whose deals lie elsewhere from now on; null is General. `unknown`: new stages that the route says nothing of,
 * so that their deals lie in General: its operator is told once. `unused`: homes in which no stage's deals lie any more; they stay, empty.
 */
export type StageChanges = {
  readonly renamed: readonly { readonly key: string; readonly from: string; readonly to: string }[]
  readonly moved: readonly { readonly stage: string; readonly from: Home | null; readonly to: Home | null }[]
  readonly unknown: readonly Stage[]
  readonly unused: readonly Home[]
}

/**
 * The order of stages means nothing for their homes: projects stay where their user has them. A stage that was taken away
 * gives its deals to other stages, in the CRM; that they move is a change of each deal.
 */
export function stageChanges(
  policy: HomesPolicy,
  before: readonly Stage[],
  after: readonly Stage[],
): StageChanges {
  const was = resolveHomes(policy, before).homes
  const is = resolveHomes(policy, after).homes
  const old = byKey(was)
  const now = byKey(is)
  return {
    renamed: [...now.values()].flatMap(({ key, name }) => {
      const from = old.get(key)?.name ?? null
      return from === null || name === null || from === name ? [] : [{ key, from, to: name }]
    }),
    moved: after.flatMap(({ id }) => {
      const [from, to] = [was.get(id) ?? null, is.get(id) ?? null]
      return !was.has(id) || from?.key === to?.key ? [] : [{ stage: id, from, to }]
    }),
    unknown: after.filter(
      ({ id }) => !Object.hasOwn(policy.stages, id) && !before.some((stage) => stage.id === id),
    ),
    unused: [...old.values()].filter(({ key }) => !now.has(key)),
  }
}

function byKey(homes: ResolvedHomes['homes']): Map<string, Home> {
  return new Map([...homes.values()].flatMap((home) => (home === null ? [] : [[home.key, home] as const])))
}
