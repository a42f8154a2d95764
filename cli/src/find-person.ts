import { CliFailure, exitCodes } from './failure.ts'

/** The id of the person with this address or id among the rows. */
export const findPerson = (
  rows: readonly { personId: string; email: string }[],
  wanted: string,
  where: string,
): string => {
  const row = rows.find(({ personId, email }) => personId === wanted || email.toLowerCase() === wanted.toLowerCase())
  if (row === undefined) throw new CliFailure(`${wanted} is not in ${where}`, exitCodes.notFound)
  return row.personId
}
