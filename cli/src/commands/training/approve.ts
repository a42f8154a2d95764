import { command, listFlag, one, textFlag } from '../../command.ts'
import { usageFailure } from '../../failure.ts'
import { approvalText } from './training-text.ts'

export const approveTraining = command({
  summary: 'Write down that an organisation approved training in a signed document (officer)',
  args: { customer: one('id of the organisation') },
  flags: {
    document: textFlag('--document <reference>', 'where the signed document is, such as its number'),
    signer: textFlag('--signer <name>', 'who signed for the organisation'),
    signedOn: textFlag('--signed-on <day>', 'YYYY-MM-DD'),
    content: listFlag('--content <category>', 'which content, such as content.training; may be repeated'),
    ofProject: textFlag('--of-project <id>', 'only of this project'),
    until: textFlag('--until <time>', 'UTC instant at which it ends by itself'),
  },
  examples: [
    [
      'avow training approve org_01HZX --document MSA-7/A --signer "Ada Lovelace" --signed-on 2026-11-20 --content content.training',
      'from now on the gate lets it train',
    ],
  ],
  run: async (session, { customer, document, signer, signedOn, content, ofProject, until }) => {
    if (document === undefined || signer === undefined || signedOn === undefined)
      throw usageFailure('Name the paper with --document, --signer and --signed-on')
    if (content.length === 0) throw usageFailure('Say which content with --content')
    const params = { path: { organisationId: customer } }
    const scope = { content, projectId: ofProject ?? null, until: until ?? null }
    const approval = await session.must(
      session.api().POST('/api/v1/privacy/training/{organisationId}', {
        params,
        body: { ...scope, document, signer, signedOn },
      }),
    )
    session.print(approval, () => approvalText(approval))
  },
})
