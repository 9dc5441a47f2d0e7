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
]
