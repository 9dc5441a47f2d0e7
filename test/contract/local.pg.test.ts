import { afterAll } from 'vitest'
import { describeProvider } from '../provider-contract.ts'
import { EmptyDatabases } from './empty-databases.ts'
import { local } from './local.ts'

const databases = new EmptyDatabases()
afterAll(() => databases[Symbol.asyncDispose]())

describeProvider(local(databases))
