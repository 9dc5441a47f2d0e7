import type { Stage } from './deal.ts'
import { groupBy } from './group-by.ts'
import type { Layout, StageHome } from './stage-homes.ts'

/** A project that the task app has, by its id there. */
export type FoundProject = { readonly id: string; readonly name: string }

/** `near`: projects (ids) whose names are nearly the stage's, for a person to choose from. */
export type ProposedStage = {
  readonly stage: string
  readonly home: StageHome
  readonly near: readonly string[]
}

export type ProposedHomes = {
  readonly layout: Layout
  readonly others: 'create' | 'general'
  readonly stages: readonly ProposedStage[]
}

/**
 * Where the deals of each stage are to lie, for a person to agree to: in a project of the stage's name that the account has
 * already, together with those of a stage that is called the same and uses it, in General where deals were lost, else in a
 * project to be made. `limit`: how many projects the account takes, null where nobody knows; with too few of them each pipeline
 * has one, or General is all there is.
 */
export function proposeHomes(
  stages: readonly Stage[],
  projects: readonly FoundProject[],
  limit: number | null,
): ProposedHomes {
  const byName = groupBy(projects, ({ name }) => nameKey(name))
  const takenBy = new Map<string, string>()
  const proposed = stages.map((stage): ProposedStage => {
    const fitting = fittingProjects(stage, byName)
    const [only] = fitting.length === 1 ? fitting : []
    if (only === undefined) {
      const home: StageHome = isLost(stage) ? { kind: 'none' } : { kind: 'create', name: null }
      return { stage: stage.id, home, near: [...fitting, ...nearProjects(stage, projects)] }
    }
    const before = takenBy.get(only)
    takenBy.set(only, before ?? stage.id)
    const home: StageHome =
      before === undefined ? { kind: 'use', project: only } : { kind: 'same-as', stage: before }
    return { stage: stage.id, home, near: [] }
  })
  const toMake = stages.filter((_, at) => proposed[at]?.home.kind === 'create')
  return { ...roomFor(toMake, projects.length, limit), stages: proposed }
}

/** General is one more. */
function roomFor(
  toMake: readonly Stage[],
  there: number,
  limit: number | null,
): Pick<ProposedHomes, 'layout' | 'others'> {
  const fits = (more: number) => limit === null || there + more + 1 <= limit
  if (fits(toMake.length)) return { layout: 'stage', others: 'create' }
  const pipelines = new Set(toMake.map(({ pipeline }) => pipeline)).size
  return fits(pipelines) ? { layout: 'pipeline', others: 'create' } : { layout: 'stage', others: 'general' }
}

/** Ids of the projects that are called as the stage with its pipeline; where there is none, as the stage alone. */
function fittingProjects(
  { name, pipelineName }: Stage,
  byName: ReadonlyMap<string, readonly FoundProject[]>,
): string[] {
  for (const key of [nameKey(`${pipelineName} ${name}`), nameKey(name)]) {
    const found = key === '' ? [] : (byName.get(key) ?? [])
    if (found.length > 0) return found.map(({ id }) => id)
  }
  return []
}

/** Shorter beginnings say nothing. */
const BEGINNING = 4

/** One name goes on where the other ends: Showing and Showings, Offer and Offers out. */
function nearProjects({ name }: Stage, projects: readonly FoundProject[]): string[] {
  const key = nameKey(name)
  return projects
    .filter((project) => {
      const [short, long] = [key, nameKey(project.name)].sort((a, b) => a.length - b.length)
      return short !== undefined && long !== undefined && short !== long && isBeginning(short, long)
    })
    .map(({ id }) => id)
}

const isBeginning = (short: string, long: string): boolean =>
  [...short].length >= BEGINNING && long.startsWith(short)

const LOST =
  /\b(?:lost|dead|withdrawn|cancell?ed|expired|terminated|fell through|rejected|abandoned|disqualified|not interested)\b/u

/** Deals that were won go on being nurtured, those that were lost do not. */
function isLost({ name, closed }: Stage): boolean {
  return closed && LOST.test(nameKey(name))
}

/** Letters and digits alone: case, emoji and punctuation tell no two names apart. */
function nameKey(name: string): string {
  return name
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^\p{L}\p{M}\p{Nd}]+/gu, ' ')
    .trim()
}
