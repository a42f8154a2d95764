import { hexOf, sha256 } from '@avow/sdk/evidence'

/** What the log says of whom a receipt is about: SHA-256 of the salt, a line feed and the address, in hex. */
export const commitmentOf = async (salt: string, email: string): Promise<string> =>
  hexOf(await sha256(new TextEncoder().encode(`${salt}\n${email}`)))
