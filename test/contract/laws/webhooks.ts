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

    test('are wanted of events that each have a name of their own', () => {
      expect(webhooks.events.length).toBeGreaterThan(0)
      expect(new Set(webhooks.events).size).toBe(webhooks.events.length)
    })

    test(
      'of no interest are nothing, and what is no delivery is refused',
      staged(service, async (stage) => {
        expect(webhooks.toNudge(deliveries(stage).uninteresting, {})).toBeNull()
        for (const body of [null, 'text', 7, [], {}, { event: 7 }, { event_name: null }])
          expect(() => webhooks.toNudge(body, {}), JSON.stringify(body)).toThrow(ProviderError)
      }),
    )

    const { management, events } = webhooks
    if (management === null) return

    const { most } = management
    /** The stage with what it takes to register there. */
    const registering = (stage: Stage) => {
      const registration = needed(
        deliveries(stage).registration,
        'deliveries.registration',
        'webhooks.management',
      )
      const own = present(stage.provider.webhooks?.management, 'webhooks.management')
      const list = () => own.list(stage.connect())
      const register = (event: string, url = registration.url) =>
        own.register(stage.connect(), { event, url })
      return { ...registration, own, list, register }
    }

    test(
      'are registered one by one, each as it is listed after that',
      staged(service, async (stage) => {
        const { list, register, url, otherUrl } = registering(stage)
        expect(await list()).toEqual([])
        const [first = ''] = events
        const made = [await register(first), await register(first, otherUrl)]
        for (const event of events.slice(1)) made.push(await register(event))
        expect(made.slice(0, 2)).toMatchObject([
          { event: first, url, active: true },
          { event: first, url: otherUrl, active: true },
        ])
        const byId = (a: { remoteId: string }, b: { remoteId: string }) =>
          a.remoteId.localeCompare(b.remoteId)
        expect([...(await list())].sort(byId)).toEqual([...made].sort(byId))
        expect(new Set(made.map(({ remoteId }) => remoteId)).size).toBe(made.length)
        expect(most).toBeGreaterThanOrEqual(2)
      }),
    )

    test(
      'that are switched off, or lead elsewhere, are repaired, however often it is asked',
      staged(service, async (stage) => {
        const { list, own, register, switchOff, otherUrl } = registering(stage)
        const { remoteId, event } = await register(events[0] ?? '')
        await switchOff(remoteId)
        expect(await list()).toMatchObject([{ remoteId, active: false }])
        for (let times = 0; times < 2; times += 1) await own.repair(stage.connect(), remoteId, otherUrl)
        expect(await list()).toEqual([{ remoteId, event, url: otherUrl, active: true }])
        await own.remove(stage.connect(), remoteId)
        await expect(own.repair(stage.connect(), remoteId, otherUrl)).rejects.toMatchObject({ kind: 'gone' })
      }),
    )

    test(
      'are removed, also when they are gone already, and no others',
      staged(service, async (stage) => {
        const { list, own, register } = registering(stage)
        const kept = await register(events[0] ?? '')
        const { remoteId } = await register(events[1] ?? '')
        for (let times = 0; times < 2; times += 1) await own.remove(stage.connect(), remoteId)
        expect(await list()).toEqual([kept])
      }),
    )

    test(
      'an address to which the service does not deliver is refused before anybody is asked',
      staged(service, async (stage) => {
        const { own, register, url, list } = registering(stage)
        const plain = url.replace(/^https/, 'http')
        expect(() => own.requireAddress(plain)).toThrow(ProviderError)
        expect(() => own.requireAddress(url)).not.toThrow()
        await expect(register(events[0] ?? '', plain)).rejects.toMatchObject({ kind: 'invalid' })
        expect(await list()).toEqual([])
      }),
    )

    test(
      'whose answer is lost may be there, and are told as such',
      staged(service, async (stage) => {
        const { register, list } = registering(stage)
        stage.world.weather.on('reply-lost')
        await expect(register(events[0] ?? '')).rejects.toMatchObject({ kind: 'ambiguous-write' })
        expect((await list()).map(({ event }) => event)).toEqual([events[0]])
      }),
    )
  })
}
