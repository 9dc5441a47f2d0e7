import type { Deal, Stage } from './deal.ts'

export type DealPolicy = {
  readonly fields?: { readonly address?: string; readonly city?: string; readonly state?: string }
}

export type DealHome =
  | { readonly kind: 'stage'; readonly key: string; readonly name: string }
  | { readonly kind: 'general' }

export function homeOfDeal(deal: Deal, stages: ReadonlyMap<string, Stage>, _policy: DealPolicy): DealHome {
  const stage = stages.get(deal.stage)
  if (deal.status !== 'active' || stage === undefined) return { kind: 'general' }
  const twin = [...stages.values()].some((one) => one.name === stage.name && one.id !== stage.id)
  return { kind: 'stage', key: stage.id, name: twin ? `${stage.pipelineName} · ${stage.name}` : stage.name }
}
