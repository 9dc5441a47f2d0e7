import type { Alert } from './alert.ts'

/** `todo` names commands in quotation marks, as `"dealbridge status"`. */
export type AlertWords = { readonly title: string; readonly todo: string }

/** What an alert says: no words of tasks, no names of people. */
export function alertWords({ kind, subject, count }: Pick<Alert, 'kind' | 'subject' | 'count'>): AlertWords {
  const { id, name } = subject
  switch (kind) {
    case 'worker-missing':
      return {
        title: 'No worker works',
        todo: 'Nothing is synced until one does: see to "dealbridge start", or run "dealbridge worker". What changes meanwhile is carried over then.',
      }
    case 'disk-full':
      return {
        title: `The disk of the data folder is nearly full: ${count ?? 0} MB are free`,
        todo: 'Make room. Once it is full nothing can be recorded, and everything stops.',
      }
    case 'key-refused':
      return {
        title: `${name} refuses its key`,
        todo: `Enter another one: "dealbridge connect edit ${name} --credentials". The same one is tried again from time to time, or now: "dealbridge connect retry ${name}".`,
      }
    case 'access-ends':
      return {
        title: `The access to ${name} cannot be renewed`,
        todo: `It ends, or has ended. Give it again: "dealbridge connect edit ${name} --credentials".`,
      }
    case 'unreachable':
      return {
        title: `${name} does not answer`,
        todo: 'It is tried again by itself, and what changed meanwhile is carried over then. "dealbridge status" says how it failed.',
      }
    case 'not-looked-at':
      return {
        title: `${name} is not looked at`,
        todo: `Its changes wait. The log of the worker and, in Temporal, workflow connection/${id} say what is in the way.`,
      }
    case 'webhook':
      return {
        title: `Webhooks of ${name} are missing, switched off or lead elsewhere (${count === 1 ? '1 event' : `${count ?? 0} events`})`,
        todo: `Its changes come by polls meanwhile: later, and none is lost. "dealbridge webhooks list" says what is wrong, "dealbridge webhooks repair ${name}" mends it.`,
      }
    case 'mass-change':
      return {
        title: `Route ${name} is stopped: ${counted(count ?? 0)} would have been deleted, completed or unlinked at once`,
        todo: `Nothing of it is written until you decide. "dealbridge route resume ${name}" shows what it would end.`,
      }
    case 'first-sync':
      return {
        title: `The first sync of route ${name} does not get on`,
        todo: `"dealbridge status" says how far it is; in Temporal, workflow backfill/${id} says what it waits for.`,
      }
    case 'failing':
      return {
        title: `${counted(count ?? 0)} of route ${name} ${count === 1 ? 'has' : 'have'} failed`,
        todo: '"dealbridge conflicts" says which, why, and what to do.',
      }
    case 'conflicts':
      return {
        title: `${count === 1 ? '1 question' : `${count ?? 0} questions`} of route ${name} ${count === 1 ? 'waits' : 'wait'} for your answer`,
        todo: '"dealbridge conflicts" lists them.',
      }
    case 'moved-away':
      return {
        title: `${count === 1 ? 'The section of 1 deal' : `The sections of ${count ?? 0} deals`} of route ${name} ${count === 1 ? 'lies' : 'lie'} where another stage does`,
        todo: 'Somebody has moved it there twice, and it is left there: change the stage in the CRM, or have it moved back by "dealbridge deals retry <deal>". "dealbridge deals list --waiting" says which.',
      }
  }
}

function counted(count: number): string {
  return count === 1 ? '1 task' : `${count} tasks`
}
