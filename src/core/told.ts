/**
 * What we have last written into a pair's task of its person and deal, also where the service refused it. `block`: a digest of
 * the block's lines, null before the first write. `labels`: what the tables gave. `ours`: those of these labels that we have put
 * there; one of them that is not there any more was taken away by its user. `chosen`: whose it became without being asked.
 * `notTaken`: to whom a label wanted it to go, and the CRM did not let it. `passedOver`: whom
 * a label named when the task was made in the section of a deal of somebody else.
 */
export type Told = {
  readonly block: string | null
  readonly labels: readonly string[]
  readonly ours: readonly string[]
  readonly chosen?: Chosen
  readonly notTaken?: string
  readonly passedOver?: string
}

/** A task that was made in the section of a deal with several people went to the first of them (§8). */
export type Chosen = { readonly deal: string; readonly person: string }

export const NOTHING_TOLD: Told = { block: null, labels: [], ours: [] }
