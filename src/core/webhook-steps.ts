/** A webhook as a service holds it. `active`: false when the service has switched it off. */
export type SeenWebhook = {
  readonly remoteId: string
  readonly event: string
  readonly url: string
  readonly active: boolean
}

/**
 * What is to be there: each of these events at this URL, once. `most`: so many a service holds for one event. `ids` and `urls`: of
 * webhooks that this installation has registered before, wherever they lead now.
 */
export type WantedWebhooks = {
  readonly url: string
  readonly events: readonly string[]
  readonly most: number
  readonly ids: ReadonlySet<string>
  readonly urls: ReadonlySet<string>
}

/** `disabled` and `elsewhere`: what is wrong with the one that is repaired. `why`: it would come twice, or nobody wants it. */
export type WebhookStep =
  | { readonly do: 'register'; readonly event: string }
  | {
      readonly do: 'repair'
      readonly event: string
      readonly remoteId: string
      readonly disabled: boolean
      readonly elsewhere: boolean
    }
  | {
      readonly do: 'remove'
      readonly event: string
      readonly remoteId: string
      readonly why: 'twice' | 'unwanted'
    }

/**
 * `steps`: what makes it so, and what may be done again. `full`: events of which others hold every place. `ours`: what there is of
 * this installation. `foreign`: the others', which nobody touches.
 */
export type WebhookPlan = {
  readonly steps: readonly WebhookStep[]
  readonly full: readonly string[]
  readonly ours: readonly SeenWebhook[]
  readonly foreign: readonly SeenWebhook[]
}

/** From what is wanted and what is there to what is to be done. A webhook that is ours is moved before a new one is made. */
export function webhookSteps(wanted: WantedWebhooks, there: readonly SeenWebhook[]): WebhookPlan {
  const ours = there.filter((one) => isOurs(wanted, one))
  const foreign = there.filter((one) => !ours.includes(one))
  const full: string[] = []
  const steps: WebhookStep[] = []
  for (const event of wanted.events) {
    const mine = ours.filter((one) => one.event === event)
    const kept = bestOf(mine, wanted.url)
    if (kept !== undefined) steps.push(...settled(kept, mine, wanted.url))
    else if (foreign.filter((one) => one.event === event).length >= wanted.most) full.push(event)
    else steps.push({ do: 'register', event })
  }
  for (const { event, remoteId } of ours)
    if (!wanted.events.includes(event) && wanted.ids.has(remoteId))
      steps.push({ do: 'remove', event, remoteId, why: 'unwanted' })
  return { steps, full, ours, foreign }
}

/** One that is as it should be costs nothing; one that is at its place keeps it. */
function bestOf(mine: readonly SeenWebhook[], url: string): SeenWebhook | undefined {
  const here = mine.filter((one) => isAt(one, url))
  return here.find(({ active }) => active) ?? here[0] ?? mine[0]
}

function settled(kept: SeenWebhook, mine: readonly SeenWebhook[], url: string): WebhookStep[] {
  const { event, remoteId, active } = kept
  const elsewhere = !isAt(kept, url)
  const others = mine.filter((one) => one !== kept)
  return [
    ...(active && !elsewhere
      ? []
      : [{ do: 'repair' as const, event, remoteId, disabled: !active, elsewhere }]),
    ...others.map((one) => ({ do: 'remove' as const, event, remoteId: one.remoteId, why: 'twice' as const })),
  ]
}

function isOurs({ url, ids, urls }: WantedWebhooks, one: SeenWebhook): boolean {
  if (ids.has(one.remoteId) || isAt(one, url)) return true
  const address = addressOf(one.url)
  return (
    [...urls].some((known) => addressOf(known) === address) || installationOf(one.url) === installationOf(url)
  )
}

function isAt(one: SeenWebhook, url: string): boolean {
  return addressOf(one.url) === addressOf(url)
}

/**
 * What tells installations apart: the receiver takes deliveries below `/webhook/`, and two of them may share a host by
 * what lies before that. An address of another form stands for its host, and never for a receiver there.
 */
function installationOf(url: string): string {
  const address = addressOf(url)
  const at = address.lastIndexOf('/webhook/')
  if (at >= 0) return address.slice(0, at + '/webhook/'.length)
  return URL.canParse(address) ? new URL(address).origin : address
}

/** One spelling of an address: letter case of the host, the default port. */
function addressOf(url: string): string {
  return URL.canParse(url) ? new URL(url).href : url
}
