import { ON } from './features.ts'
import type { Event, Policy, Script } from './script.ts'

const USUAL: Policy = {
  conflicts: 'newest',
  deletes: { left: 'propagate', right: 'unlink' },
  fields: {},
}
/** A history of the usual rules. `seed`: by which it was found. */
export const kept = (seed: number, events: readonly Event[], policy: Partial<Policy> = {}): Script => ({
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
  {
    why: 'a creation without an answer, renamed within its own second, was made a second time',
    script: {
      ...kept(100247, [
        { do: 'create', side: 'right', token: 'T1', value: 0.8590713134035468, how: 'label' },
        { do: 'run', worker: 'a', job: { kind: 'incremental', side: 'right' }, steps: 200 },
        { do: 'run', worker: 'b', job: { kind: 'work', side: 'left' }, steps: 7 },
        { do: 'fault', side: 'left', word: 'truncated-json', times: 1 },
        { do: 'run', worker: 'b', job: { kind: 'work', side: 'right' }, steps: 4 },
        { do: 'edit', edits: [{ side: 'left', verb: 'rename', token: 'T1', value: 0.4096293356269598 }] },
      ]),
      features: ON,
    },
  },
  {
    why: 'the same, where the answer was lost and nothing is decided by rule',
    script: {
      ...kept(
        100256,
        [
          { do: 'create', side: 'right', token: 'T1', value: 0.6709993300028145, how: 'token' },
          { do: 'run', worker: 'b', job: { kind: 'nudge', side: 'right' }, steps: 200 },
          { do: 'run', worker: 'b', job: { kind: 'work', side: 'left' }, steps: 9 },
          { do: 'fault', side: 'left', word: 'reply-lost', times: 1 },
          { do: 'run', worker: 'b', job: { kind: 'incremental', side: 'left' }, steps: 1 },
          { do: 'edit', edits: [{ side: 'left', verb: 'rename', token: 'T1', value: 0.6670189171563834 }] },
        ],
        { conflicts: 'manual', deletes: { left: 'unlink', right: 'unlink' } },
      ),
      features: ON,
    },
  },
  {
    why: "a user's own task was taken for the creation that was looked for, and waited for ever",
    script: {
      ...kept(100939, [
        { do: 'create', side: 'right', token: 'T1', value: 0.7835493506863713, how: 'name' },
        { do: 'run', worker: 'b', job: { kind: 'incremental', side: 'right' }, steps: 200 },
        { do: 'run', worker: 'a', job: { kind: 'work', side: 'right' }, steps: 2 },
        { do: 'run', worker: 'a', job: { kind: 'incremental', side: 'right' }, steps: 2 },
        { do: 'fault', side: 'left', word: 'status:503', times: 8 },
        { do: 'create', side: 'left', token: 'T4', value: 0.6832192218862474, how: 'token' },
        { do: 'run', worker: 'a', job: { kind: 'nudge', side: 'left' }, steps: 200 },
        { do: 'edit', edits: [{ side: 'left', verb: 'due', token: 'T2', value: 0.22255213162861764 }] },
      ]),
      features: ON,
    },
  },
  {
    why: 'a sub-task with label no-sync was deleted with its parent',
    script: {
      ...kept(200249, [
        { do: 'create', side: 'left', token: 'T1', value: 0.943499751156196, how: 'token' },
        { do: 'run', worker: 'b', job: { kind: 'incremental', side: 'left' }, steps: 200 },
        { do: 'edit', edits: [{ side: 'left', verb: 'delete', token: 'T1', value: 0.6162728534545749 }] },
        { do: 'run', worker: 'a', job: { kind: 'work', side: 'right' }, steps: 200 },
        { do: 'create', side: 'right', token: 'T3', value: 0.8750785337761045, how: 'child', of: 'T1' },
        { do: 'edit', edits: [{ side: 'right', verb: 'no-sync', token: 'T3', value: 0.35976597131229937 }] },
      ]),
      features: ON,
    },
  },
  {
    why: 'words that were taken out of a title left an error behind, because the answer was from before',
    script: {
      ...kept(300276, [
        { do: 'create', side: 'right', token: 'T3', value: 0.6216474699322134, how: 'link' },
        { do: 'run', worker: 'b', job: { kind: 'incremental', side: 'right' }, steps: 200 },
        { do: 'run', worker: 'b', job: { kind: 'work', side: 'right' }, steps: 9 },
        { do: 'fault', side: 'right', word: 'stale-read:20000', times: 8 },
        { do: 'edit', edits: [{ side: 'right', verb: 'complete', token: 'T4', value: 0.5917419027537107 }] },
        { do: 'pass', ms: 69515 },
        { do: 'run', worker: 'b', job: { kind: 'complete', side: 'right' }, steps: 200 },
      ]),
      features: ON,
    },
  },
  {
    why: "a rename of an occurrence that is over is handed on to nobody, and is nobody's loss",
    script: {
      ...kept(200349, [
        { do: 'create', side: 'left', token: 'T1', value: 0.18433911888860166, how: 'token' },
        { do: 'settle' },
        { do: 'edit', edits: [{ side: 'right', verb: 'repeat', token: 'T1', value: 0.19116461696103215 }] },
        { do: 'edit', edits: [{ side: 'right', verb: 'complete', token: 'T1', value: 0.7042798360344023 }] },
        { do: 'run', worker: 'a', job: { kind: 'nudge', side: 'right' }, steps: 200 },
        { do: 'run', worker: 'b', job: { kind: 'work', side: 'left' }, steps: 200 },
        { do: 'edit', edits: [{ side: 'left', verb: 'rename', token: 'T3', value: 0.22783394157886505 }] },
      ]),
      features: ON,
    },
  },
  {
    why: 'a write that was sent again, because its reply was lost half way, forgot what its first part had replaced',
    script: {
      ...kept(
        500297,
        [
          { do: 'create', side: 'left', token: 'T3', value: 0.20861136727335, how: 'token' },
          { do: 'settle' },
          { do: 'edit', edits: [{ side: 'right', verb: 'due', token: 'T2', value: 0.28532889881171286 }] },
          { do: 'edit', edits: [{ side: 'right', verb: 'rename', token: 'T1', value: 0.4291820367798209 }] },
          { do: 'run', worker: 'a', job: LOOK_RIGHT, steps: 200 },
          { do: 'run', worker: 'b', job: { kind: 'work', side: 'right' }, steps: 5 },
          { do: 'fault', side: 'left', word: 'reply-lost', times: 1 },
          { do: 'run', worker: 'b', job: { kind: 'work', side: 'right' }, steps: 200 },
        ],
        { deletes: { left: 'propagate', right: 'complete' } },
      ),
      features: ON,
    },
  },
  {
    why: 'a write that was sent again put our block below the remains of the one that its user had damaged',
    script: {
      ...kept(600171, [
        { do: 'create', side: 'left', token: 'T1', value: 0.13182971766218543, how: 'token' },
        { do: 'run', worker: 'b', job: { kind: 'incremental', side: 'left' }, steps: 200 },
        { do: 'run', worker: 'b', job: { kind: 'work', side: 'right' }, steps: 4 },
        { do: 'run', worker: 'b', job: { kind: 'work', side: 'left' }, steps: 2 },
        { do: 'edit', edits: [{ side: 'left', verb: 'rename', token: 'T1', value: 0.5269842732232064 }] },
        { do: 'run', worker: 'a', job: { kind: 'incremental', side: 'left' }, steps: 200 },
        { do: 'fault', side: 'right', word: 'refused', times: 1 },
        { do: 'run', worker: 'b', job: { kind: 'work', side: 'left' }, steps: 200 },
        { do: 'edit', edits: [{ side: 'right', verb: 'describe', token: 'T1', value: 0.8141591348685324 }] },
      ]),
      features: ON,
    },
  },
  {
    why: 'a write that was sent again put its block over what had been typed into it meanwhile',
    script: {
      ...kept(2010, [
        { do: 'create', side: 'left', token: 'T2', value: 0.46426489436998963, how: 'token' },
        { do: 'settle' },
        { do: 'edit', edits: [{ side: 'left', verb: 'due', token: 'T2', value: 0.5749438288621604 }] },
        { do: 'run', worker: 'b', job: { kind: 'incremental', side: 'left' }, steps: 200 },
        { do: 'run', worker: 'a', job: { kind: 'work', side: 'left' }, steps: 6 },
        { do: 'run', worker: 'a', job: { kind: 'nudge', side: 'right' }, steps: 1 },
        { do: 'kill', worker: 'a' },
        { do: 'edit', edits: [{ side: 'right', verb: 'describe', token: 'T2', value: 0.3705666419118643 }] },
      ]),
      features: ON,
    },
  },
  {
    why: 'a task reopened between two calls of one write was taken for one that could not be completed',
    script: {
      ...kept(
        600321,
        [
          { do: 'create', side: 'right', token: 'T1', value: 0.2467102650552988, how: 'link' },
          { do: 'run', worker: 'a', job: LOOK_RIGHT, steps: 200 },
          { do: 'run', worker: 'a', job: { kind: 'incremental', side: 'left' }, steps: 200 },
          { do: 'run', worker: 'a', job: WORK, steps: 200 },
          { do: 'run', worker: 'a', job: { kind: 'nudge', side: 'right' }, steps: 200 },
          { do: 'edit', edits: [{ side: 'right', verb: 'due', token: 'T1', value: 0.16162783233448863 }] },
          {
            do: 'edit',
            edits: [{ side: 'right', verb: 'complete', token: 'T1', value: 0.4666112039703876 }],
          },
          { do: 'run', worker: 'a', job: { kind: 'nudge', side: 'right' }, steps: 200 },
          { do: 'run', worker: 'a', job: { kind: 'work', side: 'right' }, steps: 8 },
          { do: 'edit', edits: [{ side: 'left', verb: 'reopen', token: 'T1', value: 0.004194224253296852 }] },
        ],
        { conflicts: 'manual', deletes: { left: 'unlink', right: 'propagate' } },
      ),
      features: ON,
    },
  },
  {
    why: 'a creation that was edited twice within its own second was not known again, and made a second time',
    script: {
      ...kept(1002612, [
        { do: 'create', side: 'right', token: 'T3', value: 0.00671177776530385, how: 'token' },
        { do: 'run', worker: 'a', job: { kind: 'complete', side: 'right' }, steps: 200 },
        { do: 'run', worker: 'b', job: { kind: 'work', side: 'right' }, steps: 10 },
        { do: 'cut', worker: 'b', when: 'before' },
        { do: 'edit', edits: [{ side: 'left', verb: 'type', token: 'T3', value: 0.9061058540828526 }] },
        { do: 'edit', edits: [{ side: 'left', verb: 'due', token: 'T3', value: 0.17290862277150154 }] },
        { do: 'run', worker: 'b', job: { kind: 'work', side: 'right' }, steps: 200 },
      ]),
      features: ON,
    },
  },
  {
    why: 'an error was still shown of a task that its user had taken out of the sync',
    script: {
      ...kept(
        1100005,
        [
          { do: 'create', side: 'left', token: 'T1', value: 0.22895733546465635, how: 'token' },
          { do: 'run', worker: 'b', job: { kind: 'incremental', side: 'left' }, steps: 200 },
          {
            do: 'edit',
            edits: [{ side: 'left', verb: 'complete', token: 'T1', value: 0.06985393026843667 }],
          },
          { do: 'run', worker: 'a', job: WORK, steps: 200 },
          { do: 'run', worker: 'b', job: { kind: 'incremental', side: 'left' }, steps: 200 },
          { do: 'run', worker: 'a', job: { kind: 'work', side: 'right' }, steps: 5 },
          { do: 'edit', edits: [{ side: 'right', verb: 'no-sync', token: 'T2', value: 0.5214324439875782 }] },
          { do: 'edit', edits: [{ side: 'right', verb: 'repeat', token: 'T2', value: 0.6482151784002781 }] },
        ],
        { conflicts: 'right', deletes: { left: 'complete', right: 'complete' } },
      ),
      features: ON,
    },
  },
  {
    why: 'a write that arrived, was taken back by its user and was sent again by its key was called ignored',
    script: {
      ...kept(1200667, [
        { do: 'create', side: 'left', token: 'T1', value: 0.6353826953563839, how: 'token' },
        { do: 'settle' },
        { do: 'edit', edits: [{ side: 'right', verb: 'due', token: 'T1', value: 0.33603592216968536 }] },
        { do: 'cut', worker: 'b', when: 'after' },
        { do: 'edit', edits: [{ side: 'left', verb: 'due', token: 'T1', value: 0.39974685991182923 }] },
        { do: 'edit', edits: [{ side: 'right', verb: 'rename', token: 'T1', value: 0.08065991615876555 }] },
        { do: 'run', worker: 'a', job: LOOK_RIGHT, steps: 200 },
        { do: 'run', worker: 'b', job: { kind: 'work', side: 'right' }, steps: 12 },
        { do: 'run', worker: 'b', job: { kind: 'nudge', side: 'left' }, steps: 1 },
        { do: 'run', worker: 'b', job: { kind: 'work', side: 'right' }, steps: 5 },
        { do: 'kill', worker: 'b' },
        { do: 'edit', edits: [{ side: 'right', verb: 'due', token: 'T1', value: 0.9665660455357283 }] },
      ]),
      features: ON,
      looked: true,
    },
  },
  {
    why: 'our own value that an old answer did not show was carried over what the other side had typed meanwhile',
    script: {
      ...kept(1200445, [
        { do: 'create', side: 'right', token: 'T2', value: 0.4850045773200691, how: 'label' },
        { do: 'settle' },
        { do: 'edit', edits: [{ side: 'left', verb: 'complete', token: 'T1', value: 0.5765970330685377 }] },
        { do: 'run', worker: 'a', job: { kind: 'incremental', side: 'left' }, steps: 200 },
        { do: 'fault', side: 'right', word: 'stale-read:20000', times: 8 },
        { do: 'edit', edits: [{ side: 'left', verb: 'reopen', token: 'T3', value: 0.12391972471959889 }] },
        { do: 'run', worker: 'a', job: { kind: 'work', side: 'right' }, steps: 200 },
      ]),
      features: ON,
      looked: true,
    },
  },
  {
    why: 'a task that its user made for the same person and day was taken for a creation without an answer',
    script: {
      ...kept(
        1304226,
        [
          { do: 'create', side: 'right', token: 'T1', value: 0.895195378921926, how: 'name' },
          { do: 'run', worker: 'b', job: { kind: 'nudge', side: 'right' }, steps: 200 },
          { do: 'run', worker: 'a', job: { kind: 'work', side: 'right' }, steps: 6 },
          { do: 'fault', side: 'left', word: 'refused', times: 1 },
          { do: 'create', side: 'left', token: 'T4', value: 0.8027187834959477, how: 'token' },
          { do: 'run', worker: 'a', job: { kind: 'work', side: 'right' }, steps: 200 },
        ],
        { deletes: { left: 'complete', right: 'complete' } },
      ),
      features: ON,
      looked: true,
    },
  },
  {
    why: 'the oracle: words that named a person are taken out of a title that flows one way, over an edit that no look has shown',
    script: {
      ...kept(
        1400644,
        [
          { do: 'create', side: 'right', token: 'T1', value: 0.3732668252196163, how: 'crm' },
          { do: 'run', worker: 'a', job: { kind: 'nudge', side: 'right' }, steps: 200 },
          { do: 'fault', side: 'right', word: 'stale-read:20000', times: 1 },
          { do: 'edit', edits: [{ side: 'right', verb: 'rename', token: 'T1', value: 0.3043572586029768 }] },
          { do: 'run', worker: 'a', job: { kind: 'work', side: 'right' }, steps: 200 },
          { do: 'run', worker: 'a', job: LOOK_RIGHT, steps: 200 },
        ],
        { conflicts: 'right', fields: { title: 'toRight' } },
      ),
      features: ['recurrence', 'labelSets', 'noSync', 'crmLabel'],
      looked: true,
    },
  },
  {
    why: 'the oracle: the date of an occurrence that was closed is no edit that a deletion would have to spare',
    script: {
      ...kept(1401843, [
        { do: 'create', side: 'right', token: 'T3', value: 0.18115202896296978, how: 'token' },
        { do: 'run', worker: 'a', job: LOOK_RIGHT, steps: 200 },
        { do: 'edit', edits: [{ side: 'right', verb: 'repeat', token: 'T1', value: 0.08624803950078785 }] },
        { do: 'edit', edits: [{ side: 'right', verb: 'complete', token: 'T3', value: 0.9847202750388533 }] },
        { do: 'run', worker: 'b', job: WORK, steps: 200 },
        { do: 'edit', edits: [{ side: 'left', verb: 'delete', token: 'T3', value: 0.5235330467112362 }] },
      ]),
      features: ['recurrence', 'labelSets', 'noSync', 'crmLabel'],
      looked: true,
    },
  },
  {
    why: 'a person who was named while the task was given label needs-person was never looked for',
    script: {
      ...kept(1402698, [
        { do: 'create', side: 'left', token: 'T3', value: 0.9966070160735399, how: 'token' },
        { do: 'run', worker: 'b', job: { kind: 'incremental', side: 'left' }, steps: 200 },
        { do: 'create', side: 'right', token: 'T4', value: 0.541262867860496, how: 'nobody' },
        { do: 'run', worker: 'a', job: LOOK_RIGHT, steps: 200 },
        { do: 'run', worker: 'a', job: { kind: 'work', side: 'right' }, steps: 13 },
        { do: 'run', worker: 'a', job: { kind: 'work', side: 'right' }, steps: 7 },
        { do: 'edit', edits: [{ side: 'right', verb: 'name', token: 'T4', value: 0.7380888683255762 }] },
      ]),
      features: ['recurrence', 'labelSets', 'noSync', 'crmLabel'],
      looked: true,
    },
  },
  {
    why: 'a creation that a person is asked about held back every later one of its person',
    script: {
      ...kept(1402957, [
        { do: 'create', side: 'right', token: 'T2', value: 0.1365077046211809, how: 'link' },
        { do: 'run', worker: 'a', job: { kind: 'nudge', side: 'right' }, steps: 200 },
        { do: 'run', worker: 'b', job: WORK, steps: 3 },
        { do: 'fault', side: 'left', word: 'reply-lost', times: 1 },
        { do: 'create', side: 'right', token: 'T4', value: 0.10748238652013242, how: 'crm' },
        { do: 'run', worker: 'b', job: WORK, steps: 9 },
        { do: 'edit', edits: [{ side: 'left', verb: 'rename', token: 'T2', value: 0.2847952025476843 }] },
      ]),
      features: ['recurrence', 'labelSets', 'noSync', 'crmLabel'],
      looked: true,
    },
  },
  {
    why: 'the oracle: what a deletion completed, and an edit brought back, is completed on both sides',
    script: {
      ...kept(
        1403379,
        [
          { do: 'create', side: 'left', token: 'T1', value: 0.405913999537006, how: 'token' },
          { do: 'settle' },
          { do: 'edit', edits: [{ side: 'right', verb: 'delete', token: 'T1', value: 0.3020977983251214 }] },
          { do: 'run', worker: 'a', job: LOOK_RIGHT, steps: 200 },
          { do: 'run', worker: 'a', job: { kind: 'work', side: 'right' }, steps: 7 },
          { do: 'edit', edits: [{ side: 'left', verb: 'type', token: 'T1', value: 0.06889001373201609 }] },
        ],
        { conflicts: 'manual', deletes: { left: 'unlink', right: 'complete' } },
      ),
      features: ['recurrence', 'labelSets', 'noSync', 'crmLabel'],
      looked: true,
    },
  },
  {
    why: 'a sub-task was let go when its parent was completed because its counterpart had been deleted, and did not follow',
    script: {
      ...kept(
        1406263,
        [
          { do: 'create', side: 'right', token: 'T3', value: 0.630445197224617, how: 'crm' },
          { do: 'settle' },
          { do: 'edit', edits: [{ side: 'left', verb: 'delete', token: 'T3', value: 0.49268409656360745 }] },
          { do: 'create', side: 'right', token: 'T6', value: 0.5721776012796909, how: 'child', of: 'T3' },
        ],
        { conflicts: 'left', deletes: { left: 'complete', right: 'unlink' } },
      ),
      features: ['recurrence', 'labelSets', 'noSync', 'crmLabel'],
      looked: true,
    },
  },
  {
    why: 'a write of which one part was told by an old picture, and the other taken back by its user, was not planned anew',
    script: {
      ...kept(1406997, [
        { do: 'create', side: 'right', token: 'T1', value: 0.383557049324736, how: 'name' },
        { do: 'settle' },
        { do: 'edit', edits: [{ side: 'left', verb: 'rename', token: 'T2', value: 0.7692253310233355 }] },
        { do: 'edit', edits: [{ side: 'right', verb: 'rename', token: 'T1', value: 0.714847961673513 }] },
        { do: 'run', worker: 'a', job: LOOK_RIGHT, steps: 200 },
        { do: 'edit', edits: [{ side: 'left', verb: 'complete', token: 'T1', value: 0.6410755594260991 }] },
        { do: 'fault', side: 'right', word: 'stale-read:20000', times: 8 },
        { do: 'run', worker: 'a', job: { kind: 'work', side: 'right' }, steps: 200 },
        { do: 'run', worker: 'a', job: LOOK_RIGHT, steps: 200 },
        { do: 'edit', edits: [{ side: 'right', verb: 'reopen', token: 'T1', value: 0.04528111778199673 }] },
      ]),
      features: ['recurrence', 'labelSets', 'noSync', 'crmLabel'],
      looked: true,
    },
  },
  {
    why: 'an edit of what a creation leaves out, made before its lost answer was found, was taken for how the task was made',
    script: {
      ...kept(
        1411719,
        [
          { do: 'create', side: 'left', token: 'T2', value: 0.602380441268906, how: 'token' },
          { do: 'fault', side: 'right', word: 'truncated', times: 1 },
          { do: 'run', worker: 'a', job: { kind: 'nudge', side: 'left' }, steps: 200 },
          { do: 'run', worker: 'b', job: { kind: 'work', side: 'right' }, steps: 1 },
          { do: 'run', worker: 'b', job: { kind: 'nudge', side: 'left' }, steps: 11 },
          { do: 'edit', edits: [{ side: 'right', verb: 'due', token: 'T2', value: 0.9973160240333527 }] },
          { do: 'edit', edits: [{ side: 'left', verb: 'delete', token: 'T2', value: 0.2620826286729425 }] },
        ],
        { conflicts: 'left', fields: { due: 'toLeft' } },
      ),
      features: ['recurrence', 'labelSets', 'noSync', 'crmLabel'],
      looked: true,
    },
  },
  {
    why: 'the oracle: what a user took back before anybody had heard that it was done looks as if it had not been done',
    script: {
      ...kept(1414881, [
        { do: 'create', side: 'left', token: 'T3', value: 0.9518565451726317, how: 'token' },
        { do: 'settle' },
        { do: 'edit', edits: [{ side: 'right', verb: 'complete', token: 'T1', value: 0.4860704648308456 }] },
        { do: 'run', worker: 'a', job: LOOK_RIGHT, steps: 1 },
        { do: 'run', worker: 'a', job: WORK, steps: 200 },
        { do: 'run', worker: 'a', job: WORK, steps: 1 },
        { do: 'fault', side: 'left', word: 'truncated-json', times: 1 },
        { do: 'run', worker: 'a', job: WORK, steps: 9 },
        { do: 'kill', worker: 'a' },
        { do: 'edit', edits: [{ side: 'left', verb: 'reopen', token: 'T1', value: 0.5244088359177113 }] },
      ]),
      features: ['recurrence', 'labelSets', 'noSync', 'crmLabel'],
      looked: true,
    },
  },
]
