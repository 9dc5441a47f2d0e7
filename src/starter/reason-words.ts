import type { SkipReason } from '../core/decision.ts'
import type { OutsideRule } from '../core/scope.ts'
import { quoted } from './command-name.ts'

/** Why a pair is left alone, and what a person can do about it. */
export type ReasonWords = { readonly why: string; readonly todo: string }

/** `pair`: its number, for the commands to be named. */
export function reasonWords(reason: SkipReason, pair: string): ReasonWords {
  const relink = quoted(`relink ${pair}`)
  const retry = `temporal workflow signal --workflow-id task/${pair} --name retry`
  switch (reason) {
    case 'completed-before-link':
      return {
        why: 'it was completed before the other side was made',
        todo: 'Reopen it, and it is made there.',
      }
    case 'home-gone':
      return {
        why: 'its list, project or section, or the one that stands for it on the other side, was deleted or archived',
        todo: `Bring that back, or see ${quoted('map list')} for another one in its place. To have it made again: ${relink}.`,
      }
    case 'let-go':
      return {
        why: 'the section of its deal was deleted or archived, and you let it go',
        todo: `To have it made again: ${relink}.`,
      }
    case 'unmapped':
      return {
        why: 'its lists are not mapped to each other any more',
        todo: `Map them to each other again, and it is linked again by itself: ${quoted('map add')}.`,
      }
    case 'next-occurrence':
      return {
        why: 'its occurrence is over, and the task of the next one is being made',
        todo: 'Nothing to do.',
      }
    case 'out-of-scope':
      return { why: 'it left what is kept in step', todo: 'Move it back, and it is linked again by itself.' }
    case 'no-sync':
      return { why: 'it carries label no-sync', todo: 'Remove the label, and it is linked again by itself.' }
    case 'needs-person':
      return {
        why: 'it names no contact, or a name that none or several have',
        todo: 'Name the contact in the task: label person-<id>, fub:<id>, a link, or [Full Name] at the end of the title.',
      }
    case 'parent-first':
      return { why: 'the task above it is being made first', todo: 'Nothing to do.' }
    case 'deleted-there':
      return {
        why: 'it was deleted on one side and let go on the other',
        todo: `To have it again: ${relink}.`,
      }
    case 'direction':
      return { why: 'the route does not carry it that way', todo: 'Nothing to do.' }
    case 'not-visible':
      return {
        why: 'the key may not see it, or the answer about it cannot be read',
        todo: 'Give the key the right to see it; the next look goes on.',
      }
    case 'ambiguous':
      return {
        why: 'several tasks of the other side could be it, or the answer to its making was lost',
        todo: `${quoted('conflicts')} lists them; then: ${quoted('conflicts resolve <id> <task>|none')}.`,
      }
    case 'known-before':
      return {
        why: 'it was there before the first sync, whose policy left it as it was',
        todo: `Edit it, and it comes in; or: ${relink}.`,
      }
    case 'disconnected':
      return {
        why: 'its route was removed',
        todo: 'Add the route again, and it is linked again where both tasks are still there.',
      }
    case 'handed-over':
      return {
        why: 'it was moved into a list of another route, or assigned to the agent of another one, which has it now',
        todo: 'Nothing to do; moved or assigned back, it is linked again by itself.',
      }
    case 'reassigned':
      return {
        why: 'it is assigned to somebody else in the CRM now; what was made of it in the task app was left there',
        todo: 'Complete or delete it there: nothing else changes. Assigned back, it is linked again by itself.',
      }
    case 'discarded':
      return { why: 'you gave the write up', todo: `Change the task, or: ${retry}` }
    case 'undone':
      return { why: 'its making was taken back', todo: `To have it again: ${relink}.` }
    case 'refused':
      return {
        why: 'the service refused it for good',
        todo: `Remove the cause or change the task, then: ${retry}`,
      }
    case 'broken':
      return {
        why: 'the record says of it what cannot be',
        todo: `Report it with the output of ${quoted(`explain pair/${pair} --json`)}.`,
      }
  }
}

/** Which rule keeps a task outside a route. */
export function outsideWords(rule: OutsideRule): ReasonWords {
  switch (rule) {
    case 'write-test':
      return {
        why: `it was made to try out the account (${quoted('doctor --write-test')})`,
        todo: 'Delete it where it is left over: nothing else knows of it.',
      }
    case 'no-sync':
      return { why: 'it carries label no-sync', todo: 'Remove the label.' }
    case 'no-person':
      return { why: 'it belongs to no person', todo: 'Give it a person.' }
    case 'elsewhere':
      return {
        why: 'it lies in a project that is none of ours, and carries no label crm',
        todo: 'Move it into one of ours, or give it label crm.',
      }
    case 'set-aside':
      return {
        why: 'it lay in a project of yours before deals did, and nobody said that what lay there is to enter',
        todo: `Move it into the section of a deal, or give it label crm; all of them: ${quoted('route edit <route> --adopt <project>')}.`,
      }
    case 'somebody-elses':
      return { why: 'it is assigned to somebody else', todo: 'Assign it to the user of this route.' }
  }
}
