import { alertWords } from '../../core/alerts/alert-words.ts'
import type { AlertMessage, ToldAlert } from '../../core/alerts/message.ts'
import { messageText, toldTitle } from '../../core/alerts/message-text.ts'
import type { DbTime } from '../../core/db-time.ts'
import type { Outgoing } from './sending.ts'

/** A message as it leaves. `publicUrl`: where the dashboard is, if anybody but this machine reaches it. */
export function outgoing(
  { id, madeAt, content }: { readonly id: string; readonly madeAt: DbTime; readonly content: AlertMessage },
  publicUrl: string | null,
): Outgoing {
  const { subject, lines } = messageText(content)
  const link = publicUrl === null ? [] : ['', `Dashboard: ${publicUrl}/`]
  return {
    id,
    madeAt,
    subject,
    lines: [...lines, ...link],
    document: {
      version: 1,
      id,
      type: content.type,
      at: madeAt,
      title: subject,
      text: lines.join('\n'),
      link: publicUrl === null ? null : `${publicUrl}/`,
      ...partsOf(content),
    },
  }
}

function partsOf(content: AlertMessage): object {
  switch (content.type) {
    case 'alerts':
      return { alerts: content.alerts.map(toldDocument) }
    case 'digest':
      return {
        day: content.day,
        routes: content.routes,
        ...(content.titles === undefined ? {} : { tasks: content.titles }),
      }
    case 'test':
      return {}
  }
}

function toldDocument(told: ToldAlert): object {
  const { what, alert, kind, urgent, subject, count, since, endedAt } = told
  return {
    event: what,
    alert,
    kind,
    urgent,
    subject: { type: subject.about, id: subject.id, name: subject.name },
    count,
    since,
    endedAt,
    title: toldTitle(told),
    todo: alertWords(told).todo,
  }
}
