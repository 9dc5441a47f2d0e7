import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { type AddressInfo, connect as connectTcp } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createServer, type Server } from 'node:tls'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { testTemporal } from '../../test/support/temporal.ts'
import { connectClient } from './connect.ts'
import { connectNative } from './connect-native.ts'

let folder: string
let proxy: Server
const file = (name: string) => join(folder, name)

/** A certificate for the host `localhost`. Temporal's core takes none that is its own authority, so it is signed by one. */
function certify(name: string, authority?: string): void {
  const is = authority === undefined ? 'CA:TRUE' : 'CA:FALSE'
  const about = [`subjectAltName=DNS:localhost,DNS:temporal.example`, `basicConstraints=critical,${is}`]
  const signedBy =
    authority === undefined ? [] : ['-CA', file(`${authority}.pem`), '-CAkey', file(`${authority}.key`)]
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-keyout', file(`${name}.key`)]
  const extensions = about.flatMap((one) => ['-addext', one])
  const made = ['-days', '2', '-subj', `/CN=${name}`, ...extensions, '-out', file(`${name}.pem`)]
  execFileSync('openssl', ['req', '-x509', '-nodes', ...key, ...signedBy, ...made], { stdio: 'ignore' })
}

/** In front of the run's Temporal, it lets in whoever has the client's certificate. */
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'dealbridge-tls-'))
  certify('authority')
  for (const name of ['server', 'client']) certify(name, 'authority')
  const [host = '', port = ''] = testTemporal().address.split(':')
  const identity = {
    cert: readFileSync(file('server.pem')),
    key: readFileSync(file('server.key')),
    ca: readFileSync(file('authority.pem')),
  }
  proxy = createServer(
    { ...identity, requestCert: true, rejectUnauthorized: true, ALPNProtocols: ['h2'] },
    (caller) => {
      const server = connectTcp(Number(port), host)
      caller.pipe(server).pipe(caller)
      for (const one of [caller, server])
        one.on('error', () => [caller, server].map((each) => each.destroy()))
    },
  )
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve))
})
afterAll(async () => {
  await new Promise((resolve) => proxy.close(resolve))
  rmSync(folder, { recursive: true })
})

function environment(given: Record<string, string> = {}): Record<string, string> {
  return {
    TEMPORAL_ADDRESS: `localhost:${(proxy.address() as AddressInfo).port}`,
    TEMPORAL_NAMESPACE: testTemporal().namespace,
    TEMPORAL_TLS_SERVER_CA_CERT_PATH: file('authority.pem'),
    TEMPORAL_TLS_CLIENT_CERT_PATH: file('client.pem'),
    TEMPORAL_TLS_CLIENT_KEY_PATH: file('client.key'),
    ...given,
  }
}

describe('a Temporal server behind mTLS', () => {
  it('is reached with certificates from files, by commands and by workers', async () => {
    const client = await connectClient(environment())
    const { namespaceInfo } = await client.workflowService.describeNamespace({
      namespace: testTemporal().namespace,
    })
    expect(namespaceInfo?.name).toBe(testTemporal().namespace)
    await client.connection.close()
    const { connection, namespace } = await connectNative(environment())
    expect(namespace).toBe(testTemporal().namespace)
    await connection.close()
  })

  it('may have another name, and its certificate as text', async () => {
    const { TEMPORAL_TLS_SERVER_CA_CERT_PATH: _, ...given } = environment({
      TEMPORAL_TLS_SERVER_NAME: 'temporal.example',
      TEMPORAL_TLS_SERVER_CA_CERT_DATA: readFileSync(file('authority.pem'), 'utf8'),
    })
    const client = await connectClient(given)
    await client.connection.close()
  })
})
