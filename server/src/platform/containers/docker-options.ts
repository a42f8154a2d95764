import type { ContainerCreateOptions } from 'dockerode'
import type { ContainerSpec } from './engine-driver.ts'

/** Tells containers of this installation from others on the same machine. */
export const ownerLabel = 'cloud.avow.owner'
export const idLabel = 'cloud.avow.id'

const nanoPerCpu = 1e9
const tmpBytes = 64 * 1024 * 1024
/** Of its log; the older half goes first. */
const logBytes = '1m'

export const nameOf = (owner: string, id: string): string => `avow-${owner}-${id}`

/**
 * A container that reaches nothing: no network, no capability, no new privilege, a root that is read-only. Who talks to it
 * does so through a socket in a folder that it is given.
 */
export const dockerOptions = (spec: ContainerSpec, owner: string): ContainerCreateOptions & { name: string } => ({
  name: nameOf(owner, spec.id),
  Image: spec.image,
  Cmd: [...spec.command],
  Env: Object.entries(spec.environment).map(([name, value]) => `${name}=${value}`),
  User: `${spec.user.uid}:${spec.user.gid}`,
  Labels: { [ownerLabel]: owner, [idLabel]: spec.id },
  NetworkDisabled: true,
  HostConfig: {
    // Reaps what is left behind, and passes signals on: without it a stop takes its whole grace.
    Init: true,
    NetworkMode: 'none',
    ReadonlyRootfs: true,
    CapDrop: ['ALL'],
    SecurityOpt: ['no-new-privileges'],
    NanoCpus: Math.round(spec.cpus * nanoPerCpu),
    Memory: spec.memoryBytes,
    // As much as Memory: nothing is swapped.
    MemorySwap: spec.memoryBytes,
    PidsLimit: spec.processesMax,
    IpcMode: 'private',
    Tmpfs: { '/tmp': `rw,noexec,nosuid,nodev,size=${tmpBytes}` },
    Mounts: spec.mounts.map(({ from, to, writable }) => ({
      Type: 'bind' as const,
      Source: from,
      Target: to,
      ReadOnly: !writable,
    })),
    LogConfig: { Type: 'json-file', Config: { 'max-size': logBytes, 'max-file': '2' } },
    RestartPolicy: { Name: 'no' },
    // By id: a count would give every container the first ones.
    ...(spec.gpuIds.length === 0
      ? {}
      : { DeviceRequests: [{ Driver: '', DeviceIDs: [...spec.gpuIds], Capabilities: [['gpu']] }] }),
  },
})
