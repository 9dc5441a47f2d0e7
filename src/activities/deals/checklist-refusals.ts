import { UserError } from '../../config/errors.ts'
import { nearest } from '../../config/nearest.ts'

/* Why a checklist is not stamped, for the person who asked for it. */

/** `names`: the checklists that there are. */
export function noSuchChecklist(name: string, names: readonly string[]): UserError {
  const folded = new Map(names.map((one) => [one.toLowerCase(), one]))
  const near = nearest(name.toLowerCase(), [...folded.keys()])
  const meant = near === undefined ? '' : `Do you mean ${folded.get(near)}? `
  const there =
    names.length === 0
      ? 'There is none yet: they stand under templates in the file of "dealbridge route edit <route> --file <file>".'
      : `There are: ${names.join(', ')}.`
  return asked('NO_SUCH_CHECKLIST', `There is no checklist ${name}.`, `${meant}${there}`)
}

export function severalRoutes(name: string, routes: readonly string[]): UserError {
  return asked(
    'SEVERAL_ROUTES',
    `${routes.length} routes have a checklist ${name}.`,
    `Name one with --route: ${routes.join(', ')}.`,
  )
}

export function stampedBefore(name: string, deal: string): UserError {
  return asked(
    'STAMPED_BEFORE',
    `Checklist ${name} was stamped for deal ${deal} since it came into its stage.`,
    'It comes again with its next entry into a stage. A task of it that was deleted can be added in the task app.',
  )
}

export function writesNothing(route: string): UserError {
  return asked(
    'ONE_WAY',
    `Route ${route} writes nothing into the task app, so it stamps no checklist.`,
    `"dealbridge route edit ${route} --direction both" changes that.`,
  )
}

function asked(code: string, message: string, hint: string): UserError {
  return new UserError({ code, message, hints: [hint], exitCode: 2 })
}
