import type { Served } from './server-log.ts'

export const PROGRAMS = ['dealbridge', 'vdirsyncer'] as const
export type ProgramName = (typeof PROGRAMS)[number]

/** `complete`: what `dealbridge sync-once` does where nothing has changed. It looks at every task; vdirsyncer never does. */
export const PARTS = ['firstSync', 'empty', 'edits', 'emptyAfter', 'complete'] as const
export type Part = (typeof PARTS)[number]

/** One run of a part: seconds from the call until it is done, and what the server had to answer. */
export type Run = { readonly part: Part; readonly program: ProgramName; readonly seconds: number } & {
  readonly served: Served
}
