import type { Client } from '@temporalio/client'
import { messageOf } from '../../../config/errors.ts'
import { SEARCH_ATTRIBUTES } from '../../../config/temporal-names.ts'
import { type Finding, findingsOf } from '../finding.ts'
import type { Check } from '../patient.ts'
import { spanWords } from '../words.ts'

const { ok, warning, problem } = findingsOf('temporal')
const DAY = 86_400
/** Workflows that have ended can be looked at for so long; connections run for ever, and lose nothing by it. */
const RETENTION_DAYS = 3
/** gRPC's number for what there is not. */
const NOT_FOUND = 5
/** Temporal's number for values of type Keyword (temporal.api.enums.v1.IndexedValueType). */
const KEYWORD = 2

/** Whether the server answers, of which version it is, and whether it has our namespace and search attributes. */
export const checkTemporal: Check = async ({ temporal }) => {
  if ('error' in temporal) {
    const { message, hints } = temporal.error
    return [problem('', message, hints.join(' '), { exit: 4 })]
  }
  const client = temporal.value
  const { serverVersion } = await client.workflowService.getSystemInfo({})
  const server = ok('', `version ${serverVersion} answers`)
  const namespace = await namespaceOf(client)
  return namespace.state === 'problem' ? [server, namespace] : [server, namespace, await attributesOf(client)]
}

async function namespaceOf(client: Client): Promise<Finding> {
  const { namespace } = client.options
  try {
    const { config } = await client.workflowService.describeNamespace({ namespace })
    const kept = Number(config?.workflowExecutionRetentionTtl?.seconds ?? 0)
    if (kept > 0 && kept < DAY)
      return warning(
        namespace,
        `workflows that have ended are forgotten after ${spanWords(kept)}`,
        'Give the namespace a retention of a day or more, to see afterwards what a sync did.',
      )
    return ok(
      namespace,
      `keeps workflows that have ended for ${kept === 0 ? 'as long as the server likes' : spanWords(kept)}`,
    )
  } catch (error) {
    if (codeOf(error) !== NOT_FOUND)
      return problem(
        namespace,
        `the namespace cannot be looked at: ${messageOf(error)}`,
        'Check TEMPORAL_NAMESPACE and the rights of the key.',
        { exit: 2 },
      )
    return problem(
      namespace,
      'there is no such namespace on this server',
      'Correct TEMPORAL_NAMESPACE, or have it made: "dealbridge doctor --fix".',
      {
        exit: 2,
        mend: async () => {
          await client.workflowService.registerNamespace({
            namespace,
            workflowExecutionRetentionPeriod: { seconds: RETENTION_DAYS * DAY, nanos: 0 } as never,
          })
          return `the namespace is made; a server takes some seconds to use it, so look again then`
        },
      },
    )
  }
}

async function attributesOf(client: Client): Promise<Finding> {
  const { namespace } = client.options
  const { customAttributes } = await client.connection.operatorService.listSearchAttributes({ namespace })
  const missing = SEARCH_ATTRIBUTES.filter((name) => customAttributes?.[name] !== KEYWORD)
  const taken = missing.filter((name) => customAttributes?.[name] !== undefined)
  if (missing.length === 0) return ok('search attributes', SEARCH_ATTRIBUTES.join(', '))
  if (taken.length > 0)
    return problem(
      'search attributes',
      `${taken.join(', ')}: registered, but not of type Keyword`,
      'Use a namespace of its own for Dealbridge.',
      { exit: 2 },
    )
  const flags = missing.map((name) => `--name ${name} --type Keyword`).join(' ')
  return problem(
    'search attributes',
    `${missing.join(', ')}: not registered, and workflows cannot start without`,
    `"dealbridge doctor --fix", or: temporal operator search-attribute create --namespace ${namespace} ${flags}`,
    {
      exit: 2,
      mend: async () => {
        await client.connection.operatorService.addSearchAttributes({
          namespace,
          searchAttributes: Object.fromEntries(missing.map((name) => [name, KEYWORD])),
        })
        return `${missing.join(', ')} registered`
      },
    },
  )
}

function codeOf(error: unknown): unknown {
  return typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined
}
