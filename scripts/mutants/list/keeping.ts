import type { Mutant } from '../mutant.ts'

/** Backups, and the key that seals credentials. */
export const KEEPING: readonly Mutant[] = [
  {
    name: 'restored-record-matches-nothing',
    rule: 'A restored record first finds together what came since on both sides.',
    invariants: ['I4'],
    file: 'src/store/backup/go-on.ts',
    find: '    await matchAgain(tx, id)\n',
    replace: '',
    tests: ['test/services/backup.pg.test.ts'],
  },
  {
    name: 'series-kept-as-they-were',
    rule: 'A task that repeats on one side alone may have another counterpart since the backup.',
    invariants: ['I4', 'D1'],
    file: 'src/store/backup/go-on.ts',
    find: '    await forgetSeries(tx, id)\n',
    replace: '',
    tests: ['test/services/backup.pg.test.ts'],
    only: 'doubles nothing of what its successor had done',
  },
  {
    name: 'sealed-under-a-renewal',
    rule: 'Credentials that are being renewed are not sealed anew: what the renewal brings would be lost.',
    invariants: ['I12'],
    file: 'src/store/reseal.ts',
    find: "      and coalesce(renew_until, '-infinity') <= clock()\n",
    replace: '',
    tests: ['src/starter/rotate-keys.pg.test.ts'],
    only: 'keeps what a running process has under way',
  },
  {
    name: 'older-key-forgotten-at-once',
    rule: 'What a running process has read under the old key still opens.',
    invariants: ['I12'],
    file: 'src/config/secret-keys.ts',
    find: 'last = [...found, ...last.filter((key) => !found.includes(key))]',
    replace: 'last = found',
    tests: ['src/starter/rotate-keys.pg.test.ts'],
    only: 'keeps what a running process has under way',
  },
]
