import type { Event, Policy, Script } from './script.ts'

const USUAL: Policy = {
  conflicts: 'newest',
  deletes: { left: 'propagate', right: 'unlink' },
  fields: {},
}
const kept = (seed: number, events: readonly Event[], policy: Partial<Policy> = {}): Script => ({
  seed,
  policy: { ...USUAL, ...policy },
  features: [],
  avoid: [],
  events,
})
const LOOK_RIGHT = { kind: 'incremental', side: 'right' } as const
const WORK = { kind: 'work', side: 'left' } as const

/** Histories that failed once, as short as they could be made. `why`: what the product did wrong. */
export const REGRESSIONS: readonly { readonly why: string; readonly script: Script }[] = [
  {
    why: 'an edit of a completed task was skipped by a complete look at Todoist',
    script: kept(166, [
      { do: 'create', side: 'right', token: 'T2', value: 0.03510759514756501, how: 'token' },
      { do: 'run', worker: 'a', job: LOOK_RIGHT, steps: 200 },
      { do: 'edit', edits: [{ side: 'right', verb: 'complete', token: 'T2', value: 0.5842841193079948 }] },
      { do: 'run', worker: 'a', job: WORK, steps: 200 },
      { do: 'edit', edits: [{ side: 'right', verb: 'due', token: 'T2', value: 0.4255792514886707 }] },
    ]),
  },
  {
    why: 'a sub-task that was seen before the person of its parent was known never got one',
    script: kept(101, [
      { do: 'create', side: 'right', token: 'T1', value: 0.5, how: 'name' },
      { do: 'create', side: 'right', token: 'T2', value: 0.2, how: 'child', of: 'T1' },
    ]),
  },
  {
    why: 'a sub-task whose parent was just being made by us never got its person',
    script: kept(1092, [
      { do: 'create', side: 'left', token: 'T2', value: 0.7, how: 'token' },
      { do: 'run', worker: 'b', job: { kind: 'incremental', side: 'left' }, steps: 200 },
      { do: 'run', worker: 'b', job: WORK, steps: 3 },
      { do: 'create', side: 'right', token: 'T3', value: 0.8376232, how: 'child', of: 'T2' },
      { do: 'run', worker: 'a', job: LOOK_RIGHT, steps: 200 },
    ]),
  },
  {
    why: 'a task that was deleted in Follow Up Boss took its sub-task in Todoist along',
    script: kept(140, [
      { do: 'create', side: 'left', token: 'T1', value: 0.8729847630020231, how: 'token' },
      { do: 'settle' },
      { do: 'edit', edits: [{ side: 'left', verb: 'delete', token: 'T1', value: 0.33021719148382545 }] },
      { do: 'create', side: 'right', token: 'T3', value: 0.29817889304831624, how: 'child', of: 'T1' },
    ]),
  },
  {
    why: 'a deleted task whose counterpart was edited and completed was left behind, in no pair',
    script: kept(9, [
      { do: 'create', side: 'left', token: 'T1', value: 0.9, how: 'token' },
      { do: 'settle' },
      { do: 'edit', edits: [{ side: 'left', verb: 'delete', token: 'T1', value: 0.1 }] },
      {
        do: 'edit',
        edits: [
          { side: 'right', verb: 'complete', token: 'T1', value: 0.1 },
          { side: 'right', verb: 'type', token: 'T1', value: 0.4 },
        ],
      },
    ]),
  },
  {
    why: 'the date that a copy was made without flowed back as an edit',
    script: kept(
      3167,
      [{ do: 'create', side: 'left', token: 'T8', value: 0.5447975052520633, how: 'token' }],
      {
        fields: { due: 'toLeft' },
      },
    ),
  },
  {
    why: 'the same, where the answer to the create showed no task',
    script: kept(
      4055,
      [
        { do: 'create', side: 'left', token: 'T1', value: 0.5442164721898735, how: 'token' },
        { do: 'run', worker: 'a', job: { kind: 'nudge', side: 'left' }, steps: 200 },
        { do: 'run', worker: 'b', job: WORK, steps: 200 },
      ],
      { fields: { due: 'toLeft' } },
    ),
  },
]
