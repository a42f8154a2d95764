import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { networkInterfaces } from 'node:os'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { dataMap } from '../../../app.ts'
import type { TransportGate } from '../../../platform/gates/index.ts'
import { createTransportGate } from '../../../platform/gates/index.ts'
import { createTestSystem, starterPolicy, type TestSystem, verifyClause } from '../test-system.ts'

let system: TestSystem
beforeAll(async () => {
  system = await createTestSystem(dataMap)
})
afterAll(() => system.database.close())

const withGate = (transport: TransportGate): TestSystem => ({ ...system, gates: { ...system.gates, transport } })
const outside = Object.values(networkInterfaces()).flatMap((list) => (list ?? []).filter((one) => !one.internal))

describe('the TLS floor', () => {
  it('is kept by a listener that refuses what is below it and takes what is not', async () => {
    expect(await verifyClause(system, 'START-11')).toMatchObject({
      state: 'kept',
      figure: '4 handshakes, accepted: TLSv1.2, TLSv1.3',
    })
  })

  it('is broken by a listener that takes an older version', async () => {
    const transport: TransportGate = {
      createListener: ({ tls }, onRequest) =>
        createSecureServer(
          {
            cert: readFileSync(tls!.certFile),
            key: readFileSync(tls!.keyFile),
            minVersion: 'TLSv1.1',
            ciphers: 'DEFAULT:@SECLEVEL=0',
          },
          onRequest,
        ),
    }
    expect(await verifyClause(withGate(transport), 'START-11')).toMatchObject({
      state: 'broken',
      reason: expect.stringContaining('TLSv1.1 is accepted'),
    })
  })

  it('is broken by a gate that follows a lower floor than the policy', async () => {
    const strict = { ...system, policy: starterPolicy(['tlsMinimum: TLSv1.2', 'tlsMinimum: TLSv1.3']) }
    expect(await verifyClause(strict, 'START-11')).toMatchObject({
      state: 'broken',
      reason: expect.stringContaining('TLSv1.2 is accepted'),
    })
    const transport = createTransportGate(strict.policy.transport)
    expect(await verifyClause({ ...strict, gates: { ...system.gates, transport } }, 'START-11')).toMatchObject({
      state: 'kept',
      figure: '4 handshakes, accepted: TLSv1.3',
    })
  })

  it('is unproven by a listener that takes nothing at all', async () => {
    const transport: TransportGate = { createListener: (_wish, onRequest) => createServer(onRequest) }
    expect(await verifyClause(withGate(transport), 'START-11')).toMatchObject({ state: 'unproven' })
  })
})

describe('plain HTTP', () => {
  it('is kept to loopback by the gate', async () => {
    expect(await verifyClause(system, 'START-12')).toMatchObject({ state: 'kept' })
  })

  it('is broken by a gate that would serve it anywhere', async () => {
    const transport: TransportGate = { createListener: (_wish, onRequest) => createServer(onRequest) }
    expect(await verifyClause(withGate(transport), 'START-12')).toMatchObject({
      state: 'broken',
      reason: expect.stringContaining('0.0.0.0'),
    })
  })

  it('is unproven before the server listens', async () => {
    expect(await verifyClause({ ...system, listening: () => null }, 'START-12')).toMatchObject({ state: 'unproven' })
  })

  it.runIf(outside.length > 0)('is broken by a server that answers it on an outside address', async () => {
    const open = createServer((_request, response) => response.end())
    await new Promise<void>((resolve) => open.listen(0, '0.0.0.0', resolve))
    const { port } = open.address() as AddressInfo
    const report = await verifyClause(
      { ...system, listening: () => ({ host: '127.0.0.1', port, isTls: false }) },
      'START-12',
    )
    open.close()
    expect(report).toMatchObject({ state: 'broken', reason: expect.stringContaining('plain HTTP is open on') })
  })

  it('is broken on loopback too where the policy refuses it everywhere', async () => {
    const policy = starterPolicy(['plainHttp: loopback-only', 'plainHttp: refused'])
    expect(await verifyClause({ ...system, policy }, 'START-12')).toMatchObject({
      state: 'broken',
      reason: expect.stringContaining('127.0.0.1'),
    })
  })
})
