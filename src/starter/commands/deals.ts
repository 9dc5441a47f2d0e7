import type { Command } from 'commander'
import { type DealLinked, linkDeal } from '../../activities/deals/link-deal.ts'
import { type DealListing, dealRoutes, listDeals } from '../../activities/deals/list-deals.ts'
import { retryDeals } from '../../activities/manage/deals.ts'
import { inTransaction, onTrial } from '../../store/database.ts'
import { type Answer, DRY, say } from '../answer.ts'
import { quoted } from '../command-name.ts'
import { dealJson, dealLines } from '../deal-lines.ts'
import { noSectionWords } from '../deal-words.ts'
import { type Deciding, decide } from '../deciding.ts'
import { pairMeant } from '../pair-meant.ts'
import { routeNamed } from '../route-named.ts'
import { pairWords } from '../task-words.ts'
import { whenWritten } from '../when-written.ts'
import { checklists, type StampFlags, stampDeal } from './checklists.ts'
import { type FieldsFlags, fields } from './deal-fields.ts'
import { type LabelsFlags, labels } from './deal-labels.ts'
import { propose } from './deal-proposal.ts'
import type { Outcome } from './shared.ts'

type JsonFlag = { readonly json?: boolean }
type ChangeFlags = JsonFlag & { readonly dryRun?: boolean }
export type ListFlags = JsonFlag & {
  readonly route?: string
  readonly waiting?: boolean
  readonly all?: boolean
}

export function addDeals(program: Command, finish: (outcome: Outcome) => void): void {
  const deals = program
    .command('deals')
    .description('deals, where their tasks lie, and which task belongs to which')
  const answer = async (work: (deciding: Deciding) => Promise<Answer>, { json }: JsonFlag) =>
    finish(await decide(async (deciding) => say(await work(deciding), json)))
  deals
    .command('list')
    .description('deals with a section or tasks: stage, where they lie, open tasks, and why they wait')
    .option('--route <name>', 'of one route')
    .option('--waiting', 'only those that wait for you or have failed')
    .option('--all', 'also deals of which nothing is in the task app yet')
    .option('--json', 'one JSON document on stdout')
    .action((flags: ListFlags) => answer((deciding) => list(deciding, flags), flags))
  deals
    .command('link <task> <deal>')
    .description('say to which deal a task belongs: it goes into the section of that deal')
    .option('--dry-run', 'show what would be linked; change nothing')
    .option('--json', 'one JSON document on stdout')
    .action((task: string, deal: string, flags: ChangeFlags) =>
      answer((deciding) => link(deciding, task, deal, flags), flags),
    )
  deals
    .command('unlink <task>')
    .description('say that a task belongs to no deal: it goes into General and stays there')
    .option('--dry-run', 'show what would be unlinked; change nothing')
    .option('--json', 'one JSON document on stdout')
    .action((task: string, flags: ChangeFlags) =>
      answer((deciding) => link(deciding, task, null, flags), flags),
    )
  deals
    .command('retry <deal>')
    .description('look after a deal again that waits or has failed')
    .option('--dry-run', 'show what would be tried again; change nothing')
    .option('--json', 'one JSON document on stdout')
    .action((deal: string, flags: ChangeFlags) => answer((deciding) => retry(deciding, deal, flags), flags))
  deals
    .command('fields <route>')
    .description(
      'fields of its own that the CRM has for deals, and which of them hold address, city, and so on',
    )
    .option('--apply', 'let the route take what is proposed')
    .option('--dry-run', 'with --apply: show what would be changed; change nothing')
    .option('--json', 'one JSON document on stdout')
    .action((route: string, flags: FieldsFlags) =>
      answer((deciding) => fields(deciding, route, flags), flags),
    )
  deals
    .command('propose <route>')
    .description('what is proposed for a route, as a file for it: stages, projects, fields; changes nothing')
    .option('--json', 'one JSON document on stdout')
    .action((route: string, flags: JsonFlag) => answer((deciding) => propose(deciding, route), flags))
  deals
    .command('checklists <route>')
    .description('checklists of a route: for which stage, what is in them, and how often they were stamped')
    .option('--json', 'one JSON document on stdout')
    .action((route: string, flags: JsonFlag) => answer((deciding) => checklists(deciding, route), flags))
  deals
    .command('stamp <deal> <checklist>')
    .description('make the tasks of a checklist for a deal now, whatever its stage')
    .option('--route <name>', 'of one route, where several have such a checklist')
    .option('--dry-run', 'show what would be made; change nothing')
    .option('--json', 'one JSON document on stdout')
    .action((deal: string, checklist: string, flags: StampFlags) =>
      answer((deciding) => stampDeal(deciding, deal, checklist, flags), flags),
    )
  deals
    .command('labels <route>')
    .description('standard labels, and which of them the task app has with a colour')
    .option('--apply', 'make those that it has not; those that it has stay as they are')
    .option('--dry-run', 'with --apply: show what would be made; make nothing')
    .option('--json', 'one JSON document on stdout')
    .action((route: string, flags: LabelsFlags) =>
      answer((deciding) => labels(deciding, route, flags), flags),
    )
}

export async function list({ deps }: Pick<Deciding, 'deps'>, flags: ListFlags): Promise<Answer> {
  const only = flags.route === undefined ? null : (await routeNamed(deps.db, flags.route)).id
  const routes = (await dealRoutes(deps.db, deps)).filter(({ route }) => only === null || route.id === only)
  const listed: DealListing[] = []
  for (const route of routes) listed.push(...(await listDeals(deps.db, route, null)))
  const shown = listed.filter((one) => isAskedFor(one, flags))
  const problems = routes.flatMap(({ route, deals }) =>
    (deals?.problems ?? []).map((problem) => `route ${route.name}: ${problem}`),
  )
  const lines = [...shown.flatMap((one) => dealLines(one, { withRoute: routes.length > 1 })), ...problems]
  return {
    json: { deals: shown.map(dealJson), problems },
    lines: lines.length === 0 ? [nothingWords(routes.length, flags, listed.length)] : lines,
    outcome: shown.some(({ state }) => state !== 'ok') ? 3 : 0,
  }
}

function isAskedFor({ state, tasks, sections }: DealListing, { waiting, all }: ListFlags): boolean {
  if (waiting === true) return state !== 'ok'
  return all === true || state !== 'ok' || tasks > 0 || sections.length > 0
}

function nothingWords(routes: number, { waiting }: ListFlags, known: number): string {
  if (routes === 0) return `No route files its tasks by deals; ${quoted('route list')} shows the routes.`
  if (waiting === true) return 'No deal waits for you.'
  if (known === 0) return 'No deal is known yet.'
  return `No deal has a section or an open task; ${quoted('deals list --all')} shows all ${known}.`
}

/** `dealId` null: it belongs to none. */
export async function link(
  { deps, wake }: Deciding,
  task: string,
  dealId: string | null,
  { dryRun = false }: ChangeFlags,
): Promise<Answer> {
  const pairId = await pairMeant(deps.db, task)
  const run = dryRun ? onTrial : inTransaction
  const done = await run(deps.db, (tx) => linkDeal(tx, deps, { pairId, dealId }))
  const outcome = done.changed && !dryRun ? await wake([pairId]) : 0
  const next = done.changed && !dryRun ? await whenWritten(deps.db, [pairId]) : []
  const lines = [...linkedLines(done), ...next]
  return { json: done, lines: dryRun ? [DRY, ...lines] : lines, outcome }
}

function linkedLines({ pair, title, deal, changed }: DealLinked): string[] {
  const words = deal === null ? 'belongs to no deal' : `belongs to deal ${deal.id}`
  const head = `${pairWords(pair, title)} ${words}${changed ? '' : ' already'}${changed ? ' now' : ''}.`
  if (deal === null) return [head, 'It lies in General, and no rule links it again.']
  if (deal.why !== null) return [head, `Tasks of that deal lie ${noSectionWords(deal)}.`]
  return [
    head,
    deal.filing === 'lists'
      ? 'It goes into the list of the deal’s stage, with the label of that deal.'
      : 'It goes into the section of that deal.',
  ]
}

/** How a deal stood before it was tried again, where it did not wait. */
function beforeWords({ id, state, why }: DealListing): string {
  if (state !== 'ok') return ''
  return why === 'let-go'
    ? `; its section was let go and stays so: ${quoted(`conflicts resolve home-${id} restore`)} brings it back`
    : '; nothing was in its way'
}

export async function retry(
  deciding: Deciding,
  dealId: string,
  { dryRun = false }: ChangeFlags,
): Promise<Answer> {
  const { retried, told } = await retryDeals(deciding, dealId, { dryRun })
  const lines = retried.flatMap((one) => [`Deal ${one.id} is looked after again${beforeWords(one)}.`])
  return {
    json: { deal: dealId, retried: retried.map(dealJson) },
    lines: dryRun ? [DRY, ...lines] : lines,
    outcome: told,
  }
}
