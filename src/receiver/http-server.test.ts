import { connect, type Socket } from 'node:net'
import { expect, test } from 'vitest'
import { type HttpServer, listen } from './http-server.ts'

const HOUR_MS = 3_600_000

/** A server whose answers wait until a test gives them. */
async function setUp() {
  let asked = () => {}
  let answer = () => {}
  const isAsked = new Promise<void>((resolve) => {
    asked = resolve
  })
  const mayAnswer = new Promise<void>((resolve) => {
    answer = resolve
  })
  const server = await listen({
    host: '127.0.0.1',
    port: 0,
    fetch: async () => {
      asked()
      await mayAnswer
      return new Response('done')
    },
  })
  return { server, isAsked, answer }
}

async function silentClient(server: HttpServer): Promise<Socket> {
  const socket = connect(Number(new URL(server.url).port), '127.0.0.1')
  await new Promise((resolve) => socket.once('connect', resolve))
  return socket
}

test('a stop waits for a request under way, and for no client that is merely connected', async () => {
  const { server, isAsked, answer } = await setUp()
  const socket = await silentClient(server)
  const reply = fetch(server.url)
  await isAsked
  let stopped = false
  const stop = server.stop(HOUR_MS).then(() => {
    stopped = true
  })
  await expect(fetch(server.url)).rejects.toThrow()
  expect(stopped).toBe(false)
  answer()
  expect(await (await reply).text()).toBe('done')
  await stop
  socket.destroy()
})

test('a request that takes too long is cut', async () => {
  const { server, isAsked, answer } = await setUp()
  const reply = fetch(server.url).catch(() => 'cut')
  await isAsked
  await server.stop(1)
  expect(await reply).toBe('cut')
  answer()
})
