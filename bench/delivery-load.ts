import { createHmac, randomUUID } from 'node:crypto'
import { SeededRandom } from '../simulators/kit/random.ts'
import { SECRETS } from './stand.ts'

/** What is sent to the receiver, and what has to become of it. */
export interface Delivery {
  kind: 'valid' | 'forged' | 'doubled'
  path: '/webhook/follow-up-boss' | '/webhook/todoist'
  /** Known to both ends; a doubled one has that of an earlier valid one. */
  id: string
  body: string
  headers: Record<string, string>
}

/** Ids of tasks that both sides have. */
export interface Named {
  followUpBoss: readonly string[]
  todoist: readonly string[]
}

/**
 * So many deliveries in the order in which they are sent: two thirds valid, one sixth with a signature of another secret, one sixth
 * that were sent before. Half are of each service, and all are about tasks that exist and have not changed.
 */
export function deliveryLoad(count: number, seed: number, named: Named): Delivery[] {
  const random = new SeededRandom(seed)
  const valid: Delivery[] = []
  return Array.from({ length: count }, (_, n) => {
    const before = valid[random.int(0, Math.max(0, valid.length - 1))]
    if (n % 6 === 2 && before !== undefined) return { ...before, kind: 'doubled' as const }
    const forged = n % 6 === 5
    const one =
      random.int(0, 1) === 0 ? ofFollowUpBoss(named, random, forged) : ofTodoist(named, random, forged)
    if (!forged) valid.push(one)
    return one
  })
}

function ofFollowUpBoss({ followUpBoss }: Named, random: SeededRandom, forged: boolean): Delivery {
  const id = randomUUID()
  const task = Number(followUpBoss[random.int(0, followUpBoss.length - 1)])
  const body = JSON.stringify({
    eventId: id,
    eventCreated: new Date().toISOString(),
    event: 'tasksUpdated',
    resourceIds: [task],
    uri: `https://api.followupboss.com/v1/tasks/${task}`,
  })
  const secret = forged ? 'somebody-elses-key' : SECRETS.followUpBoss
  const signature = createHmac('sha256', secret).update(Buffer.from(body).toString('base64')).digest('hex')
  return {
    kind: forged ? 'forged' : 'valid',
    path: '/webhook/follow-up-boss',
    id,
    body,
    headers: { 'fub-signature': signature },
  }
}

function ofTodoist({ todoist }: Named, random: SeededRandom, forged: boolean): Delivery {
  const id = randomUUID()
  const task = todoist[random.int(0, todoist.length - 1)] ?? ''
  const body = JSON.stringify({
    event_name: 'item:updated',
    user_id: '1',
    event_data: { id: task },
    version: '10',
    triggered_at: new Date().toISOString(),
  })
  const secret = forged ? 'somebody-elses-secret' : SECRETS.todoist
  const signature = createHmac('sha256', secret).update(body).digest('base64')
  return {
    kind: forged ? 'forged' : 'valid',
    path: '/webhook/todoist',
    id,
    body,
    headers: { 'x-todoist-hmac-sha256': signature, 'x-todoist-delivery-id': id },
  }
}
