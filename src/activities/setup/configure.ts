import { UserError } from '../../config/errors.ts'
import { routeInput } from '../../config/route-input.ts'
import { inTransaction } from '../../store/database.ts'
import { routeById } from '../../store/routes.ts'
import { chooseLabels, markConfirmed, setupOf } from '../../store/setup.ts'
import type { Deps } from '../deps.ts'
import { editRoute, livingRoute } from '../route-admin.ts'
import { routeChange } from '../route-input.ts'
import { fieldsCalled } from './proposal.ts'
import type { SetupInput } from './propose.ts'

/** `said`: what an update carries; ids and words of ours alone, as workflow `setup` takes no other. */
export type ConfigureInput = SetupInput & { readonly said: unknown }

/** `refused`: why nothing was changed, in words that a history may hold; null when it was. */
export type Configured = { readonly refused: string | null }

/** Without `scope`, `adopt` and tables, for which it takes names of people and projects. */
const setupChange = routeInput
  .pick({
    direction: true,
    conflicts: true,
    deletes: true,
    firstSync: true,
    zone: true,
    deals: true,
    comments: true,
    notes: true,
    stages: true,
    layout: true,
    others: true,
    eager: true,
    dealFields: true,
  })
  .extend({ makeLabels: routeInput.shape.deals })

/** Changes a draft by what an update says. An update that says nothing changes nothing: what was said elsewhere counts. */
export async function configureSetup(deps: Deps, { routeId, said }: ConfigureInput): Promise<Configured> {
  const parsed = setupChange.safeParse(said ?? {})
  if (!parsed.success) {
    const [issue] = parsed.error.issues
    return { refused: `${issue?.path.join('.') || 'the update'}: ${issue?.message ?? 'is not understood'}` }
  }
  const { makeLabels, ...input } = parsed.data
  if (Object.keys(parsed.data).length === 0) return { refused: null }
  try {
    await inTransaction(deps.db, async (tx) => {
      const route = await livingRoute(tx, await routeById(tx, routeId))
      if (route.state !== 'draft') throw begunAlready()
      const { found } = await setupOf(tx, routeId)
      await editRoute(tx, deps, route, routeChange(input), fieldsCalled(found.fieldNames ?? []))
      if (makeLabels !== undefined) await chooseLabels(tx, routeId, makeLabels)
    })
    return { refused: null }
  } catch (error) {
    if (!(error instanceof UserError)) throw error
    deps.log.debug({ routeId, code: error.code }, error.message)
    // Its own words may name stages and projects.
    return {
      refused: WORDS[error.code] ?? `it was refused (${error.code}); "dealbridge route edit" says why`,
    }
  }
}

const WORDS: Readonly<Record<string, string>> = {
  SETUP_BEGUN: 'its first sync has begun; "dealbridge route edit" changes the route from now on',
  NO_SUCH_STAGE: 'there is no stage of that id; "dealbridge deals propose" lists them',
  SEVERAL_STAGES: 'several stages are called so; name one by its id',
  NO_SUCH_PROJECT: 'there is no project of that id in the task app; "dealbridge deals propose" lists them',
  SEVERAL_PROJECTS: 'several projects are called so; name one by its id',
  NO_SUCH_FIELD: 'the CRM has no field of deals of that name; "dealbridge deals fields" lists them',
  HOMES_DO_NOT_WORK:
    'what is said of stages does not go together: a circle of same-as, or one name for two projects',
  PROJECT_IS_OURS: 'that project was made by Dealbridge; name one of your own, or a stage with same-as',
  NO_SUCH_ZONE: 'there is no such time zone',
}

function begunAlready(): UserError {
  return new UserError({ code: 'SETUP_BEGUN', message: 'The first sync has begun.' })
}

/** Its first sync is to begin, for good. Safe to repeat. */
export async function confirmSetup(
  deps: Deps,
  { routeId }: SetupInput,
): Promise<{ readonly again: boolean }> {
  return inTransaction(deps.db, async (tx) => {
    const { confirmed } = await setupOf(tx, routeId)
    await markConfirmed(tx, routeId)
    return { again: confirmed }
  })
}
