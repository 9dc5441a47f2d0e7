/** What an update may say of: the words of a route's file that need no names. */
const KNOWN: ReadonlySet<string> = new Set([
  'direction',
  'conflicts',
  'deletes',
  'firstSync',
  'zone',
  'deals',
  'comments',
  'notes',
  'stages',
  'layout',
  'others',
  'eager',
  'dealFields',
  'makeLabels',
])

/** Ids, zones and words of ours; a name that people give has a blank or an accent sooner or later, or is not needed. */
const PLAIN = /^[A-Za-z0-9_:./+-]{1,64}$/

const ADVICE =
  'An update stays in the history, so it takes ids and no names. Names are for "dealbridge setup", "dealbridge setup --config" and "dealbridge route edit"'

/** Why a set-up does not begin with this input; null where it does. A name that was mistyped sets up no other route. */
export function inputRefusalOf(input: unknown): string | null {
  if (input === undefined || input === null) return null
  const entries = typeof input === 'object' && !Array.isArray(input) ? Object.entries(input) : null
  const known = entries?.every(([key, value]) => key === 'route' && typeof value === 'string' && value !== '')
  return known === true ? null : 'A set-up begins with {}, or with {"route": "<name of the route>"}.'
}

/**
 * Why an update is not to be taken into the history; null where it may. It may hold nothing but ids, numbers and words of ours; whether
 * these mean anything is found out after that.
 */
export function refusalOf(said: unknown): string | null {
  if (said === undefined || said === null) return null
  if (typeof said !== 'object' || Array.isArray(said)) return 'Give an object, e.g. {"firstSync": "open"}.'
  const unknown = Object.keys(said).filter((key) => !KNOWN.has(key))
  if (unknown.length > 0) return `There is more in it than ${[...KNOWN].join(', ')}. ${ADVICE}.`
  return isPlain(said) ? null : `It holds a text that is no id. ${ADVICE}.`
}

/** What confirms says nothing. */
export function confirmRefusalOf(said: unknown): string | null {
  const nothing = said === undefined || said === null || JSON.stringify(said) === '{}'
  return nothing ? null : 'confirm takes nothing, or {}.'
}

function isPlain(value: unknown): boolean {
  if (value === null) return true
  switch (typeof value) {
    case 'boolean':
    case 'number':
      return true
    case 'string':
      return PLAIN.test(value)
    case 'object':
      return (
        !Array.isArray(value) &&
        Object.entries(value).every(([key, inner]) => PLAIN.test(key) && isPlain(inner))
      )
    default:
      return false
  }
}
