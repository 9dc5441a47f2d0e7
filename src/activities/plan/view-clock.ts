import type { DbTime } from '../../core/db-time.ts'
import type { Timing } from '../deps.ts'

/** `since`: start of this attempt. A picture from before it is not fresh enough to plan an edit on. */
export type ViewClock = { readonly now: DbTime; readonly since: DbTime; readonly timing: Timing }
