import { command, countFlag, one } from '../../command.ts'
import { price } from '../../money.ts'
import { currentProject } from '../../place.ts'
import type { Session } from '../../session.ts'
import { relativeTime } from '../../time.ts'
import { costOf, type Endpoint, endpointText, replicasOf } from './endpoint-text.ts'

const idArgument = { id: one('the endpoint’s id') }
const gibibyte = 1024 ** 3

const paintState = (session: Session, text: string, { state }: Endpoint): string =>
  state === 'failing' ? session.paint.red(text) : text

export const listEndpoints = command({
  summary: 'List the endpoints of the project, and what they cost',
  takes: ['project'],
  examples: [['avow endpoint list', '']],
  run: async (session) => {
    const projectId = await currentProject(session)
    const { items, costMicros, currency } = await session.must(
      session.api().GET('/api/v1/projects/{projectId}/endpoints', { params: { path: { projectId } } }),
    )
    session.printList(
      { items, nextCursor: null },
      [
        { title: 'ID', value: ({ id }) => id },
        { title: 'STATE', value: ({ state }) => state, paint: (text, row) => paintState(session, text, row) },
        { title: 'READY', value: (row) => `${row.ready} of ${replicasOf(row)}` },
        { title: 'SIZE', value: ({ size }) => size, leftOutAs: 2 },
        { title: 'REQUESTS', value: ({ inFlight, waiting }) => `${inFlight}, ${waiting} wait`, leftOutAs: 1 },
        { title: 'COST', value: costOf },
      ],
      'There is no endpoint. Make one: avow endpoint create --model ID',
    )
    if (items.length > 0) session.note(`All endpoints of the project so far: ${price(costMicros, currency)}.`)
  },
})

export const getEndpoint = command({
  summary: 'Show an endpoint with its replicas',
  args: idArgument,
  takes: ['project'],
  examples: [['avow endpoint get avow-tiny-7f3k2m9x', '']],
  run: async (session, { id }) => {
    const path = { projectId: await currentProject(session), endpointId: id }
    const found = await session.must(
      session.api().GET('/api/v1/projects/{projectId}/endpoints/{endpointId}', { params: { path } }),
    )
    const now = session.world.now()
    const lines = found.replicas.map(({ id: replica, state, isCurrent, startedAt, seconds }) => {
      const since = startedAt === null ? '' : `, since ${relativeTime(startedAt, now)}, ${seconds} s`
      return `  ${replica}: ${state}${isCurrent ? '' : ' (of before the last change)'}${since}\n`
    })
    session.print(found, () => endpointText(found) + lines.join(''))
  },
})

export const endpointLogs = command({
  summary: 'Show what the replicas of an endpoint say: counts and problems, never prompts or answers',
  args: idArgument,
  flags: { lines: countFlag('--lines <n>', 'of each replica (default 100)') },
  takes: ['project'],
  examples: [['avow endpoint logs avow-tiny-7f3k2m9x --lines 20', '']],
  run: async (session, { id, lines }) => {
    const path = { projectId: await currentProject(session), endpointId: id }
    const query = lines === undefined ? {} : { lines }
    const found = await session.must(
      session.api().GET('/api/v1/projects/{projectId}/endpoints/{endpointId}/logs', { params: { path, query } }),
    )
    const text = found.items.map((line) => `${line.at}  ${line.replicaId}  ${line.text}\n`).join('')
    session.print(found, () => (text === '' ? 'No replica runs, so there is nothing to show.\n' : text))
  },
})

export const endpointEvents = command({
  summary: 'Show what happened to an endpoint, and why, newest first',
  args: idArgument,
  takes: ['project', 'pages'],
  examples: [['avow endpoint events avow-tiny-7f3k2m9x', '']],
  run: async (session, { id }) => {
    const path = { projectId: await currentProject(session), endpointId: id }
    const page = await session.pages((query) =>
      session.api().GET('/api/v1/projects/{projectId}/endpoints/{endpointId}/events', { params: { path, query } }),
    )
    const now = session.world.now()
    session.printList(
      page,
      [
        { title: 'WHEN', value: ({ at }) => relativeTime(at, now) },
        { title: 'WHAT', value: ({ kind }) => kind.replaceAll('_', ' ') },
        { title: 'REPLICA', value: ({ replicaId }) => replicaId ?? '-', leftOutAs: 1 },
        { title: 'WHY', value: ({ reason }) => reason ?? '-', mayShrink: true },
      ],
      'Nothing has happened to it.',
    )
  },
})

export const endpointSizes = command({
  summary: 'Show what endpoints can be made here, and at what price',
  takes: ['project'],
  examples: [['avow endpoint sizes', '']],
  run: async (session) => {
    const projectId = await currentProject(session)
    const offer = await session.must(
      session.api().GET('/api/v1/projects/{projectId}/endpoint-offer', { params: { path: { projectId } } }),
    )
    const { missing, models, currency } = offer
    const hour = (micros: string): string => price(String(BigInt(micros) * 3600n), currency)
    const lines = offer.sizes.map(
      ({ id, cpus, memoryBytes, priceMicrosPerSecond, misfit }) =>
        `  ${id.padEnd(7)} ${cpus} CPU, ${memoryBytes / gibibyte} GiB, ${hour(priceMicrosPerSecond)} an hour for each replica${misfit === null ? '' : ` (${misfit})`}\n`,
    )
    const able = missing === null ? '' : `Endpoints cannot run here: ${missing}\n`
    session.print(offer, () => `${able}Models: ${models.join(', ') || 'none is on this machine'}\n${lines.join('')}`)
  },
})
