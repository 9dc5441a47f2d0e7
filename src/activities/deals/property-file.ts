import { type FileHandle, open } from 'node:fs/promises'
import { sameValue } from '../../core/equal.ts'
import { type PropertyFactsPolicy, propertyTable } from '../../core/property-table.ts'
import { inTransaction, type Tx } from '../../store/database.ts'
import {
  dropPropertyTable,
  type FileLook,
  type KnownFile,
  knownFileOf,
  savePropertyTable,
  savePropertyTrouble,
} from '../../store/property-files.ts'
import { tellTasksOfDeals } from '../../store/telling.ts'
import type { Deps } from '../deps.ts'
import type { RouteContext } from '../route-context.ts'
import { propertiesOf } from '../route-properties.ts'
import { readCsv } from './read-csv.ts'

/** Bytes. A table of every property of a county is smaller. */
const LARGEST = 32 * 1024 * 1024

const NOT_THERE: FileLook = { size: null, modifiedMs: null }

/**
 * Looks whether a route's table of properties has changed, and then takes it in whole. What cannot be read leaves in force what
 * was read before, and is told in `status`. Wakes the tasks of which the facts are others now.
 */
export async function lookAtPropertyFile(deps: Deps, route: RouteContext): Promise<void> {
  const { id } = route.route
  const known = await knownFileOf(deps.db, id)
  const settings = route.policy.deals?.propertyFacts
  if (settings === undefined) {
    if (known !== null) await change(deps, route, (tx) => dropPropertyTable(tx, id))
    return
  }
  const read = await readFile(settings, known)
  if (read === null) return
  if ('trouble' in read) {
    deps.log.warn({ routeId: id }, 'the table of property facts cannot be read; what was read before stays')
    await inTransaction(deps.db, (tx) => savePropertyTrouble(tx, id, settings, read.look, read.trouble))
    return
  }
  const { table, look } = read
  const { rows, problems } = table
  if (problems.length > 0)
    deps.log.warn({ routeId: id, rows: problems.length }, 'rows of the table of property facts are not used')
  await change(deps, route, (tx) => savePropertyTable(tx, id, settings, look, table))
  deps.log.info({ routeId: id, rows: rows.length }, 'the table of property facts was read')
}

type Table = Exclude<ReturnType<typeof propertyTable>, string>
type Reading = { readonly look: FileLook } & ({ readonly table: Table } | { readonly trouble: string })

/** Null where it is as it was when it was looked at last, or somebody is writing it just now. */
async function readFile(settings: PropertyFactsPolicy, known: KnownFile | null): Promise<Reading | null> {
  const isKnown = ({ size, modifiedMs }: FileLook) =>
    known !== null &&
    sameValue(known.settings, settings) &&
    known.modifiedMs === modifiedMs &&
    known.size === (size === null ? null : String(size))
  try {
    return await readUnlessKnown(settings, isKnown)
  } catch (error) {
    const trouble = troubleOf(error)
    if (trouble === null) throw error
    return isKnown(NOT_THERE) ? null : { look: NOT_THERE, trouble }
  }
}

async function readUnlessKnown(
  settings: PropertyFactsPolicy,
  isKnown: (look: FileLook) => boolean,
): Promise<Reading | null> {
  const file = await open(settings.file)
  try {
    const look = await lookOf(file)
    if (isKnown(look)) return null
    if ((await file.stat()).isDirectory()) return { look, trouble: 'It is a folder' }
    if ((look.size ?? 0) > LARGEST) return { look, trouble: 'It is larger than 32 MB' }
    const read = readCsv(await file.readFile())
    // Somebody is writing it: it is read when that is done.
    if (!sameValue(await lookOf(file), look)) return null
    if (typeof read === 'string') return { look, trouble: read }
    const table = propertyTable(read.header, read.records, settings)
    if (typeof table === 'string') return { look, trouble: table }
    const problems = [...read.problems, ...table.problems].sort((one, other) => one.line - other.line)
    return { look, table: { ...table, problems } }
  } finally {
    await file.close()
  }
}

async function lookOf(file: FileHandle): Promise<FileLook> {
  const { size, mtimeMs } = await file.stat()
  return { size, modifiedMs: mtimeMs }
}

function troubleOf(error: unknown): string | null {
  const code = error instanceof Error && 'code' in error ? error.code : null
  switch (code) {
    case 'ENOENT':
    case 'ENOTDIR':
      return 'There is no such file where the worker looks'
    case 'EACCES':
    case 'EPERM':
      return 'The worker may not read it'
    default:
      return typeof code === 'string' ? `It cannot be read (${code})` : null
  }
}

/** Changes what is known of properties, and tells the tasks of the deals of which it is something else then. */
async function change(deps: Deps, route: RouteContext, work: (tx: Tx) => Promise<void>): Promise<void> {
  const { deals, policy } = route
  if (deals === null || policy.deals === undefined) return
  const { fields } = policy.deals
  await inTransaction(deps.db, async (tx) => {
    const before = await propertiesOf(tx, route.route.id, fields)
    await work(tx)
    const after = await propertiesOf(tx, route.route.id, fields)
    const others = [...deals.book.deals.values()].filter(
      (deal) => !sameValue(before?.of(deal) ?? null, after?.of(deal) ?? null),
    )
    await tellTasksOfDeals(
      tx,
      route.route.id,
      others.map(({ id }) => id),
    )
  })
}
