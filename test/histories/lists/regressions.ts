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
  {
    why: 'a title that its user changed in our own tasks between our look and our write was written over',
    script: {
      seed: 1001,
      pair: 'local-caldav',
      policy: { conflicts: 'newest', deletes: { left: 'propagate', right: 'unlink' } },
      events: [
        { do: 'create', side: 'right', token: 'T1', value: 0.9759627291932702, list: 'one' },
        { do: 'settle' },
        { do: 'fault', side: 'right', word: 'status:429-wait:2', times: 1 },
        { do: 'edit', edits: [{ side: 'left', verb: 'due', token: 'T1', value: 0.6674075175542384 }] },
        { do: 'run', worker: 'a', job: { kind: 'incremental', side: 'left' }, steps: 200 },
        { do: 'run', worker: 'a', job: { kind: 'work', side: 'left' }, steps: 200, looks: 1 },
        { do: 'edit', edits: [{ side: 'right', verb: 'rename', token: 'T1', value: 0.9907782599329948 }] },
        { do: 'run', worker: 'a', job: { kind: 'incremental', side: 'right' }, steps: 7 },
        { do: 'edit', edits: [{ side: 'left', verb: 'rename', token: 'T1', value: 0.2533470264170319 }] },
      ],
    },
  },
  {
    why: 'a task in step that was put below a new one came to lie below none on the other side',
    script: {
      seed: 1096,
      pair: 'local-caldav',
      policy: { conflicts: 'newest', deletes: { left: 'propagate', right: 'unlink' } },
      events: [
        { do: 'create', side: 'left', token: 'T1', value: 0.6969545963220298, list: 'one' },
        { do: 'settle' },
        { do: 'create', side: 'left', token: 'T4', value: 0.17740192264318466, list: 'one' },
        { do: 'edit', edits: [{ side: 'left', verb: 'below', token: 'T1', value: 0.7374810394831002 }] },
      ],
    },
  },
  {
    why: 'a task was to come back below one that was deleted along with it, which Todoist refused',
    script: {
      seed: 1013,
      pair: 'caldav-todoist',
      policy: { conflicts: 'newest', deletes: { left: 'propagate', right: 'propagate' } },
      events: [
        { do: 'create', side: 'left', token: 'T1', value: 0.90084996400401, list: 'one' },
        { do: 'create', side: 'right', token: 'T3', value: 0.1148304610978812, list: 'one' },
        { do: 'settle' },
        {
          do: 'edit',
          edits: [
            { side: 'left', verb: 'rename', token: 'T1', value: 0.3096321374177933 },
            { side: 'right', verb: 'below', token: 'T1', value: 0.4354830184020102 },
          ],
        },
        { do: 'run', worker: 'b', job: { kind: 'incremental', side: 'right' }, steps: 200 },
        { do: 'run', worker: 'b', job: { kind: 'work', side: 'left' }, steps: 200, looks: 1 },
        { do: 'run', worker: 'b', job: { kind: 'incremental', side: 'right' }, steps: 5 },
        { do: 'edit', edits: [{ side: 'right', verb: 'delete', token: 'T3', value: 0.4237645701505244 }] },
      ],
    },
  },
  {
    why: 'a task that its user moved while we moved it was copied, and the copy stayed',
    script: {
      seed: 2120,
      pair: 'caldav-todoist',
      policy: { conflicts: 'right', deletes: { left: 'unlink', right: 'complete' } },
      events: [
        { do: 'create', side: 'right', token: 'T1', value: 0.8589620504062623, list: 'one' },
        { do: 'settle' },
        { do: 'create', side: 'right', token: 'T2', value: 0.02825675206258893, list: 'two' },
        { do: 'edit', edits: [{ side: 'right', verb: 'move', token: 'T1', value: 0.7646733445581049 }] },
        { do: 'edit', edits: [{ side: 'left', verb: 'note', token: 'T2', value: 0.24818167742341757 }] },
        { do: 'run', worker: 'a', job: { kind: 'incremental', side: 'right' }, steps: 200 },
        { do: 'run', worker: 'a', job: { kind: 'work', side: 'left' }, steps: 200, looks: 3 },
        { do: 'edit', edits: [{ side: 'left', verb: 'move-out', token: 'T1', value: 0.14786676061339676 }] },
      ],
    },
  },
  {
    why: 'a task put below one that nobody had looked at yet came to lie below none on the other side',
    script: {
      seed: 1068,
      pair: 'local-caldav',
      policy: { conflicts: 'newest', deletes: { left: 'propagate', right: 'unlink' } },
      events: [
        { do: 'create', side: 'left', token: 'T1', value: 0.7885213310364634, list: 'one' },
        { do: 'create', side: 'right', token: 'T3', value: 0.07510807504877448, list: 'two' },
        { do: 'edit', edits: [{ side: 'left', verb: 'move', token: 'T1', value: 0.6988785553257912 }] },
        { do: 'run', worker: 'b', job: { kind: 'incremental', side: 'left' }, steps: 200 },
        { do: 'run', worker: 'b', job: { kind: 'work', side: 'left' }, steps: 200, looks: 3 },
        { do: 'edit', edits: [{ side: 'right', verb: 'below', token: 'T1', value: 0.7677231975831091 }] },
      ],
    },
  },
  {
    why: "a task that we had made, of whose making nobody had heard yet, was taken for a user's and made once more",
    script: {
      seed: 3015,
      pair: 'caldav-todoist',
      policy: { conflicts: 'left', deletes: { left: 'unlink', right: 'complete' } },
      events: [
        { do: 'create', side: 'right', token: 'T1', value: 0.13613692484796047, list: 'two' },
        { do: 'fault', side: 'left', word: 'reply-lost', times: 1 },
        { do: 'run', worker: 'b', job: { kind: 'incremental', side: 'right' }, steps: 200 },
        { do: 'run', worker: 'a', job: { kind: 'work', side: 'left' }, steps: 200, looks: 1 },
        { do: 'run', worker: 'b', job: { kind: 'incremental', side: 'left' }, steps: 200 },
        { do: 'run', worker: 'b', job: { kind: 'work', side: 'left' }, steps: 200, looks: 1 },
      ],
    },
  },
  {
    why: "a task that we were just making was taken for a user's and made once more",
    script: {
      seed: 3050,
      strips: true,
      pair: 'caldav-todoist',
      policy: { conflicts: 'manual', deletes: { left: 'propagate', right: 'unlink' } },
      events: [
        { do: 'create', side: 'right', token: 'T4', value: 0.709795594913885, list: 'one' },
        { do: 'run', worker: 'b', job: { kind: 'incremental', side: 'right' }, steps: 200 },
        { do: 'run', worker: 'a', job: { kind: 'work', side: 'left' }, steps: 4 },
        { do: 'run', worker: 'b', job: { kind: 'incremental', side: 'left' }, steps: 200 },
        { do: 'run', worker: 'b', job: { kind: 'work', side: 'left' }, steps: 200, looks: 2 },
      ],
    },
  },
  {
    why: 'a task that was moved away from the one above it was refused by Todoist, where both lie in one project',
    script: {
      seed: 3152,
      pair: 'caldav-todoist',
      policy: { conflicts: 'newest', deletes: { left: 'complete', right: 'unlink' } },
      events: [
        { do: 'create', side: 'right', token: 'T1', value: 0.10999269527383149, list: 'one' },
        { do: 'create', side: 'right', token: 'T2', value: 0.7152935776393861, list: 'two', of: 'T1' },
        { do: 'settle' },
        { do: 'create', side: 'left', token: 'T4', value: 0.8313287091441453, list: 'two' },
        { do: 'edit', edits: [{ side: 'left', verb: 'delete', token: 'T4', value: 0.6269675181247294 }] },
        { do: 'edit', edits: [{ side: 'left', verb: 'move', token: 'T3', value: 0.7551597093697637 }] },
      ],
    },
  },
  {
    why: 'a task was to come back below one whose deletion left no trace in Todoist, and was given up',
    script: {
      seed: 5127,
      pair: 'caldav-todoist',
      policy: { conflicts: 'newest', deletes: { left: 'propagate', right: 'propagate' } },
      events: [
        { do: 'create', side: 'right', token: 'T1', value: 0.7872449615970254, list: 'two' },
        { do: 'settle' },
        { do: 'create', side: 'left', token: 'T3', value: 0.7921997376251966, list: 'one', of: 'T1' },
        { do: 'edit', edits: [{ side: 'left', verb: 'complete', token: 'T1', value: 0.4483723482117057 }] },
        { do: 'run', worker: 'a', job: { kind: 'incremental', side: 'left' }, steps: 200 },
        { do: 'run', worker: 'a', job: { kind: 'work', side: 'left' }, steps: 200, looks: 2 },
        { do: 'edit', edits: [{ side: 'right', verb: 'delete', token: 'T1', value: 0.2953318157233298 }] },
        { do: 'edit', edits: [{ side: 'left', verb: 'label', token: 'T3', value: 0.019106340361759067 }] },
      ],
    },
  },
  {
    why: 'a task that its user moved back right after we had moved it was moved once more',
    script: {
      seed: 6087,
      pair: 'caldav-todoist',
      policy: { conflicts: 'newest', deletes: { left: 'propagate', right: 'propagate' } },
      strips: true,
      events: [
        { do: 'create', side: 'left', token: 'T2', value: 0.9307366413995624, list: 'one', repeats: true },
        { do: 'settle' },
        { do: 'edit', edits: [{ side: 'right', verb: 'move', token: 'T2', value: 0.8620620586443692 }] },
        { do: 'run', worker: 'a', job: { kind: 'incremental', side: 'right' }, steps: 200 },
        { do: 'run', worker: 'a', job: { kind: 'work', side: 'left' }, steps: 200, looks: 2 },
        { do: 'edit', edits: [{ side: 'left', verb: 'move', token: 'T2', value: 0.008235256187617779 }] },
      ],
    },
  },
  {
    why: 'notes that its user took from a task of ours before anybody had heard of it came back without a trace',
    script: {
      seed: 8073,
      pair: 'local-caldav',
      policy: { conflicts: 'right', deletes: { left: 'complete', right: 'unlink' } },
      strips: true,
      events: [
        { do: 'create', side: 'right', token: 'T1', value: 0.023756297770887613, list: 'one' },
        { do: 'fault', side: 'left', word: 'reply-lost', times: 8 },
        { do: 'run', worker: 'b', job: { kind: 'incremental', side: 'right' }, steps: 200 },
        { do: 'run', worker: 'a', job: { kind: 'work', side: 'right' }, steps: 200 },
        { do: 'edit', edits: [{ side: 'left', verb: 'note', token: 'T1', value: 0.013068863190710545 }] },
      ],
    },
  },
  {
    why: 'a task that we had just made was deleted by its user before we heard that it was there, and we made it again',
    script: {
      seed: 9681,
      pair: 'caldav-todoist',
      policy: USUAL,
      strips: true,
      events: [
        { do: 'create', side: 'left', token: 'T1', value: 0.8292013693135232, list: 'one' },
        { do: 'fault', side: 'right', word: 'truncated-json', times: 8 },
        { do: 'run', worker: 'b', job: { kind: 'incremental', side: 'left' }, steps: 200 },
        { do: 'run', worker: 'b', job: { kind: 'work', side: 'left' }, steps: 200, looks: 2 },
        { do: 'edit', edits: [{ side: 'right', verb: 'delete', token: 'T1', value: 0.34199320431798697 }] },
      ],
    },
  },
]
