import { randomUUID } from 'node:crypto'
import { type DbTime, plusMs } from '../../core/db-time.ts'
import type { Decision, PlannedWrite } from '../../core/decision.ts'
import type { Base } from '../../core/merge-types.ts'
import { otherSide, type Side } from '../../core/policy.ts'
import type { FieldValues } from '../../core/task.ts'
import type { Tx } from '../../store/database.ts'
import { type MemberRow, saveDecided } from '../../store/members.ts'
import { createsInFlight, insertOps, lockCreates, type NewOp } from '../../store/ops.ts'
import { type PairRow, savePairs, wakePairs } from '../../store/pairs.ts'
import { tellBelow, wakeBelow } from '../../store/tasks-below.ts'
import type { RouteContext, RouteSide } from '../route-context.ts'
import { blockNeedsFacts, carriesBlock, withBlock } from './block.ts'
import { factsAreDue, KnownPeople } from './facts.ts'
import { HomeWakes } from './home-wakes.ts'
import { type HomePlaces, openHomes } from './homes.ts'
import { asksForPerson } from './person-words.ts'
import { stepsFor } from './steps.ts'
import type { ViewClock } from './view-clock.ts'

/** Calls of one connection, on the task queue of its provider. */
export type PairCall = {
  readonly connectionId: string
  readonly provider: string
  readonly pairIds: readonly string[]
}
/**
 * `direct`: the tasks themselves must be looked at, not what changed since the cursor. `plannedAt`: a look from after
 * it serves.
 */
export type ReadCall = PairCall & { readonly direct: boolean; readonly plannedAt: DbTime }
export type WriteCall = {
  readonly connectionId: string
  readonly provider: string
  readonly opIds: readonly string[]
}

/**
 * What to do next, in ids. `since`: to be given to the next plan of this attempt. `people`: pairs whose person must be
 * looked for. `blocked`: pairs whose trouble is not their own. `postponed`: pairs that must wait for another one's
 * create. `unsettled`: pairs in which something failed, or waits for a person. `pending`: pairs still due after it.
 */
export type PlanOutput = {
  readonly since: DbTime
  readonly reads: readonly ReadCall[]
  readonly people: readonly PairCall[]
  readonly writes: readonly WriteCall[]
  readonly blocked: readonly string[]
  readonly postponed: readonly string[]
  readonly unsettled: readonly string[]
  readonly pending: readonly string[]
}

/** `before`: the deal to which the pair belonged until now. */
export type Tended = {
  readonly before: string | null
  readonly pair: PairRow
  readonly members: readonly MemberRow[]
  readonly decision: Decision
}

type Calls = Map<string, { provider: string; pairIds: Set<string> }>

const POSTPONED_MS = 2_000
const GENERAL = { kind: 'general' } as const

/** Gathers the decisions of one plan, so that each table is written once. */
export class PlanDraft {
  readonly clock: ViewClock
  readonly #reads: Calls = new Map()
  readonly #directReads: Calls = new Map()
  readonly #people: Calls = new Map()
  readonly #writes = new Map<string, { provider: string; opIds: string[] }>()
  readonly #blocked: string[] = []
  readonly #postponed: string[] = []
  readonly #pairs = new Map<string, PairRow>()
  #decided: MemberRow[] = []
  #ops: { op: NewOp; side: RouteSide }[] = []
  readonly #homes = new Map<string, HomePlaces>()
  readonly #wakes = new HomeWakes()
  readonly #others = new Set<string>()
  readonly #tellingBelow = new Set<string>()
  readonly #busyPeople = new Map<string, Set<string>>()
  readonly #known: KnownPeople
  readonly #offline: boolean
  readonly #endings: PairRow[] = []
  #whenSaved: { readonly pairId: string; readonly run: () => Promise<void> }[] = []

  /** Pairs of which a field waits for a person. */
  readonly asked: ReadonlySet<string>

  /** `offline`: nobody can be asked anything. */
  constructor(
    clock: ViewClock,
    given: {
      readonly pairIds: readonly string[]
      readonly asked: ReadonlySet<string>
      readonly offline?: boolean
    },
  ) {
    this.clock = clock
    this.asked = given.asked
    this.#known = new KnownPeople(given.pairIds)
    this.#offline = given.offline === true
  }

  block(pair: PairRow): void {
    this.#blocked.push(pair.id)
  }

  keep(pair: PairRow): void {
    this.#pairs.set(pair.id, pair)
  }

  /** Rows beside the pair's own, written only if its plan is kept. */
  whenSaved(pairId: string, run: () => Promise<void>): void {
    this.#whenSaved.push({ pairId, run })
  }

  /** What is left of the pair is to be deleted, completed or unlinked. */
  ends(pair: PairRow): void {
    this.#endings.push(pair)
  }

  /** The pairs of a route that this plan would end. */
  endingsOf(routeId: string): readonly PairRow[] {
    return this.#endings.filter((pair) => pair.routeId === routeId)
  }

  /** Nothing is done about the pairs of a route that was stopped; they stay as they were. */
  holdBack(routeId: string): void {
    const held = new Set(
      [...this.#pairs.values()].flatMap((pair) => (pair.routeId === routeId ? pair.id : [])),
    )
    for (const id of held) {
      this.#pairs.delete(id)
      this.#blocked.push(id)
    }
    const isHeld = ({ pairId }: { readonly pairId: string }) => held.has(pairId)
    this.#decided = this.#decided.filter((member) => !isHeld(member))
    this.#ops = this.#ops.filter(({ op }) => !isHeld(op))
    this.#whenSaved = this.#whenSaved.filter((one) => !isHeld(one))
    for (const calls of [this.#reads, this.#directReads, this.#people])
      for (const { pairIds } of calls.values()) for (const id of held) pairIds.delete(id)
  }

  /** What is decided of a task of these deals may leave their sections without one, or ask for them again. */
  tend(route: RouteContext, { before, pair, members, decision }: Tended): void {
    const task = { pair: { deal: pair.deal, memory: decision.memory }, members }
    for (const deal of new Set([before, pair.deal])) this.#wakes.addIfOver(route, deal, task)
    this.#wakes.addInLists(route, pair.deal, decision)
  }

  /** Pairs of other routes that have to go on once this is saved. */
  wake(pairIds: readonly string[]): void {
    for (const id of pairIds) this.#others.add(id)
  }

  /** Those below this pair's task tell of the same deal. */
  tellsBelow(pairId: string): void {
    this.#tellingBelow.add(pairId)
  }

  /** The pair is decided as far as anything is known of it. */
  decided(pair: PairRow, members: readonly MemberRow[]): void {
    this.keep(pair)
    this.#decided.push(...members)
  }

  read(side: RouteSide, pairId: string, direct = false): void {
    callOf(direct ? this.#directReads : this.#reads, side).pairIds.add(pairId)
  }

  write(side: RouteSide, opId: string): void {
    const known = this.#writes.get(side.connection.id) ?? { provider: side.connection.provider, opIds: [] }
    this.#writes.set(side.connection.id, known)
    known.opIds.push(opId)
  }

  /** Asks for the person whom the words name, once for each change of the words. True when somebody is to be asked. */
  lookForPerson(pair: PairRow, members: readonly MemberRow[], route: RouteContext): boolean {
    if (!asksForPerson(pair, members, route)) return false
    callOf(this.#people, route.sides[otherSide(pair.origin)]).pairIds.add(pair.id)
    return true
  }

  /**
   * Asks for what the block of a write tells of the task's person, where the record does not know it, or not lately.
   * A task that is to be edited is looked at again meanwhile, so that its write still follows its look at once.
   */
  async #asksForFacts(
    tx: Tx,
    pair: PairRow,
    members: readonly MemberRow[],
    route: RouteContext,
    { writes }: Decision,
  ): Promise<boolean> {
    if (this.#offline || !blockNeedsFacts(route)) return false
    for (const write of writes) {
      const source = route.sides[otherSide(write.side)]
      if (source.provider.people === undefined || !carriesBlock(write, members, route)) continue
      const person = await this.#known.of(tx, pair.id, source.connection.id)
      if (person === undefined || !factsAreDue(person.known, this.clock.now)) continue
      callOf(this.#people, source).pairIds.add(pair.id)
      if (write.verb === 'update') this.read(route.sides[write.side], pair.id)
      return true
    }
    return false
  }

  /**
   * Writes the intents of a decision down. Gives back what the pair remembers of it, or `postponed` when something else
   * goes first: another create, or a look at the person.
   */
  async plan(
    tx: Tx,
    pair: PairRow,
    members: readonly MemberRow[],
    route: RouteContext,
    decision: Decision,
  ): Promise<Pick<PairRow, 'planId' | 'block'> | 'postponed'> {
    let { planId, block } = pair
    if (decision.writes.length === 0) return { planId, block }
    if (await this.#asksForFacts(tx, pair, members, route, decision)) {
      this.keep({ ...pair, wakeAt: this.clock.now })
      return 'postponed'
    }
    for (const write of decision.writes) {
      if (write.verb !== 'create' || !(await this.#personIsBusy(tx, route.sides[write.side], pair.person)))
        continue
      this.#postponed.push(pair.id)
      this.keep({ ...pair, wakeAt: plusMs(this.clock.now, POSTPONED_MS) })
      return 'postponed'
    }
    const homes = await this.#placesFor(tx, route, decision)
    if (homes === null) {
      this.#postponed.push(pair.id)
      this.keep({ ...pair, wakeAt: plusMs(this.clock.now, POSTPONED_MS) })
      if (pair.deal !== null) this.#wakes.add(route.route.id, pair.deal)
      return 'postponed'
    }
    planId = randomUUID()
    for (const planned of decision.writes) {
      const carried = carriesBlock(planned, members, route)
        ? withBlock(planned, pair, members, route, await this.#factsFor(tx, pair, route, planned))
        : { write: planned, block }
      block = carried.block
      const containerId = homes.get(planned) ?? null
      this.#addOp({ pair, members, route, write: carried.write, planId, containerId })
    }
    return { planId, block }
  }

  async #factsFor(tx: Tx, pair: PairRow, route: RouteContext, { side }: PlannedWrite) {
    const { connection } = route.sides[otherSide(side)]
    return (await this.#known.of(tx, pair.id, connection.id))?.known?.facts ?? null
  }

  #addOp(given: {
    readonly pair: PairRow
    readonly members: readonly MemberRow[]
    readonly route: RouteContext
    readonly write: PlannedWrite
    readonly planId: string
    readonly containerId: string | null
  }): void {
    const { pair, members, route, write, planId, containerId } = given
    const side = route.sides[write.side]
    const target = members.find((member) => member.side === write.side)
    const op: NewOp = {
      routeId: route.route.id,
      pairId: pair.id,
      side: write.side,
      connectionId: side.connection.id,
      remoteId: write.verb === 'create' ? null : (target?.remoteId ?? null),
      verb: write.verb,
      before: target?.row.seen ?? null,
      after: write.fields,
      sources: write.sources,
      base: baseOf(pair, write.fields),
      beside: write.beside ?? null,
      cause: write.cause,
      person: pair.person,
      containerId,
      steps: stepsFor(
        write.verb,
        write.fields,
        side.provider.capabilities,
        write.beside,
        write.home !== undefined,
      ),
      planId,
      plannedVersion: pair.syncVersion,
    }
    this.#ops.push({ op, side })
  }

  /** Where the writes of a decision put their tasks; null where a place is not ready yet. */
  async #placesFor(
    tx: Tx,
    route: RouteContext,
    { writes }: Decision,
  ): Promise<ReadonlyMap<PlannedWrite, string> | null> {
    const places = new Map<PlannedWrite, string>()
    for (const write of writes) {
      const side = route.sides[write.side]
      const home = write.home ?? (write.verb === 'create' ? GENERAL : null)
      if (home === null || !side.provider.capabilities.containers || route.lists !== null) continue
      const place = await this.#homesOf(tx, route, side).place(home)
      if (place === null) return null
      places.set(write, place)
    }
    return places
  }

  #homesOf(tx: Tx, route: RouteContext, side: RouteSide): HomePlaces {
    const known = this.#homes.get(route.route.id) ?? openHomes(tx, route, side)
    this.#homes.set(route.route.id, known)
    return known
  }

  /**
   * Where neither a key nor a marker tells our creations apart, at most one create for a person is under way, so that
   * a search for a lost one stays unambiguous.
   */
  async #personIsBusy(tx: Tx, side: RouteSide, person: string | null): Promise<boolean> {
    if (side.provider.capabilities.createIdentity !== 'search' || person === null) return false
    const { id } = side.connection
    let busy = this.#busyPeople.get(id)
    if (busy === undefined) {
      await lockCreates(tx, id)
      // One that is parked for a person's answer may take for ever, and its candidates are known.
      const underWay = (await createsInFlight(tx, id)).filter((create) => create.candidates === null)
      busy = new Set(underWay.flatMap((create) => create.person ?? []))
      this.#busyPeople.set(id, busy)
    }
    if (busy.has(person)) return true
    busy.add(person)
    return false
  }

  async save(tx: Tx): Promise<void> {
    for (const { run } of this.#whenSaved) await run()
    await savePairs(tx, [...this.#pairs.values()])
    await wakeBelow(tx, [...this.#pairs.keys()])
    await tellBelow(tx, [...this.#tellingBelow])
    await wakePairs(
      tx,
      [...this.#others].sort().map((pairId) => ({ pairId, at: this.clock.now })),
    )
    const ids = await insertOps(
      tx,
      this.#ops.map(({ op }) => op),
    )
    await saveDecided(
      tx,
      this.#decided.map((member) => ({ ...member, decidedSeq: member.row.changedSeq })),
    )
    for (const [index, id] of ids.entries()) {
      const planned = this.#ops[index]
      if (planned !== undefined) this.write(planned.side, id)
    }
    await this.#wakes.save(tx)
  }

  output(): Omit<PlanOutput, 'pending'> {
    const calls = (some: Calls): PairCall[] =>
      [...some]
        .filter(([, call]) => call.pairIds.size > 0)
        .map(([connectionId, { provider, pairIds }]) => ({
          connectionId,
          provider,
          pairIds: [...pairIds],
        }))
    return {
      since: this.clock.since,
      reads: [
        ...calls(this.#reads).map((call) => ({ ...call, direct: false, plannedAt: this.clock.now })),
        ...calls(this.#directReads).map((call) => ({ ...call, direct: true, plannedAt: this.clock.now })),
      ],
      people: calls(this.#people),
      writes: [...this.#writes].map(([connectionId, call]) => ({ connectionId, ...call })),
      blocked: this.#blocked,
      postponed: this.#postponed,
      unsettled: [...this.#pairs.values()].filter((pair) => pair.state !== 'ok').map((pair) => pair.id),
    }
  }
}

/** What base holds of the fields that an op sets: what both sides are taken back to, should a person want it. */
function baseOf({ base }: PairRow, fields: FieldValues): Base {
  const of = (side: Side) =>
    Object.fromEntries(Object.entries(base[side]).filter(([field]) => field in fields)) as FieldValues
  return { left: of('left'), right: of('right') }
}

function callOf(calls: Calls, { connection }: RouteSide) {
  const known = calls.get(connection.id) ?? { provider: connection.provider, pairIds: new Set<string>() }
  calls.set(connection.id, known)
  return known
}
