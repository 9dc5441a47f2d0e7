/** `deleted`: the service keeps it and hides it. Not won or lost: that is what its stage says (`Stage.closed`). */
export const DEAL_STATUSES = ['active', 'archived', 'deleted'] as const
export type DealStatus = (typeof DEAL_STATUSES)[number]

/**
 * A deal as a CRM tells of it. `people`: in the service's order, which marks nobody as the first. `users`: ids of the
 * agents whose deal it is, in the service's order; left out where it names none. `price`: in the account's
 * currency. `closesOn`: a civil day. `enteredStageAt`: an instant, ISO 8601 in UTC. `values`: the account's own fields by
 * the service's name of each, as text; empty ones are left out.
 */
export type Deal = {
  readonly id: string
  readonly name: string
  readonly status: DealStatus
  readonly pipeline: string
  readonly stage: string
  readonly people: readonly { readonly id: string; readonly name: string }[]
  readonly users?: readonly string[]
  readonly price: number | null
  readonly closesOn: string | null
  readonly enteredStageAt: string | null
  readonly values: Readonly<Record<string, string>>
}

/** A stage of a pipeline. `place`: its place in the pipeline, from 0. `closed`: deals in it are over, well or badly. */
export type Stage = {
  readonly id: string
  readonly name: string
  readonly pipeline: string
  readonly pipelineName: string
  readonly place: number
  readonly closed: boolean
}

/** A field that an account has defined for its deals. `label`: what people call it. `choices`: empty where it is free. */
export type DealField = {
  readonly name: string
  readonly label: string
  readonly kind: 'text' | 'number' | 'date' | 'choice' | 'other'
  readonly choices: readonly string[]
}
