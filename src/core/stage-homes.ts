import type { Deal, Stage } from './deal.ts'
import { groupBy } from './group-by.ts'
import { oneLine } from './normalise.ts'

/**
 * Where the deals of a stage lie, as a route says. `create`: in a project of ours; without a name it follows the stage's.
 * `use`: in a project that its user has already (remote id). `same-as`: where those of another stage lie. `none`: in General.
 */
export type StageHome =
  | { readonly kind: 'create'; readonly name: string | null }
  | { readonly kind: 'use'; readonly project: string }
  | { readonly kind: 'same-as'; readonly stage: string }
  | { readonly kind: 'none' }

/** `pipeline`: one project for each pipeline, its stages told by a label; for accounts that allow few projects. */
export const LAYOUTS = ['stage', 'pipeline'] as const
export type Layout = (typeof LAYOUTS)[number]

/** Name of the project for tasks without a deal. */
export const GENERAL_NAME = '📌 General CRM Tasks'

/** `stages`: by stage id; a stage that is not named is unknown, and its deals lie in General. `general`: its name. */
export type HomesPolicy = {
  readonly stages: Readonly<Record<string, StageHome>>
  readonly general: string
  readonly layout: Layout
}

/**
 * A home: a row of projects. `key` stays when names change: `stage/<id>`, `pipeline/<id>` or, of a project that was there
 * before, `project/<remote id>`. `name`: what to call it, null where that is its user's affair.
 */
export type Home = { readonly key: string; readonly name: string | null }

/**
 * `homes`: by stage id, null for `none`. `problems`: what must be put right in the route, for people; deals of the stages
 * concerned lie in General meanwhile. `gone`: stages that the route names and the CRM does not have (any more).
 */
export type ResolvedHomes = {
  readonly homes: ReadonlyMap<string, Home | null>
  readonly problems: readonly string[]
  readonly gone: readonly string[]
}

/** What a route says of its stages, with every other one given a project of its own, closed ones too (§9). */
export function completed(
  given: HomesPolicy['stages'],
  stages: readonly Stage[],
): Readonly<Record<string, StageHome>> {
  const others = stages.filter(({ id }) => !Object.hasOwn(given, id))
  return { ...Object.fromEntries(others.map(({ id }) => [id, { kind: 'create', name: null }])), ...given }
}

export function resolveHomes(policy: HomesPolicy, stages: readonly Stage[]): ResolvedHomes {
  const known = new Map(stages.map((stage) => [stage.id, stage]))
  const mapped = stages.filter(({ id }) => Object.hasOwn(policy.stages, id))
  const names = defaultNames(policy, mapped)
  const homes = new Map<string, Home | null>()
  const problems: string[] = []
  for (const stage of mapped) {
    const end = endOf(stage, policy, known)
    if (typeof end === 'string') problems.push(end)
    else homes.set(stage.id, homeAt(end, policy, names))
  }
  const gone = Object.keys(policy.stages).filter((id) => !known.has(id))
  return { homes, problems: [...problems, ...sharedNames(policy, mapped)], gone }
}

/** Where a deal lies. `why` of one without a home of its own; its tasks lie in General. */
export type DealHome =
  | { readonly kind: 'home'; readonly home: Home }
  | { readonly kind: 'general'; readonly why: 'archived' | 'deleted' | 'no-project' | 'unknown-stage' }

export function homeOfDeal(
  { status, stage }: Pick<Deal, 'status' | 'stage'>,
  homes: ResolvedHomes['homes'],
): DealHome {
  switch (status) {
    case 'archived':
    case 'deleted':
      return { kind: 'general', why: status }
    case 'active': {
      const home = homes.get(stage)
      if (home === undefined) return { kind: 'general', why: 'unknown-stage' }
      return home === null ? { kind: 'general', why: 'no-project' } : { kind: 'home', home }
    }
  }
}

/** The stage at the end of a chain of `same-as`, or what is wrong with the chain. */
function endOf(first: Stage, { stages }: HomesPolicy, known: ReadonlyMap<string, Stage>): Stage | string {
  const passed = new Set<string>()
  for (let at = first; ; ) {
    passed.add(at.id)
    const home = stages[at.id]
    if (home?.kind !== 'same-as') return at
    const next = known.get(home.stage)
    if (next === undefined || stages[next.id] === undefined)
      return `Stage “${first.name}” (${first.id}) is to lie where stage ${home.stage} does, and there is no such stage in the CRM or in the route. Name another one, or create.`
    if (passed.has(next.id))
      return `Stage “${first.name}” (${first.id}) is to lie where another one does, and that leads round in a circle (${[...passed, next.id].join(' → ')}). Let one of them create a project.`
    at = next
  }
}

function homeAt(stage: Stage, policy: HomesPolicy, names: ReadonlyMap<string, string>): Home | null {
  const home = policy.stages[stage.id]
  switch (home?.kind) {
    case 'create':
      return home.name === null && policy.layout === 'pipeline'
        ? { key: `pipeline/${stage.pipeline}`, name: oneLine(stage.pipelineName) }
        : {
            key: `stage/${stage.id}`,
            name: home.name === null ? (names.get(stage.id) ?? null) : oneLine(home.name),
          }
    case 'use':
      return { key: `project/${home.project}`, name: null }
    case 'none':
    case 'same-as':
    case undefined:
      return null
  }
}

/** The stage's name; with its pipeline where it would not be the only project of that name, and its id where even that is not enough. */
function defaultNames(policy: HomesPolicy, mapped: readonly Stage[]): Map<string, string> {
  const following = mapped.filter(({ id }) => isDefault(policy.stages[id]))
  const given = [policy.general, ...mapped.flatMap(({ id }) => givenName(policy.stages[id]) ?? [])].map(fold)
  const isTaken = (name: string, nameOf: (stage: Stage) => string) =>
    given.includes(fold(name)) || following.filter((stage) => fold(nameOf(stage)) === fold(name)).length > 1
  const short = ({ name }: Stage) => oneLine(name)
  const long = ({ name, pipelineName }: Stage) => oneLine(`${pipelineName} · ${name}`)
  const nameOf = (stage: Stage) => {
    if (!isTaken(short(stage), short)) return short(stage)
    return isTaken(long(stage), long) ? `${long(stage)} (${stage.id})` : long(stage)
  }
  return new Map(following.map((stage) => [stage.id, nameOf(stage)]))
}

/** Two projects that a route gives the same name could not be told apart; `same-as` says that one was meant. */
function sharedNames(policy: HomesPolicy, mapped: readonly Stage[]): string[] {
  const named = mapped.flatMap((stage) => {
    const name = givenName(policy.stages[stage.id])
    return name === null ? [] : [{ stage, name }]
  })
  return [...groupBy(named, ({ name }) => fold(name)).values()]
    .filter((group) => group.length > 1)
    .map(
      (group) =>
        `${group.length} stages are each to get a project named “${group[0]?.name}” (${group.map(({ stage }) => stage.id).join(', ')}). Let all but one of them lie where the first does, or give them names of their own.`,
    )
}

function isDefault(home: StageHome | undefined): boolean {
  return home?.kind === 'create' && home.name === null
}

function givenName(home: StageHome | undefined): string | null {
  return home?.kind === 'create' && home.name !== null ? oneLine(home.name) : null
}

function fold(name: string): string {
  return oneLine(name).toLowerCase()
}
