import { writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { command, one, textFlag } from '../../command.ts'
import { usageFailure } from '../../failure.ts'
import { readLog } from './read-log.ts'

export const evidenceProof = command({
  summary: 'Get the proof that a decision is in the evidence log',
  args: { index: one('its place in the log, counted from 0') },
  flags: { out: textFlag('--out <file>', 'where to write it; otherwise it is printed') },
  examples: [['avow evidence proof 12 --out decision.tlog-proof', 'a file that anyone can check offline']],
  run: async (session, { index, out }) => {
    if (!/^\d+$/.test(index)) throw usageFailure(`${index} is not a place in the log`, 'Give a whole number from 0.')
    const proof = await readLog(session, `proof/${index}`)
    if (out !== undefined) await writeFile(resolve(session.world.workingFolder, out), proof)
    session.print({ index: Number(index), ...(out === undefined ? { proof } : { file: out }) }, () =>
      out === undefined ? proof : `Written to ${out}. Check it with: avow evidence verify ${out}\n`,
    )
  },
})
