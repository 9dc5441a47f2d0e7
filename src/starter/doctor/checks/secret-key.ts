import { allConnections, openCredentials } from '../../../store/connections.ts'
import { findingsOf } from '../finding.ts'
import type { Check } from '../patient.ts'
import { recordOf } from '../record-of.ts'

const { ok, problem } = findingsOf('secret key')
const BACK =
  'Give back the key with which they were sealed (DEALBRIDGE_SECRET_KEY, or secret-key of the data folder)'

/** Whether the key opens every credential that is stored. */
export const checkSecretKey: Check = async (patient) => {
  const db = await recordOf(patient)
  if (db === null) return []
  const connections = await allConnections(db)
  const { secretKey } = patient
  if (secretKey === undefined)
    return connections.length === 0
      ? [ok('', 'is made with the first start')]
      : [problem('', 'there is none: no account can be reached', `${BACK}.`, { exit: 2 })]
  const closed = connections.filter((row) => {
    try {
      openCredentials(row, secretKey)
      return false
    } catch {
      return true
    }
  })
  if (closed.length === 0) return [ok('', `opens the credentials of ${connections.length} connections`)]
  return closed.map(({ name }) =>
    problem(
      name,
      'its credentials were sealed with another key',
      `${BACK}, or enter them again: "dealbridge connect edit ${name} --credentials".`,
      {
        exit: 2,
      },
    ),
  )
}
