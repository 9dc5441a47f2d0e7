import type { Mutant } from '../mutant.ts'
import { ALERTS } from './alerts.ts'
import { API } from './api.ts'
import { BESIDE } from './beside.ts'
import { CALDAV } from './caldav.ts'
import { DEALS } from './deals.ts'
import { ENDINGS } from './endings.ts'
import { FACTS } from './facts.ts'
import { HISTORY } from './histories.ts'
import { KEEPING } from './keeping.ts'
import { LOCAL } from './local.ts'
import { LOOKS } from './looks.ts'
import { MERGING } from './merging.ts'
import { NOTES } from './notes.ts'
import { OPERATORS } from './operators.ts'
import { PEOPLE } from './people.ts'
import { SERIES } from './series.ts'
import { SETUP } from './setup.ts'
import { TEAM } from './team.ts'
import { WEBHOOKS } from './webhooks.ts'
import { WRITES } from './writes.ts'

/** Every rule that is broken. Those whose tests need nothing come first. */
export const MUTANTS: readonly Mutant[] = [
  ...MERGING,
  ...LOOKS,
  ...SERIES,
  ...ENDINGS,
  ...NOTES,
  ...SETUP,
  ...PEOPLE,
  ...BESIDE,
  ...DEALS,
  ...FACTS,
  ...TEAM,
  ...WEBHOOKS,
  ...ALERTS,
  ...WRITES,
  ...CALDAV,
  ...LOCAL,
  ...KEEPING,
  ...API,
  ...OPERATORS,
  ...HISTORY,
]
