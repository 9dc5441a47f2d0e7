import type { Mutant } from '../mutant.ts'

/** What is told of trouble, when, and how often. */
export const ALERTS: readonly Mutant[] = [
  {
    name: 'flapping-is-told-each-time',
    rule: 'What comes and goes is one alert: it ends only when its cause has stayed away.',
    invariants: ['L4'],
    file: 'src/core/alerts/next-alerts.ts',
    find: 'if (msBetween(wellSince, now) < CALM_MS) return { ...alert, wellSince }',
    replace: '',
    tests: ['src/core/alerts/next-alerts.test.ts'],
  },
  {
    name: 'woken-in-quiet-hours',
    rule: 'In quiet hours nothing is told but what is urgent.',
    invariants: ['L4'],
    file: 'src/core/alerts/next-alerts.ts',
    find: "(speak === 'urgent' && !urgent)",
    replace: 'false',
    tests: ['src/core/alerts/next-alerts.test.ts'],
  },
  {
    name: 'consequences-told',
    rule: 'Where no worker works, what follows from that is no alert of its own.',
    invariants: ['L4'],
    file: 'src/core/alerts/next-alerts.ts',
    find: 'return findings.filter(({ kind }) => !ALERT_RULES[kind].needsWorker)',
    replace: 'return findings',
    tests: ['src/core/alerts/next-alerts.test.ts'],
  },
  {
    name: 'mail-sent-for-ever',
    rule: 'A mail whose answers were lost is sent twice at the most.',
    invariants: ['L4'],
    file: 'src/activities/alerts/send-messages.ts',
    find: "return way === 'email' && doubts >= MOST_DOUBTS",
    replace: 'return way === "email" && doubts < 0',
    tests: ['src/activities/alerts/alerts.pg.test.ts'],
  },
  {
    name: 'message-not-claimed',
    rule: 'Of several who send at once, one sends a message.',
    invariants: ['L4'],
    file: 'src/store/alert-messages.ts',
    find: "claimed_until = clock() + ${leaseMs}::float8 * interval '1 ms'\n    where m.id",
    replace: 'claimed_until = null\n    where m.id',
    tests: ['src/activities/alerts/alerts.pg.test.ts'],
  },
  {
    name: 'words-of-homes-cleared',
    rule: 'Clearing old words leaves what tells which section was made.',
    invariants: ['I4'],
    file: 'src/store/old-rows.ts',
    find: "and forgotten_at is null and subject = 'pair'",
    replace: 'and forgotten_at is null',
    tests: ['src/store/old-rows.pg.test.ts'],
  },
]
