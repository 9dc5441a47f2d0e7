import type { Script } from './script.ts'

const USUAL = { conflicts: 'newest', deletes: { left: 'propagate', right: 'propagate' } } as const

/** Histories that failed once, each as short as it could be made. */
export const REGRESSIONS: readonly { readonly why: string; readonly script: Script }[] = [
  {
    why: 'users of both sides put two tasks below each other, which became a circle in CalDAV and an error in Todoist',
    script: {
      seed: 85,
      pair: 'caldav-todoist',
      policy: USUAL,
      events: [
        { do: 'create', side: 'right', token: 'T1', value: 0.3843794574495405, list: 'one' },
        { do: 'create', side: 'left', token: 'T3', value: 0.9535253925714642, list: 'one' },
        { do: 'settle' },
        {
          do: 'edit',
          edits: [
            { side: 'right', verb: 'below', token: 'T3', value: 0.9 },
            { side: 'left', verb: 'below', token: 'T1', value: 0.9 },
          ],
        },
      ],
    },
  },
  {
    why: 'a task was put below one that we had just made, of which nobody had heard yet, and came to lie below none in CalDAV',
    script: {
      seed: 24,
      pair: 'caldav-todoist',
      policy: USUAL,
      events: [
        { do: 'create', side: 'left', token: 'T1', value: 0.5251554888673127, list: 'one' },
        { do: 'run', worker: 'b', job: { kind: 'incremental', side: 'left' }, steps: 200 },
        { do: 'run', worker: 'a', job: { kind: 'work', side: 'right' }, steps: 4 },
        { do: 'kill', worker: 'a' },
        { do: 'create', side: 'right', token: 'T2', value: 0.3242004157509655, list: 'one', of: 'T1' },
        { do: 'run', worker: 'b', job: { kind: 'incremental', side: 'right' }, steps: 200 },
        { do: 'run', worker: 'a', job: { kind: 'work', side: 'left' }, steps: 200 },
      ],
    },
  },
]
