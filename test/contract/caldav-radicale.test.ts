import { afterAll, vi } from 'vitest'
import { describeProvider } from '../provider-contract.ts'
import { caldav } from './caldav.ts'

const file = caldav('radicale', 'CalDAV, Radicale')
// A real server on a busy machine.
vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 })
afterAll(() => file.close())

describeProvider(file.service)
