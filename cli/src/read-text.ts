import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { CliFailure, exitCodes } from './failure.ts'

const unreadable = (file: string, cause: unknown): CliFailure =>
  new CliFailure(`${file} cannot be read`, exitCodes.notFound, 'Name a file that is there.', { cause })

/** The text of a file that was named on the command line. @param folder where relative names begin */
export const readNamedFile = async (folder: string, file: string): Promise<string> => {
  try {
    return await readFile(resolve(folder, file), 'utf8')
  } catch (error) {
    throw unreadable(file, error)
  }
}
