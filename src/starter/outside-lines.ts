import type { OutsideLook, Unpaired } from '../activities/look-outside.ts'
import { asTyped, quoted } from './command-name.ts'
import { routeWay } from './held-up.ts'
import { outsideWords, type ReasonWords } from './reason-words.ts'
import { shorten } from './task-words.ts'

/** What the services say of a task that is in no pair. */
export function outsideLines(look: OutsideLook): string[] {
  const { connection, found, title, note, unpaired } = look
  switch (found) {
    case 'present':
      return [
        `${connection}: ${title === null ? 'it is there' : `“${shorten(title)}”`}`,
        ...unpaired.flatMap((one) => {
          const { why, todo } = unpairedWords(one)
          return [`  route ${one.route} does not keep it in step: ${why}`, `  you can: ${todo}`]
        }),
      ]
    case 'gone':
      return [`${connection}: no such task`]
    case 'not-visible':
      return [`${connection}: no task of that number that its key may see`]
    case 'in-doubt':
      return [
        `${connection}: it shows no such task, and does not say whether there was one; an id of another form gets that answer too`,
      ]
    case 'unreached':
      return [`${connection}: could not be asked: ${asTyped(note ?? 'no answer')}`]
  }
}

function unpairedWords({ why, state, route }: Unpaired): ReasonWords {
  switch (why) {
    case 'completed':
      return { why: 'it was completed before it was known', todo: 'Reopen it.' }
    case 'route-rests':
      return {
        why: `the route is ${state}`,
        todo:
          state === 'draft'
            ? `Confirm the first sync: ${routeWay(route, state)}.`
            : `Let it go on: ${quoted(`route resume ${route}`)}.`,
      }
    case 'at-the-gate':
      return {
        why: 'it waits until it is certain that it is not one that we have just made',
        todo: 'Nothing to do: it goes on by itself.',
      }
    case 'not-seen':
      return {
        why: 'it was not seen yet',
        todo: `Nothing to do: the next look takes it in. To look now: ${quoted('sync-once')}.`,
      }
    default:
      return outsideWords(why)
  }
}
