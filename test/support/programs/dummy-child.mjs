// A stand-in for a child of the supervisor: announces itself, notes signals in a file, and misbehaves on request.
import { appendFileSync } from 'node:fs'

const [role, diary, ...manners] = process.argv.slice(2)
const note = (word) => appendFileSync(diary, `${role} ${word} ${process.pid}\n`)

process.on('SIGTERM', () => {
  note('SIGTERM')
  if (!manners.includes('stubborn')) process.exit(0)
})
process.on('SIGINT', () => note('SIGINT'))
setInterval(() => {}, 1_000)

if (manners.includes('fails')) process.exit(4)
note('up')
if (!manners.includes('mute'))
  process.stdout.write(`{"ready":true,"addresses":{"${role}":"at ${process.pid}"}}\n`)
