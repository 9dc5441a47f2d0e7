import type { AlertMessage, DigestRoute } from './message.ts'

/** Why tasks wait, as a digest says it; by label or reason of the task. Others are told by their own word. */
const WAITING: Readonly<Record<string, string>> = {
  'needs-deal-link': 'their contact is on several deals, and nobody has said which one is meant',
  'needs-person': 'nobody knows whose they are',
  'sync-problem': 'their other side can no longer be seen',
  ambiguous: 'each could be one of several tasks of the other side',
  broken: 'a list of theirs was deleted or archived',
  refused: 'the task app does not take them where they belong',
  'home-gone': 'their list, project or section was deleted or archived',
}

/** A day's digest as lines: numbers, and titles where they were asked for. */
export function digestLines(digest: Extract<AlertMessage, { type: 'digest' }>): string[] {
  return digest.routes.flatMap((route, n) => [
    ...(n > 0 ? [''] : []),
    `Route ${route.route}:`,
    ...routeLines(route),
    ...(digest.titles ?? [])
      .filter((one) => one.route === route.route)
      .map(({ reason, title }) => `      ${title} (${reason})`),
  ])
}

function routeLines({ draft, waiting, failed, questions, deals }: DigestRoute): string[] {
  return [
    ...(draft ? ['  its first sync waits for your word'] : []),
    ...waiting.map(({ reason, count }) => `  ${counted(count, 'task')}: ${WAITING[reason] ?? reason}`),
    ...(questions > 0 ? [`  ${counted(questions, 'question')} to answer`] : []),
    ...(failed > 0 ? [`  ${counted(failed, 'task')} failed`] : []),
    ...(deals > 0 ? [`  ${counted(deals, 'deal')} to see to: "dealbridge deals list --waiting"`] : []),
  ]
}

function counted(count: number, what: string): string {
  return count === 1 ? `1 ${what}` : `${count} ${what}s`
}
