import { type ApiDocument, endpointsOf, slugOf } from './openapi.ts'
import type { Page } from './page.ts'

const usersOf = (document: ApiDocument, code: string): string => {
  const of = endpointsOf(document).filter(({ operation }) => operation['x-errors'].includes(code))
  if (of.length === 0) return 'Any endpoint may answer with it.'
  const lines = of.map(({ method, path, operation }) => {
    const link = `/reference/api/${slugOf(operation.tags[0] ?? '')}#${slugOf(operation.operationId)}`
    return `- [\`${method} ${path}\`](${link}): ${operation.summary}`
  })
  return lines.join('\n')
}

const exampleOf = (code: string, { status, title }: { status: number; title: string }): string =>
  JSON.stringify({ type: `/docs/errors/${code}`, title, status, code, detail: '…', requestId: 'req_…' }, null, 2)

/** One page for each code of the contract: the `type` of every problem leads to it. */
export const errorPages = (document: ApiDocument): Page[] =>
  Object.entries(document['x-errors']).map(([code, entry]) => ({
    path: `errors/${code}.md`,
    text: [
      `---\ntitle: ${code}\n---`,
      `# ${entry.title}`,
      `Code \`${code}\`, HTTP status ${entry.status}.`,
      '## What to do',
      entry.todo,
      '## What it looks like',
      `The body is a problem as [RFC 9457](https://www.rfc-editor.org/rfc/rfc9457) describes it. \`detail\` says what happened in this case.`,
      `\`\`\`json\n${exampleOf(code, entry)}\n\`\`\``,
      '## Where it comes from',
      usersOf(document, code),
    ].join('\n\n'),
  }))

const gatewayExample = (code: string): string =>
  JSON.stringify({ error: { message: '…', type: '…', param: null, code } }, null, 2)

/** One page for each code of `/v1` that the control plane does not have too; its shape is OpenAI's. */
export const gatewayErrorPages = (document: ApiDocument): Page[] =>
  Object.entries(document['x-gateway-errors'])
    .filter(([code]) => !(code in document['x-errors']))
    .map(([code, { status, title, todo }]) => ({
      path: `errors/${code}.md`,
      text: [
        `---\ntitle: ${code}\n---`,
        `# ${title}`,
        `Code \`${code}\`, HTTP status ${status}.`,
        '## What to do',
        todo,
        '## What it looks like',
        'In the error shape of OpenAI’s API, which its clients turn into exceptions. `message` says what happened in this case.',
        `\`\`\`json\n${gatewayExample(code)}\n\`\`\``,
        '## Where it comes from',
        '[The inference API](/reference/inference#errors), under `/v1`.',
      ].join('\n\n'),
    }))

/** All codes of `/v1` as one table. */
export const gatewayErrorIndex = (document: ApiDocument): string =>
  [
    '| Code | Status | Means |',
    '|---|---|---|',
    ...Object.entries(document['x-gateway-errors']).map(
      ([code, { status, title }]) => `| [\`${code}\`](/errors/${code}) | ${status} | ${title} |`,
    ),
  ].join('\n')

/** All codes as one table. */
export const errorIndex = (document: ApiDocument): string =>
  [
    '| Code | Status | Means |',
    '|---|---|---|',
    ...Object.entries(document['x-errors']).map(
      ([code, { status, title }]) => `| [\`${code}\`](/errors/${code}) | ${status} | ${title} |`,
    ),
  ].join('\n')
