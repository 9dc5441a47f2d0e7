import { UserError } from '../config/errors.ts'
import type { Side } from '../core/policy.ts'

/* Why a route or a mapping is not made, for the person who asked for it. */

export function noSuchRoute(name: string, known: readonly { readonly name: string }[]): UserError {
  const names = known.map((one) => one.name).join(', ')
  return asked(
    'NO_SUCH_ROUTE',
    `There is no route called ${name}.`,
    names === ''
      ? 'There is none yet: "dealbridge route add <name> <left> <right>" makes one between two connections; "dealbridge start" makes that of FUB_API_KEY and TODOIST_API_TOKEN.'
      : `There are: ${names}.`,
  )
}

export function noSuchZone(zone: string): UserError {
  return asked('NO_SUCH_ZONE', `There is no time zone ${zone}.`, 'Name one as America/New_York.')
}

export function noNotesHere(left: string, right: string): UserError {
  return asked(
    'NO_NOTES',
    `Neither ${left} nor ${right} has people on whom notes could be written.`,
    'Notes and comments are for routes between a CRM and a task app.',
  )
}

export function noLabelsHere(route: string): UserError {
  return asked(
    'NO_LABELS',
    `Neither side of ${route} has labels of its own with colours.`,
    'Labels are written on tasks all the same.',
  )
}

export function noCommentsHere(app: string): UserError {
  return asked(
    'NO_COMMENTS',
    `Comments cannot be read in ${app}.`,
    'Notes that tell of tasks can be written all the same: "dealbridge route edit <route> --notes on".',
  )
}

export function sameConnection(name: string): UserError {
  return asked(
    'SAME_CONNECTION',
    `A route needs two connections, and ${name} is one.`,
    'Name another one for one side.',
  )
}

export function twoCrms(one: string, other: string): UserError {
  return asked(
    'TWO_CRMS',
    `${one} and ${other} are both CRMs: a task of one belongs to nobody of the other.`,
    'A route leads from a CRM to a task app, or between two task apps.',
  )
}

export function routeNameTaken(name: string): UserError {
  return asked('NAME_TAKEN', `There is a route called ${name} already.`, 'Choose another name.')
}

export function routeThere(route: string, left: string, right: string): UserError {
  return asked(
    'ROUTE_THERE',
    `Route ${route} leads from ${left} to ${right} already.`,
    'Map more lists on it, or remove it first.',
  )
}

export function notByLists(route: string): UserError {
  return asked(
    'NOT_BY_LISTS',
    `Route ${route} has no lists to map: Dealbridge itself says where the tasks of a CRM lie.`,
    'Lists are mapped between two task apps.',
  )
}

export function noAgentsHere(route: string): UserError {
  return asked(
    'NO_AGENTS',
    `Route ${route} has no side whose tasks are assigned to users.`,
    'Agents are named on routes of a CRM.',
  )
}

export function noSuchAgent(said: string, known: readonly { readonly name: string }[]): UserError {
  return asked(
    'NO_SUCH_AGENT',
    `The account of the CRM has no user ${said}.`,
    known.length === 0
      ? 'Its key sees no users: use the key of an admin.'
      : `There are: ${known.map(({ name }) => name).join(', ')}.`,
    'An agent is named by full name, e-mail address or id.',
  )
}

export function manySuchAgents(said: string, found: readonly { readonly id: string }[]): UserError {
  return asked(
    'MANY_SUCH_AGENTS',
    `Several users of the CRM are called ${said}.`,
    `Say which by id: ${found.map(({ id }) => id).join(', ')}.`,
  )
}

/** `agent`: null of the tasks that nobody is assigned to. */
export function agentClaimed(agent: string | null, route: string): UserError {
  return asked(
    'AGENT_CLAIMED',
    agent === null
      ? `Route ${route} has the tasks that nobody is assigned to.`
      : `Route ${route} has the tasks of ${agent}.`,
    'Two routes would each make their own of every task. Take them from that route first ("dealbridge route edit"), or leave them there.',
  )
}

/** `lists`: of the mapping that there is, the one that is mapped already first. */
export function mappedAlready(
  side: Side,
  { mapping, lists }: { readonly mapping: string; readonly lists: readonly [string, string] },
): UserError {
  const [list, other] = lists
  return asked(
    'MAPPED_ALREADY',
    `The list “${list}” on the ${side} is mapped by this route already, to “${other}”.`,
    `A list is kept in step with one list of each other connection: "dealbridge map remove ${mapping}" ends that first.`,
  )
}

/** `links`: what is in step already, one after another. */
export function circle(links: readonly string[]): UserError {
  return asked(
    'CIRCLE',
    links.length === 0
      ? 'This is one list, and not two.'
      : `These are in step with each other already, so that a change would go round: by ${links.join(', ')}.`,
    links.length === 0
      ? 'Choose another one.'
      : 'Remove one of these mappings or routes, or choose other lists.',
  )
}

export function noSuchMapping(id: string): UserError {
  return asked('NO_SUCH_MAPPING', `There is no mapping ${id}.`, 'List them with "dealbridge map list".')
}

/** `account`: what the side is, e.g. `todoist (work)`. */
export function noSuchList(name: string, side: Side, account: string, known: readonly string[]): UserError {
  return asked(
    'NO_SUCH_LIST',
    `There is no list ${name} in ${account}, on the ${side}.`,
    known.length === 0 ? 'There is none at all.' : `There are: ${known.join(', ')}.`,
    'With --create a list that is missing is made.',
  )
}

export function noListToCopy(left: string, right: string): UserError {
  return asked(
    'NO_SUCH_LIST',
    left === right
      ? `There is no list ${left} on either side.`
      : `There is neither a list ${left} on the left nor a list ${right} on the right.`,
    'With --create the list of one side is made; the other one must be there.',
  )
}

export function listInDoubt(name: string, side: Side, cause: Error): UserError {
  return new UserError({
    code: 'LIST_IN_DOUBT',
    message: `The list ${name} on the ${side} may or may not have been made: the answer was lost.`,
    hints: ['Run the same command again: it finds the list if it is there, and makes no second one.'],
    exitCode: 4,
    cause,
  })
}

export function manySuchLists(name: string, side: Side, account: string, ids: readonly string[]): UserError {
  return asked(
    'MANY_SUCH_LISTS',
    `Several lists in ${account}, on the ${side}, are called ${name}.`,
    `Say which: ${ids.join(', ')}.`,
  )
}

function asked(code: string, message: string, ...hints: readonly string[]): UserError {
  return new UserError({ code, message, hints, exitCode: 2 })
}
