import type { PartFigures, Ratio } from '../result.ts'
import type { Part, ProgramName, Run } from './parts.ts'

export type Figures = Readonly<Record<ProgramName, Partial<Record<Part, PartFigures>>>>

export function figuresOf(runs: readonly Run[]): Figures {
  const of = (program: ProgramName) => {
    const figures: Partial<Record<Part, PartFigures>> = {}
    for (const { part } of runs.filter((run) => run.program === program))
      figures[part] ??= medians(runs.filter((run) => run.program === program && run.part === part))
    return figures
  }
  return { dealbridge: of('dealbridge'), vdirsyncer: of('vdirsyncer') }
}

function medians(runs: readonly Run[]): PartFigures {
  const of = (value: (run: Run) => number) => rounded(medianOf(runs.map(value)))
  return {
    seconds: of(({ seconds }) => seconds),
    serverSeconds: of(({ served }) => served.seconds),
    requests: { read: of(({ served }) => served.read), write: of(({ served }) => served.write) },
  }
}

export function medianOf(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const half = Math.floor(sorted.length / 2)
  const above = sorted[half] ?? 0
  return sorted.length % 2 === 1 ? above : ((sorted[half - 1] ?? 0) + above) / 2
}

export function ratioOf({ dealbridge, vdirsyncer }: Figures): Ratio {
  const of = (part: Part) => rounded((dealbridge[part]?.seconds ?? 0) / (vdirsyncer[part]?.seconds ?? 1))
  return { firstSync: of('firstSync'), edits: of('edits'), empty: of('empty') }
}

const WORDS: Readonly<Record<Part, string>> = {
  firstSync: 'first sync',
  empty: 'pass without changes',
  edits: 'pass with edits',
  emptyAfter: 'pass after the edits',
  complete: 'complete look (sync-once)',
}

/** A line for each part and program, for a person. */
export function notesOn(figures: Figures, of: { readonly rounds: number; readonly edits: number }): string[] {
  const lines = Object.entries(WORDS).flatMap(([part, words]) =>
    (['dealbridge', 'vdirsyncer'] as const).flatMap((program) => {
      const one = figures[program][part as Part]
      if (one === undefined) return []
      const { seconds, serverSeconds, requests } = one
      return `${words.padEnd(26)}${program.padEnd(11)}${seconds.toFixed(2).padStart(7)} s, ${requests.read} reads, ${requests.write} writes; the server worked ${serverSeconds.toFixed(2)} s`
    }),
  )
  return [
    ...lines,
    `medians of ${of.rounds} rounds; ${of.edits} tasks renamed on each side`,
    'vdirsyncer: a whole process, as it is run; of each pass about half a second is the start of Python',
    'Dealbridge: first sync and complete look by command; a pass is what its running worker does at every poll',
  ]
}

function rounded(value: number): number {
  return Math.round(value * 1_000) / 1_000
}
