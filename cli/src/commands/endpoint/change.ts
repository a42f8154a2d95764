import { setTimeout as pause } from 'node:timers/promises'
import { choiceFlag, command, one, switchFlag, textFlag } from '../../command.ts'
import { confirm } from '../../confirm.ts'
import { usageFailure } from '../../failure.ts'
import { currentProject } from '../../place.ts'
import type { Session } from '../../session.ts'
import { type Endpoint, endpointText, idleFlag, replicasFlag } from './endpoint-text.ts'

const sizeFlag = choiceFlag('--size <size>', 'of each replica; avow endpoint sizes', ['small', 'medium', 'large'])
const waitFlag = switchFlag('--wait', 'wait until it is ready, or asleep, and tell what it does')
const askEveryMs = 500
const settled = new Set<Endpoint['state']>(['ready', 'asleep', 'failing'])

/** Waits until nothing is under way. Ctrl-C ends the wait and not what it waits for. */
const untilSettled = async (session: Session, projectId: string, begun: Endpoint): Promise<Endpoint> => {
  const path = { projectId, endpointId: begun.id }
  for (let told = ''; ; await pause(askEveryMs)) {
    const now = await session.must(
      session.api().GET('/api/v1/projects/{projectId}/endpoints/{endpointId}', { params: { path } }),
    )
    if (now.state !== told) session.note(`${now.state}.`)
    if (settled.has(now.state)) return now
    told = now.state
  }
}

const show = async (session: Session, projectId: string, changed: Endpoint, wait: boolean): Promise<void> => {
  const last = wait ? await untilSettled(session, projectId, changed) : changed
  session.print(last, () => endpointText(last))
}

export const createEndpoint = command({
  summary: 'Serve a model for this project alone, on replicas of its own',
  details:
    'Each replica is a container without a network on the machine of this cloud, paid by the second while it runs. With --replicas 0..N the last one goes when nothing was asked for a while, and the next request waits until one is ready again.',
  flags: {
    model: textFlag('--model <id>', 'of the catalogue, with its file on the machine of this cloud'),
    replicas: replicasFlag,
    size: sizeFlag,
    idle: idleFlag,
    wait: waitFlag,
  },
  takes: ['project'],
  examples: [
    ['avow endpoint create --model avow-tiny', 'asleep until it is asked, then one replica'],
    ['avow endpoint create --model avow-tiny --replicas 1..3 --size medium --wait', 'always one, up to three'],
  ],
  run: async (session, { model, replicas, size, idle, wait }) => {
    if (model === undefined)
      throw usageFailure('Which model?', 'Say --model ID; `avow endpoint sizes` lists those that can be served.')
    const projectId = await currentProject(session)
    const body = { model, ...replicas, ...(size ? { size } : {}), ...(idle === undefined ? {} : { idleSeconds: idle }) }
    const made = await session.must(
      session.api().POST('/api/v1/projects/{projectId}/endpoints', { params: { path: { projectId } }, body }),
    )
    await show(session, projectId, made, wait)
  },
})

const change = async (session: Session, endpointId: string, body: object, wait: boolean): Promise<void> => {
  const projectId = await currentProject(session)
  const params = { path: { projectId, endpointId } }
  const changed = await session.must(
    session.api().PATCH('/api/v1/projects/{projectId}/endpoints/{endpointId}', { params, body }),
  )
  await show(session, projectId, changed, wait)
}

export const scaleEndpoint = command({
  summary: 'Say between how many replicas an endpoint may have, and when those go that are not needed',
  args: { id: one('the endpoint’s id') },
  flags: { replicas: replicasFlag, idle: idleFlag, wait: waitFlag },
  takes: ['project'],
  examples: [['avow endpoint scale avow-tiny-7f3k2m9x --replicas 1..3 --idle 10m', '']],
  run: async (session, { id, replicas, idle, wait }) => {
    if (replicas === undefined && idle === undefined)
      throw usageFailure('Nothing to change', 'Say what: --replicas or --idle.')
    await change(session, id, { ...replicas, ...(idle === undefined ? {} : { idleSeconds: idle }) }, wait)
  },
})

export const updateEndpoint = command({
  summary: 'Give the replicas of an endpoint another size, or begin them anew; no request fails',
  args: { id: one('the endpoint’s id') },
  flags: { size: sizeFlag, restart: switchFlag('--restart', 'begin all replicas anew, one by one'), wait: waitFlag },
  takes: ['project'],
  examples: [['avow endpoint update avow-tiny-7f3k2m9x --size medium --wait', '']],
  run: async (session, { id, size, restart, wait }) => {
    if (size === undefined && !restart) throw usageFailure('Nothing to change', 'Say what: --size or --restart.')
    await change(session, id, { ...(size ? { size } : {}), restart }, wait)
  },
})

export const deleteEndpoint = command({
  summary: 'Delete an endpoint: its requests end, then its containers are wiped',
  args: { id: one('the endpoint’s id') },
  takes: ['project', 'confirmation'],
  examples: [['avow endpoint delete avow-tiny-7f3k2m9x --yes', '']],
  run: async (session, { id }) => {
    const projectId = await currentProject(session)
    await confirm(session, `Delete ${id}? Calls of ${`endpoint/${id}`} fail from then on.`)
    const path = { projectId, endpointId: id }
    await session.must(
      session.api().DELETE('/api/v1/projects/{projectId}/endpoints/{endpointId}', { params: { path } }),
    )
    session.print({ id, state: 'deleting' }, () => `${id} is being deleted.\n`)
  },
})
