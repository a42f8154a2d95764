import { type ApiDocument, type Endpoint, endpointsOf, type Operation, slugOf } from './openapi.ts'
import type { Page } from './page.ts'
import { fieldTable, parameterTable } from './schema-table.ts'

/** What each group of endpoints is for; a group without a line here cannot be published. */
const aboutGroups: Record<string, string> = {
  Account: 'One’s own account: sign-up, sign-in, sessions, password, second factor.',
  Organisations: 'Organisations, their members and invitations.',
  Projects: 'Projects hold API keys and usage.',
  'API keys': 'Keys for [the inference API](/reference/inference).',
  Models: 'The model catalogue as builders see it.',
  Endpoints: 'Models served for [a project alone](/guide/endpoints), on replicas of its own.',
  Usage: 'What was used: requests, tokens, cost.',
  Budgets: 'How much an organisation, a project or a key may [spend in a month](/guide/budgets).',
  Balance: 'What an organisation [paid beforehand](/guide/balance), and what is left of it.',
  Limits: 'How much an organisation and its projects may call [in a minute and at once](/guide/limits).',
  'Kept bodies': 'What calls asked and were answered, for projects that [keep it](/guide/kept-bodies).',
  Privacy: 'The policy, its report, the data map, retention, legal holds and people’s requests.',
  'Your data': 'What is held about oneself: see it, take it along, have it erased, with a receipt.',
  Notices: 'What every account is told: new versions of the policy, business transfers, announcements.',
  Contact: 'Messages to the contacts that the policy publishes: anyone writes, officers answer.',
  Operate: 'For the operator’s staff: models, mail, staff. And what this server is.',
}

export const groupsOf = (document: ApiDocument): string[] => [
  ...new Set(endpointsOf(document).flatMap(({ operation }) => operation.tags)),
]

const whoMay = (access: Operation['x-access']): string => {
  switch (access.kind) {
    case 'public':
      return 'Anyone.'
    case 'person':
      return 'Any signed-in person.'
    case 'member':
      return `Members of the ${access.of} who are ${access.roles.join(', ')}. Anyone else gets [\`not_found\`](/errors/not_found).`
    case 'staff':
      return `The operator’s staff (${access.roles.join(', ')}), signed in with a second factor or with the [operator token](/guide/cli#on-the-server-s-own-machine).`
  }
}

/** Text of a description without the sentence about access, which is written anew from `x-access`. */
const descriptionOf = (operation: Operation): string =>
  operation.description.split(/(?:^|\n\n)Who may call it: /)[0] ?? ''

const exampleOf = ({ method, path, operation }: Endpoint): string => {
  const address = `$AVOW_URL${path.replaceAll(/\{(\w+)\}/g, (_, name: string) => `$${name.replaceAll(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`)}`
  const lines = [
    ...(method === 'GET' ? [`curl "${address}"`] : [`curl -X ${method} "${address}"`]),
    ...(operation['x-access'].kind === 'public' ? [] : ['-H "Authorization: Bearer $AVOW_TOKEN"']),
    ...(operation.requestBody === undefined ? [] : ['-H "Content-Type: application/json"', '-d @body.json']),
  ]
  return `\`\`\`sh\n${lines.join(' \\\n  ')}\n\`\`\``
}

/** What a heading can say, and the rest of the summary as a sentence. */
const splitSummary = (summary: string): { title: string; rest: string } => {
  const [title = '', ...more] = summary.split('; ')
  const rest = more.join('; ')
  return { title, rest: rest === '' ? '' : `${rest.charAt(0).toUpperCase()}${rest.slice(1)}.` }
}

const endpointText = (endpoint: Endpoint): string => {
  const { method, path, operation } = endpoint
  const body = operation.requestBody?.content['application/json'].schema
  const [status, answer] = Object.entries(operation.responses).find(([code]) => code.startsWith('2')) ?? ['204', {}]
  const schema = answer.content?.['application/json']?.schema
  const { title, rest } = splitSummary(operation.summary)
  const parts = [
    `## ${title} {#${slugOf(operation.operationId)}}`,
    `\`${method} ${path}\``,
    [rest, descriptionOf(operation)].filter((part) => part !== '').join(' '),
    `**Who:** ${whoMay(operation['x-access'])}`,
    exampleOf(endpoint),
    operation.parameters.length === 0 ? '' : parameterTable(operation.parameters),
    body === undefined ? '' : `**Body**\n\n${fieldTable(body, 'in')}`,
    schema === undefined
      ? `**Answer:** \`${status}\`, no body.`
      : `**Answer:** \`${status}\`\n\n${fieldTable(schema, 'out')}`,
    operation['x-errors'].length === 0
      ? ''
      : `**Errors:** ${operation['x-errors'].map((code) => `[\`${code}\`](/errors/${code})`).join(', ')}`,
  ]
  return parts.filter((part) => part !== '').join('\n\n')
}

/** One page for each group of endpoints, under `reference/api/`. @throws when a group is not described */
export const apiPages = (document: ApiDocument): Page[] =>
  groupsOf(document).map((group) => {
    const about = aboutGroups[group]
    if (about === undefined) throw new Error(`site/src/api-pages.ts says nothing about the group ${group}`)
    const of = endpointsOf(document).filter(({ operation }) => operation.tags.includes(group))
    return {
      path: `reference/api/${slugOf(group)}.md`,
      text: [`# ${group}`, about, ...of.map(endpointText)].join('\n\n'),
    }
  })

/** Every endpoint in one table, by group, for the first page of the reference. */
export const endpointIndex = (document: ApiDocument): string =>
  groupsOf(document)
    .map((group) => {
      const of = endpointsOf(document).filter(({ operation }) => operation.tags.includes(group))
      const rows = of.map(({ method, path, operation }) => {
        const link = `/reference/api/${slugOf(group)}#${slugOf(operation.operationId)}`
        return `| \`${method}\` | [\`${path}\`](${link}) | ${operation.summary} |`
      })
      return `### ${group}\n\n${aboutGroups[group] ?? ''}\n\n| | | |\n|---|---|---|\n${rows.join('\n')}`
    })
    .join('\n\n')
