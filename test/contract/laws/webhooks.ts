import { describe, expect, test } from 'vitest'
import { ProviderError } from '../../../src/providers/provider-error.ts'
import { present } from '../expecting.ts'
import { type Stage, staged } from '../stage.ts'
import { type Deliveries, type Delivery, needed, type Service } from '../world.ts'

/** A delivery proves where it comes from, and says no more than which task to look at. */
export function webhookLaws(service: Service): void {
  const declared = service.declares.webhooks
  if (!service.declares.capabilities.webhooks) return

  describe('webhooks', () => {
    const webhooks = present(declared, 'webhooks, which the capabilities declare')
    const deliveries = (stage: Stage): Deliveries =>
      needed(stage.world.deliveries, 'deliveries', 'webhooks: true')
    const nudge = ({ rawBody, headers }: Delivery) =>
      webhooks.toNudge(JSON.parse(Buffer.from(rawBody).toString('utf8')), headers)

    test(
      'are verified by their signature over exactly these bytes, and by nothing else',
      staged(service, async (stage) => {
        const { of, secret } = deliveries(stage)
        const [one] = await of(() => stage.user.add({}))
        const { rawBody, headers } = present(one, 'a delivery of a new task')
        expect(webhooks.verify(rawBody, headers, secret)).toBe(true)
        const shouted = Object.fromEntries(
          Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]),
        )
        expect(webhooks.verify(rawBody, shouted, secret)).toBe(true)
        for (const bad of ['', `${secret}x`, secret.slice(1)])
          expect(webhooks.verify(rawBody, headers, bad), 'another secret').toBe(false)
        expect(webhooks.verify(rawBody, {}, secret), 'no signature').toBe(false)
        expect(webhooks.verify(new Uint8Array(), headers, secret), 'no body').toBe(false)
        for (let bit = 0; bit < rawBody.length * 8; bit += 37) {
          const flipped = Uint8Array.from(rawBody)
          flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7))
          expect(webhooks.verify(flipped, headers, secret), `bit ${bit}`).toBe(false)
        }
        for (const signature of ['', 'x', '=', 'é'.repeat(64), '0'.repeat(64)]) {
          const forged = Object.fromEntries(Object.keys(headers).map((name) => [name, signature]))
          expect(webhooks.verify(rawBody, forged, secret), 'a forged signature').toBe(false)
        }
      }),
    )

    test(
      'name the task that changed, and say when it is deleted',
      staged(service, async (stage) => {
        const { of } = deliveries(stage)
        let id = ''
        const made = await of(async () => {
          id = await stage.user.add({})
        })
        expect(made.map(nudge)).toContainEqual(
          expect.objectContaining({ about: 'tasks', ids: [id], made: true, deleted: false }),
        )
        const edited = await of(() => stage.user.edit(id, { title: 'New' }))
        expect(edited.map(nudge)).toContainEqual(
          expect.objectContaining({ about: 'tasks', ids: [id], made: false, deleted: false }),
        )
        const gone = await of(() => stage.user.remove(id))
        expect(gone.map(nudge)).toContainEqual(
          expect.objectContaining({ about: 'tasks', ids: [id], deleted: true }),
        )
        const ids = [...made, ...edited, ...gone].map((one) => nudge(one)?.deliveryId)
        expect(new Set(ids).size, 'each has an id of its own').toBe(ids.length)
      }),
    )

    test(
      'that come twice have one id',
      staged(service, async (stage) => {
        const all = await deliveries(stage).of(() => stage.user.add({}), { twice: true })
        expect(all.length).toBeGreaterThan(1)
        expect(new Set(all.map((one) => nudge(one)?.deliveryId)).size).toBe(all.length / 2)
      }),
    )

    test(
      'of no interest are nothing, and what is no delivery is refused',
      staged(service, async (stage) => {
        expect(webhooks.toNudge(deliveries(stage).uninteresting, {})).toBeNull()
        for (const body of [null, 'text', 7, [], {}, { event: 7 }, { event_name: null }])
          expect(() => webhooks.toNudge(body, {}), JSON.stringify(body)).toThrow(ProviderError)
      }),
    )

    const { management } = webhooks
    if (management === null) return

    test(
      'are registered once however often it is asked, moved, repaired when switched off, and removed',
      staged(service, async (stage) => {
        const { url, otherUrl, switchOff } = needed(
          deliveries(stage).registration,
          'deliveries.registration',
          'webhooks.management',
        )
        const own = present(stage.provider.webhooks?.management, 'webhooks.management')
        const events = (hooks: readonly { readonly event: string }[]) =>
          hooks.map(({ event }) => event).sort()
        const first = await own.register(stage.connect(), url)
        expect(first.length).toBeGreaterThan(0)
        expect(new Set(events(first)).size).toBe(first.length)
        expect(first.every((hook) => hook.active && hook.url === url)).toBe(true)
        expect(events(await own.register(stage.connect(), url))).toEqual(events(first))
        await switchOff(first[0]?.remoteId ?? '')
        expect((await own.list(stage.connect())).filter(({ active }) => !active)).toHaveLength(1)
        const repaired = await own.register(stage.connect(), otherUrl)
        expect(events(repaired)).toEqual(events(first))
        expect(repaired.every((hook) => hook.active && hook.url === otherUrl)).toBe(true)
        const listed = await own.list(stage.connect())
        expect(events(listed)).toEqual(events(first))
        for (const { remoteId } of [...listed, ...listed]) await own.remove(stage.connect(), remoteId)
        expect(await own.list(stage.connect())).toEqual([])
      }),
    )
  })
}
