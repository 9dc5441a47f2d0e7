import { afterAll } from 'vitest'
import { describeProvider } from '../provider-contract.ts'
import { caldav } from './caldav.ts'

const file = caldav('xandikos', 'CalDAV, Xandikos')
afterAll(() => file.close())

describeProvider(file.service)
