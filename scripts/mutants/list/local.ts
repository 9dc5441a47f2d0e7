import type { Mutant } from '../mutant.ts'

/** Our own tasks, as a user and a sync change them. */
export const LOCAL: readonly Mutant[] = [
  {
    name: 'blocked-forgotten',
    rule: 'What another service writes of a blocked task leaves it blocked.',
    invariants: ['I1', 'I19'],
    file: 'src/core/local-task.ts',
    find: "return status === 'done' ? 'open' : status",
    replace: "return 'open'",
    tests: ['src/store/local/sync-write.pg.test.ts'],
  },
  {
    name: 'archived-kept-in-step',
    rule: 'An archived task is out of every sync.',
    invariants: ['I16'],
    file: 'src/providers/local/mapping.ts',
    find: "flags: task.archivedAt === null ? task.flags : labelSet([...task.flags, 'no-sync']),",
    replace: 'flags: labelSet(task.flags),',
    tests: ['src/store/local/sync-write.pg.test.ts'],
  },
  {
    name: 'purged-made-again',
    rule: 'A create whose task was purged since makes it no second time.',
    invariants: ['I4'],
    file: 'src/store/local/sync-write.ts',
    find: 'const id = task?.id ?? (await tombstoneByKey(tx, key))?.id',
    replace: 'const id = task?.id',
    tests: ['src/store/local/sync-write.pg.test.ts'],
  },
  {
    name: 'written-over-unseen',
    rule: 'A change to a version that is not there any more is refused.',
    invariants: ['I2'],
    file: 'src/store/local/change-task.ts',
    find: '  requireExpected(task, expected)\n',
    replace: '',
    tests: ['src/store/local/tasks.pg.test.ts'],
  },
  {
    name: 'sub-tasks-taken-along',
    rule: 'Sub-tasks outlive the deletion of their parent.',
    invariants: ['I1'],
    file: 'src/store/local/delete-task.ts',
    find: 'if (child.deletedAt === null) await saveTask(writing, { ...child, parent })',
    replace:
      'if (child.deletedAt === null) await saveTask(writing, { ...child, parent, deletedAt: writing.now })',
    tests: ['src/store/local/tasks.pg.test.ts'],
  },
]
