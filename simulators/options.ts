import { parseArgs } from 'node:util'
import { MOST_TODOIST_TASKS } from './data/todoist-book.ts'
import { type KeyTable, parseKeys } from './kit/keys.ts'
import type { SimData } from './kit/service.ts'

export const USAGE = `npm run simulators -- [options]
  --fub-port N      port of the simulated Follow Up Boss (4101; 0 = any free)
  --todoist-port N  port of the simulated Todoist (4102; 0 = any free)
  --data WHAT       demo (120 people, 69 deals, 300 tasks), empty, or a number of open tasks (demo)
  --deals N         with a number of tasks: so many active deals in twelve stages, and the tasks are their people's
  --todoist-data N  Todoist starts with N open tasks over projects of 250 (without it: with the demo's, or empty)
  --seed N          seed of the data, of ids and of every random choice, for runs that are all alike; without
                    it each run gives ids of its own
  --state DIR       keep everything in DIR and go on from there at the next start, whatever --data and --seed
                    say then; without it all is forgotten at the end
  --keys A,B        API keys that work; key=7 makes it user 7's (any non-empty text)
  --host ADDRESS    address to listen on (127.0.0.1)
`

export interface MainOptions {
  fubPort: number
  todoistPort: number
  data: SimData
  /** Open tasks of Todoist; undefined: what `data` says. */
  todoistTasks: number | undefined
  /** Undefined: the demo as it always is, with ids of its own. */
  seed: number | undefined
  /** Undefined: in memory only. */
  state: string | undefined
  keys: KeyTable
  host: string
  help: boolean
}

const MOST_TASKS = 1_000_000
const MOST_DEALS = 100_000

/** The options of the command line, or what is wrong with them. */
export function readOptions(args: string[]): MainOptions | string {
  const text = { type: 'string' } as const
  let values: Partial<Record<string, string | boolean>>
  try {
    values = parseArgs({
      args,
      options: {
        'fub-port': text,
        'todoist-port': text,
        data: text,
        deals: text,
        'todoist-data': text,
        seed: text,
        state: text,
        keys: text,
        host: text,
        help: { type: 'boolean' },
      },
    }).values
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
  const given = (name: string, fallback: string): string => String(values[name] ?? fallback)
  const fubPort = whole(given('fub-port', '4101'), 65_535)
  const todoistPort = whole(given('todoist-port', '4102'), 65_535)
  const seed = values.seed === undefined ? undefined : whole(String(values.seed), 2 ** 32 - 1)
  const data = given('data', 'demo')
  const tasks = whole(data, MOST_TASKS)
  const asked = values['todoist-data']
  const todoistTasks = asked === undefined ? undefined : whole(String(asked), MOST_TODOIST_TASKS)
  if (fubPort === undefined) return '--fub-port must be a port number, 0 to 65535.'
  if (todoistPort === undefined) return '--todoist-port must be a port number, 0 to 65535.'
  if (values.seed !== undefined && seed === undefined)
    return '--seed must be a whole number, 0 to 4294967295.'
  if (values.state === '') return '--state must name a folder.'
  if (data !== 'demo' && data !== 'empty' && tasks === undefined) {
    return `--data must be demo, empty, or a number of tasks up to ${MOST_TASKS}.`
  }
  if (asked !== undefined && todoistTasks === undefined)
    return `--todoist-data must be a number of tasks up to ${MOST_TODOIST_TASKS}.`
  const deals = values.deals === undefined ? null : whole(String(values.deals), MOST_DEALS)
  if (deals === undefined) return `--deals must be a number up to ${MOST_DEALS}.`
  if (deals !== null && tasks === undefined) return '--deals goes with a number of tasks: --data N.'
  return {
    fubPort,
    todoistPort,
    data:
      data === 'demo' || data === 'empty'
        ? data
        : deals === null
          ? (tasks ?? 0)
          : { tasks: tasks ?? 0, deals },
    todoistTasks,
    seed,
    state: values.state === undefined ? undefined : String(values.state),
    keys: parseKeys(values.keys === undefined ? undefined : String(values.keys), 1),
    host: given('host', '127.0.0.1'),
    help: values.help === true,
  }
}

function whole(text: string, most: number): number | undefined {
  return /^\d{1,10}$/.test(text) && Number(text) <= most ? Number(text) : undefined
}
