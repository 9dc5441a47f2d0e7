import type { PlacementView } from '../../src/core/placed.ts'
import type { Placement } from '../../src/core/placement.ts'

/*
 * Sync-rules §9 told once more, sentence by sentence and without a line of the product's: where a task belongs is worked
 * out over plain words (`A`, `general`, `none!`), so that a mistake of one is not a mistake of the other.
 */

type Told = Pick<Placement, 'link' | 'lie' | 'person' | 'consumed' | 'tell'>

/** `none!`: a person said that it belongs to none. `?`: not known. */
export function expected(view: PlacementView): Told {
  const { person, ...told } = judged(view)
  return person === null ? { ...told, person } : { ...judged({ ...view, person }), person }
}

function judged(view: PlacementView): Told {
  const spot = (place: PlacementView['confirmed']) =>
    place === null ? '?' : place.kind === 'deal' ? place.deal : `(${place.kind})`
  const lies = spot(view.found)
  const lay = spot(view.confirmed)
  const gesture = lies !== '?' && lay !== '?' && lies !== (lay === '(left)' ? '(stage)' : lay)
  const sentFrom = view.movedBack !== null && 'deal' in view.movedBack ? view.movedBack.deal : undefined
  const known = new Map(view.deals.map((deal) => [deal.id, deal]))
  const belongs = (id: string) => view.person === null || known.get(id)?.people.includes(view.person) === true
  const inSection = (id: string) => known.get(id)?.status === 'active' && known.get(id)?.housed === true
  const before =
    view.linked === null ? 'nothing' : (view.linked.deal ?? `none${view.linked.by === 'user' ? '!' : ''}`)

  // Labels.
  const byLabel = view.labels
    .map((label) => ({ label, id: label.replace(/^deal[-:]/iu, '') }))
    .filter(({ label, id }) => id !== label && (known.has(id) || /^\d+$/u.test(id)))
  const good = [...new Set(byLabel.filter(({ id }) => known.has(id) && belongs(id)).map(({ id }) => id))]
  const chosen = good.length === 1 ? good[0] : undefined

  // The first sentence that has something to say.
  let deal: string
  let by: 'user' | 'rule' = 'user'
  let choice: string[] = []
  const theirs = [...known.values()].filter(
    ({ people, status }) => people.some((one) => one === view.person) && status === 'active',
  )
  const active = theirs.filter((one) => !one.closed).map(({ id }) => id)
  const eligible = active.length > 0 ? active : theirs.map(({ id }) => id)
  const stands =
    before !== 'nothing' && before !== 'none' && (before === 'none!' || !known.has(before) || belongs(before))
  const where = lies === '?' ? lay : lies
  if (chosen !== undefined) deal = chosen
  else if (known.has(lies) && belongs(lies) && (gesture || sentFrom === lies)) deal = lies
  else if (
    gesture &&
    lies === '(general)' &&
    (!lay.startsWith('(') || !['nothing', 'none', 'none!'].includes(before)) &&
    !(known.has(before) && belongs(before) && !inSection(before))
  )
    deal = 'none!'
  else if (stands) [deal, by] = [before, view.linked?.by ?? 'rule']
  else if (known.has(where) && belongs(where)) [deal, by] = [where, 'rule']
  else if (eligible.length === 1) [deal, by] = [eligible[0] ?? '', 'rule']
  else [deal, choice] = ['none', eligible]

  // The section of a deal that is none of its person's.
  const foreign = known.has(lies) && !belongs(lies)
  const sentBefore = sentFrom === lies
  const strays = foreign && (gesture || lay === '?' || sentBefore)
  const left = strays && sentBefore && view.movedBack?.arrived === true && chosen === undefined

  const home = deal.startsWith('none')
    ? '(general)'
    : known.has(deal)
      ? inSection(deal)
        ? deal
        : '(general)'
      : '?'
  let to = home
  if (lies === '?') to = lay !== '?' ? '?' : home === '?' ? '(general)' : home
  else if (lies === '(elsewhere)' || left) to = '?'
  // Its section was moved without it.
  else if (lies === '(stage)' && lay === '(left)') to = home
  else if (lies === '(stage)') to = lay === '?' && !home.startsWith('(') ? home : '?'
  else if (!lies.startsWith('(') && !known.has(lies)) to = '?'

  const bad = byLabel.filter(({ id }) => id !== chosen)
  const unknown = bad.find(({ id }) => !known.has(id))
  return {
    link: deal === 'none' ? null : { deal: deal === 'none!' ? null : deal, by },
    lie:
      to === '?' ? { kind: 'stay' } : to === '(general)' ? { kind: 'general' } : { kind: 'deal', deal: to },
    person: view.person === null ? (known.get(deal)?.people[0] ?? null) : null,
    consumed: byLabel.filter(({ id }) => id === chosen).map(({ label }) => label),
    tell:
      good.length > 1
        ? { kind: 'several', deals: good.sort() }
        : unknown !== undefined
          ? { kind: 'unknown-deal', label: unknown.label }
          : bad[0] !== undefined
            ? { kind: 'not-on-deal', deal: bad[0].id }
            : strays
              ? { kind: 'not-on-deal', deal: lies }
              : choice.length > 1
                ? { kind: 'several', deals: choice.sort() }
                : null,
  }
}
