import type { DealListing } from '../activities/deals/list-deals.ts'
import { quoted } from './command-name.ts'
import type { ReasonWords } from './reason-words.ts'

/** Why a deal waits for a person or has failed, and what to do. `deal`: its id, for the commands to be named. */
export function dealTrouble(reason: string | null, deal = '<deal>'): ReasonWords {
  switch (reason) {
    case 'home-gone':
      return {
        why: 'its section, or the project or list of its stage, was deleted or archived in the task app',
        todo: `${quoted(`conflicts resolve home-${deal} restore`)} brings it back with its tasks; ${quoted(`conflicts resolve home-${deal} let-go`)} leaves it at that.`,
      }
    case 'moved-away':
      return {
        why: 'its section was moved to the project of another stage twice, and is left there',
        todo: `Move it back, or change the deal’s stage in the CRM; ${quoted(`deals retry ${deal}`)} moves it back once more.`,
      }
    case 'refused':
      return {
        why: 'the task app refused a change of its section',
        todo: `Remove the cause, then ${quoted(`deals retry ${deal}`)}.`,
      }
    default:
      return {
        why: reason ?? 'nothing was noted about why',
        todo: `${quoted(`deals retry ${deal}`)} tries it again.`,
      }
  }
}

/** Why the tasks of a deal lie in General, or why it has no section yet. */
export function noSectionWords({ why }: Pick<DealListing, 'why'>): string {
  switch (why) {
    case 'archived':
      return 'in General: the deal is archived in the CRM'
    case 'deleted':
      return 'in General: the deal is deleted in the CRM, or hidden from its key'
    case 'no-project':
      return 'in General: the route says that its stage has no project'
    case 'unknown-stage':
      return 'in General: the route does not say where deals of its stage lie'
    case 'let-go':
      return 'in General: its section was let go'
    case null:
      return 'no section yet: it is made with its first task'
  }
}
