import { describe, expect, it } from 'vitest'
import { createDockerDriver } from './docker-driver.ts'
import { dockerOptions } from './docker-options.ts'
import { testDriver } from './test-driver.ts'
import { importTestImage } from './test-image.ts'

const socketPath = '/var/run/docker.sock'
const missing = await createDockerDriver({ socketPath, owner: 'look' }).missing()
if (missing !== null) process.stderr.write(`The Docker driver is not tested here: ${missing}\n`)

describe.skipIf(missing !== null)('the Docker driver', { timeout: 30_000 }, () => {
  testDriver({
    open: (owner) => createDockerDriver({ socketPath, owner }),
    openLost: () => createDockerDriver({ socketPath: '/nonexistent/docker.sock', owner: 'lost' }),
    image: importTestImage,
  })
})

it('says what to do where there is no Docker, and that the operator wants none', async () => {
  const none = createDockerDriver({ socketPath: '/nonexistent/docker.sock', owner: 'none' })
  expect(await none.missing()).toContain('apt-get install')
  expect(await createDockerDriver({ socketPath: null, owner: 'none' }).missing()).toContain('AVOW_DOCKER')
})

it('asks for GPUs by their ids, so that two containers never get the same', () => {
  const spec = { id: 'a', image: 'i:1', command: [], environment: {}, user: { uid: 1, gid: 1 }, mounts: [] }
  const limits = { cpus: 1, memoryBytes: 1, processesMax: 1 }
  const { HostConfig } = dockerOptions({ ...spec, ...limits, gpuIds: ['GPU-1', 'GPU-2'] }, 'o')
  expect(HostConfig?.DeviceRequests).toEqual([{ Driver: '', DeviceIDs: ['GPU-1', 'GPU-2'], Capabilities: [['gpu']] }])
  expect(dockerOptions({ ...spec, ...limits, gpuIds: [] }, 'o').HostConfig?.DeviceRequests).toBeUndefined()
})
