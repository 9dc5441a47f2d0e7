import { asTyped } from '../command-name.ts'
import { counted } from '../task-words.ts'
import type { Paint } from '../terminal/paint.ts'
import { painted } from '../terminal/paint.ts'
import { type Screen, screenOf } from '../terminal/screen.ts'
import { type Column, tableLines } from '../terminal/table.ts'
import type { Probe, ProbeState } from '../write-test/probe.ts'
import type { Examined } from './examine.ts'
import type { FindingState } from './finding.ts'

const PAINTS: Readonly<Record<FindingState | ProbeState, Paint>> = {
  ok: 'green',
  warning: 'yellow',
  problem: 'red',
  differs: 'yellow',
  failed: 'red',
}
const paintState = (text: string): Paint | null =>
  Object.entries(PAINTS).find(([state]) => state === text)?.[1] ?? null

const FINDINGS: readonly Column[] = [
  { head: 'state', paint: paintState },
  { head: 'check' },
  { head: 'about', shrinks: true },
  { head: 'found', shrinks: true },
]

/** The report: one table, then, of what is not in order, all of it in words with what to do. */
export function doctorLines(examined: readonly Examined[], screen: Screen = screenOf()): string[] {
  const rows = examined.map(({ state, check, about, found, mended }) => [
    state,
    check,
    about,
    mended === null ? asTyped(found) : `${asTyped(found)}; mended: ${mended}`,
  ])
  const wrong = examined.filter(({ state }) => state !== 'ok')
  const advice = wrong.flatMap((one) => [
    `${painted(one.state, PAINTS[one.state], screen)}  ${placeOf(one)}: ${asTyped(one.found)}`,
    ...(one.todo === undefined || one.todo === '' ? [] : [`    ${asTyped(one.todo)}`]),
    ...(one.failed === null ? [] : [`    --fix could not mend it: ${one.failed}`]),
  ])
  return [
    ...tableLines(FINDINGS, rows, screen),
    '',
    ...(advice.length === 0 ? [] : ['What to do:', ...advice, '']),
    summaryOf(examined),
  ]
}

function placeOf({ check, about }: Examined): string {
  return about === '' ? check : `${check}, ${about}`
}

function summaryOf(examined: readonly Examined[]): string {
  const count = (wanted: FindingState) => examined.filter(({ state }) => state === wanted).length
  const mended = examined.filter((one) => one.mended !== null).length
  const mendable = examined.filter((one) => one.mendable && one.state !== 'ok').length
  return [
    `${counted(count('problem'), 'problem')}, ${counted(count('warning'), 'warning')}, ${count('ok')} in order.`,
    ...(mended > 0 ? [`${mended} mended.`] : []),
    ...(mendable > 0 ? [asTyped(`${mendable} can be mended by "dealbridge doctor --fix".`)] : []),
  ].join(' ')
}

const PROBES: readonly Column[] = [
  { head: 'state', paint: paintState },
  { head: 'connection' },
  { head: 'fact' },
  { head: 'ms', align: 'right' },
  { head: 'found', shrinks: true },
]

/** What a write test found out. */
export function probeLines(probes: readonly Probe[], screen: Screen = screenOf()): string[] {
  const rows = probes.map(({ state, connection, fact, ms, words }) => [
    state,
    connection,
    fact,
    ms === null ? '' : String(ms),
    words,
  ])
  const different = probes.filter(({ state }) => state === 'differs').length
  const failed = probes.filter(({ state }) => state === 'failed').length
  const wrong = probes.filter(({ state }) => state !== 'ok')
  return [
    ...tableLines(PROBES, rows, screen),
    '',
    // Whole, where the terminal was too narrow for them.
    ...wrong.map(
      ({ state, connection, fact, words }) =>
        `${painted(state, PAINTS[state], screen)}  ${connection}, ${fact}: ${words}`,
    ),
    different + failed === 0
      ? 'The services behave as Dealbridge takes them to. Nothing is left of the test.'
      : `${counted(different, 'fact')} not as expected, ${failed} failed.`,
  ]
}
