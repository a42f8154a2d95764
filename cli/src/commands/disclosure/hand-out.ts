import { writeFileSync } from 'node:fs'
import { command, one, textFlag } from '../../command.ts'
import { confirm } from '../../confirm.ts'

export const handOut = command({
  summary: 'Write the package for the authority: what was approved, once (officer)',
  details:
    'Writes the package for the authority: what was approved, once. Refused before a second person approved it, and before the customer was told or the ground for silence recorded.',
  args: { id: one('the request’s id') },
  flags: { out: textFlag('--out <file>', 'where to write it; avow-disclosure-ID.tar.gz here without it') },
  takes: ['confirmation'],
  examples: [['avow disclosure hand-out ID --out package.tar.gz', 'asks first']],
  run: async (session, { id, out }) => {
    await confirm(session, `Hand out what was approved for ${id}? It is made once and not stored.`)
    const params = { path: { authorityRequestId: id } }
    const path = '/api/v1/privacy/authority-requests/{authorityRequestId}/hand-out'
    const { archive, ...row } = await session.must(session.api().POST(path, { params, body: {} }))
    const file = out ?? row.fileName
    writeFileSync(file, Buffer.from(archive ?? '', 'base64'), { mode: 0o600 })
    session.print({ ...row, file }, () => `Written to ${file}. SHA-256: ${row.packageSha256}\n`)
  },
})
