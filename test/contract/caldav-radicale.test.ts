import { afterAll } from 'vitest'
import { describeProvider } from '../provider-contract.ts'
import { caldav } from './caldav.ts'

const file = caldav('radicale', 'CalDAV, Radicale')
afterAll(() => file.close())

describeProvider(file.service)
