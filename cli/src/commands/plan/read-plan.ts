import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { usageFailure } from '../../failure.ts'
import type { Session } from '../../session.ts'

/** The text of a plan file. */
export const readPlan = async (session: Session, file: string): Promise<string> => {
  try {
    return await readFile(resolve(session.world.workingFolder, file), 'utf8')
  } catch (error) {
    const why = error instanceof Error ? error.message : 'it is not readable'
    throw usageFailure(`The plan ${file} cannot be read: ${why}`)
  }
}
