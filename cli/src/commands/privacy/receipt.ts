import { writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { command, one, textFlag } from '../../command.ts'
import { CliFailure, exitCodes } from '../../failure.ts'

/** What is still to come, where something is. */
const next: Readonly<Record<string, string>> = {
  waiting: 'It has not begun.\n',
  running: 'It is under way.\n',
  held: 'A legal hold keeps what is left. The erasure goes on by itself when the hold is released.\n',
}

export const showReceipt = command({
  summary: 'Show the receipt of an erasure; nobody needs an account for it',
  args: { token: one('what was shown when it was asked for') },
  flags: { out: textFlag('--out <file>', 'where to write the proof, for avow evidence verify') },
  examples: [['avow privacy receipt TOKEN --out erased.tlog-proof', 'a file that anyone can check offline']],
  run: async (session, { token, out }) => {
    const receipt = await session.must(
      session.api().GET('/api/v1/privacy/receipts/{token}', { params: { path: { token } } }),
    )
    if (out !== undefined) {
      if (receipt.proof === null)
        throw new CliFailure(`There is no proof yet: it is ${receipt.state}`, exitCodes.failed)
      await writeFile(resolve(session.world.workingFolder, out), receipt.proof)
    }
    session.print(
      receipt,
      () =>
        `${receipt.kind}: ${receipt.state}. ${receipt.removed} ${receipt.removed === 1 ? 'row' : 'rows'} deleted, ${receipt.emptied} kept without you.\n${next[receipt.state] ?? ''}${receipt.kept
          .map((one) => `  ${one.what}: ${one.how}, ${one.period}: ${one.why} (${one.table})\n`)
          .join('')}Commitment ${receipt.commitment}\nSalt       ${receipt.salt}\n`,
    )
  },
})
