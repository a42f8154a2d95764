import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { ProofInvalid, verifyProof } from '@avow/sdk/evidence'
import { command, one, textFlag } from '../../command.ts'
import { CliFailure, exitCodes } from '../../failure.ts'
import { harmless } from '../../terminal.ts'
import { readLog } from './read-log.ts'

const unreadable = (path: string, cause: unknown): CliFailure =>
  new CliFailure(`${path} cannot be read`, exitCodes.notFound, undefined, { cause })

const invalid = (cause: ProofInvalid): CliFailure =>
  new CliFailure(`The proof does not hold: ${cause.message}`, exitCodes.failed, undefined, { cause })

const readGiven = async (path: string): Promise<string> => {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    throw unreadable(path, error)
  }
}

const check = async (proof: string, key: string) => {
  try {
    return await verifyProof(proof, key)
  } catch (error) {
    if (error instanceof ProofInvalid) throw invalid(error)
    throw error
  }
}

export const evidenceVerify = command({
  summary: 'Check offline that a decision is in the evidence log',
  details:
    'The file is a C2SP tlog-proof, so other tools can check it too. With --key nothing is asked of any server; without it the key is asked of the server, which proves less.',
  args: { file: one('a .tlog-proof file') },
  flags: { key: textFlag('--key <file>', 'the log’s key, kept from `avow evidence key`') },
  examples: [['avow evidence verify decision.tlog-proof --key avow.vkey', 'needs no server']],
  run: async (session, { file, key }) => {
    const at = (name: string): string => resolve(session.world.workingFolder, name)
    const proof = await readGiven(at(file))
    const verifierKey = key === undefined ? await readLog(session, 'key') : await readGiven(at(key))
    const verified = await check(proof, verifierKey)
    session.print({ valid: true, ...verified, leaf: JSON.parse(verified.leaf) }, () =>
      harmless(
        `Holds: decision ${verified.index} of ${verified.size} in the log ${verified.origin}\n${verified.leaf}\n`,
      ),
    )
    if (key === undefined)
      session.note('The key came from the server itself. Keep it with `avow evidence key` and give it with --key.')
  },
})
