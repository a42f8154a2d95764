import { randomBytes } from 'node:crypto'
import type { Identity } from '../modules/identity/index.ts'
import type { Database } from '../platform/db/index.ts'
import type { DataFolder } from './data-folder.ts'

/** What a first start leaves for the operator and for scripts, mode 0600. */
export interface FirstRun {
  url: string
  operator: { email: string; password: string }
  organisation: { id: string; name: string }
  project: { id: string; name: string }
  apiKey: string
}

const file = 'first-run.json'
const pending = 'first-run.pending.json'

/**
 * Makes the operator, an organisation, a project and an API key on the first start, and nothing later. The file is
 * on disk before the transaction commits, so a crash between the two loses no password.
 */
export const setUpFirstRun = async (deps: {
  folder: DataFolder
  identity: Identity
  database: Database
  email: string
  url: string
}): Promise<{ isNew: boolean }> => {
  const { folder } = deps
  const isNew = await deps.database.transaction(async (tx) => {
    if (await deps.identity.api.hasStaff(tx)) return false
    const password = randomBytes(18).toString('base64url')
    const made = await deps.identity.api.firstRun(tx, { email: deps.email, password })
    const content: FirstRun = {
      url: deps.url,
      operator: { email: deps.email, password },
      organisation: made.organisation,
      project: made.project,
      apiKey: made.apiKeySecret,
    }
    folder.writeJson(pending, content)
    return true
  })
  const written = folder.readJson<FirstRun>(pending) ?? folder.readJson<FirstRun>(file)
  if (written !== undefined) folder.writeJson(file, { ...written, url: deps.url })
  folder.remove(pending)
  return { isNew }
}
