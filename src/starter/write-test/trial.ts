import { randomUUID } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import { patiently } from '../../activities/manage/patiently.ts'
import type { OpenConnection } from '../../activities/open-connection.ts'
import type { Observation, RemoteTask } from '../../core/observation.ts'
import type { FieldValues } from '../../core/task.ts'
import type { ContainerTarget, StepResult, WriteOp, WriteResult } from '../../providers/contract.ts'
import { ProviderError } from '../../providers/provider-error.ts'
import { trialOp } from './trial-ops.ts'

const FIRST_PAUSE_MS = 100
const LONGEST_PAUSE_MS = 2_000

/** `ms`: from the write's answer until a read showed it; null: it did not within the time. */
export type Shown = { readonly seen: RemoteTask | null; readonly ms: number | null }

/** One marked task of one connection, from its making to its end, and what has to be cleaned up after it. */
export class Trial {
  readonly id = randomUUID()
  readonly open: OpenConnection
  readonly person: string | null
  readonly zone: string
  readonly #patienceMs: number
  container: ContainerTarget | null = null
  seen: RemoteTask | null = null
  remoteId: string | null = null
  /** The create, once it was sent; whether it was done is not known while there is no id. */
  sent: WriteOp | null = null
  /** Ids that may exist and are to be deleted. */
  readonly left = new Set<string>()

  constructor(
    open: OpenConnection,
    given: { readonly person: string | null; readonly zone: string; readonly patienceMs: number },
  ) {
    this.open = open
    this.person = given.person
    this.zone = given.zone
    this.#patienceMs = given.patienceMs
  }

  op(verb: WriteOp['verb'], fields: FieldValues): WriteOp {
    const { remoteId, seen: task } = this
    return trialOp(verb, fields, {
      capabilities: this.open.provider.capabilities,
      zone: this.zone,
      seen: remoteId === null || task === null ? null : { remoteId, task },
      person: this.person,
      container: this.container,
    })
  }

  /**
   * Sends one write; its later steps again when the request budget ended between two of them. Throws ProviderError when any step was
   * refused, or has an unknown outcome.
   */
  async write(op: WriteOp): Promise<WriteResult> {
    if (op.verb === 'create') this.sent = op
    let { steps } = op
    return patiently(this.open.writing, async () => {
      const result = await this.#send({ ...op, steps })
      steps = steps.filter((step) =>
        result.steps.every(({ name, outcome }) => name !== step.name || outcome !== 'confirmed'),
      )
      const failed = result.steps.find(({ outcome }) => outcome !== 'confirmed')
      if (failed === undefined) return result
      throw failed.error ?? unclear(this.open.provider.kind, failed)
    })
  }

  async #send(op: WriteOp): Promise<WriteResult> {
    const { provider, writing } = this.open
    const [result] = (await provider.write(writing, [op])).results
    if (result === undefined) throw new Error('the service said nothing of the write')
    if (result.remoteId !== null && op.verb !== 'delete') this.left.add(result.remoteId)
    return result
  }

  /** Looks at the task itself until it is as it should be. */
  async lookUntil(remoteId: string, isSo: (observation: Observation) => boolean): Promise<Shown> {
    const { provider, direct } = this.open
    const begun = performance.now()
    for (let wait = FIRST_PAUSE_MS; ; wait = Math.min(2 * wait, LONGEST_PAUSE_MS)) {
      const { observations } = await patiently(direct, () => provider.read(direct, [remoteId]))
      const found = observations.find((one) => one.remoteId === remoteId)
      const passed = performance.now() - begun
      if (found?.kind === 'present') this.seen = found.seen
      if (found !== undefined && isSo(found))
        return { seen: found.kind === 'present' ? found.seen : null, ms: passed }
      if (passed + wait > this.#patienceMs) return { seen: null, ms: null }
      await pause(wait, undefined, { signal: direct.signal })
    }
  }
}

function unclear(provider: string, { name, outcome }: StepResult): ProviderError {
  return new ProviderError({ kind: 'ambiguous-write', provider, message: `step ${name} is ${outcome}` })
}
