import { createConnection, createServer } from 'node:net'
import { expect, test } from 'vitest'
import { severable } from './severed.ts'

test('a way carries both directions, refuses while it is cut, and is the same afterwards', async () => {
  const echo = createServer((socket) => socket.pipe(socket))
  await new Promise<void>((resolve) => echo.listen(0, '127.0.0.1', resolve))
  const bound = echo.address()
  const way = await severable(typeof bound === 'object' ? (bound?.port ?? 0) : 0)
  const say = (words: string) =>
    new Promise<string>((resolve, reject) => {
      const socket = createConnection(Number(way.address.split(':')[1]), '127.0.0.1')
      socket.once('error', reject)
      socket.once('data', (data) => {
        resolve(data.toString())
        socket.destroy()
      })
      socket.write(words)
    })
  expect(await say('one')).toBe('one')
  await way.cut()
  await expect(say('two')).rejects.toThrow('ECONNREFUSED')
  await way.mend()
  expect(await say('three')).toBe('three')
  await way.close()
  echo.close()
})
