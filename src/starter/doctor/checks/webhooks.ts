import { allConnections } from '../../../store/connections.ts'
import { webhookTroubles } from '../../../store/webhook-troubles.ts'
import { findingsOf } from '../finding.ts'
import type { Check } from '../patient.ts'
import { recordOf } from '../record-of.ts'
import { spanWords } from '../words.ts'

const { ok, warning } = findingsOf('webhooks')

/** Whether changes come at once, or with the next poll. */
export const checkWebhooks: Check = async (patient) => {
  const db = await recordOf(patient)
  if (db === null) return []
  const able = (await allConnections(db)).filter(
    ({ provider }) => (patient.providers.get(provider)?.webhooks ?? null) !== null,
  )
  const broken = new Set((await webhookTroubles(db)).map(({ connectionId }) => connectionId))
  return able.map(({ id, name, webhooks, pollSeconds }) => {
    if (!webhooks) return ok(name, `off: changes are seen at the next poll, every ${spanWords(pollSeconds)}`)
    if (broken.has(id))
      return warning(
        name,
        'on, but not all of them are there and switched on at the service',
        '"dealbridge webhooks list" shows them; "dealbridge webhooks repair" mends them.',
      )
    // The demo's simulators deliver on this machine.
    return patient.config.PUBLIC_URL === undefined && patient.run?.mode !== 'demo'
      ? warning(
          name,
          'on, but PUBLIC_URL says nowhere where deliveries are to go',
          'Set PUBLIC_URL to where the outside world reaches the receiver.',
        )
      : ok(name, 'on: changes are seen at once')
  })
}
