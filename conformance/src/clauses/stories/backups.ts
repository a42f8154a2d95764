import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { failure, ok } from '../../people.ts'
import { searchFiles } from '../search-files.ts'
import { signInAgain } from '../sign-in-again.ts'
import { must, runJson, type Story } from '../story.ts'

const makeBackup: Story = {
  kinds: ['backups-protected', 'erase'],
  does: 'makes a backup while both people are there',
  run: async ({ avow, leaving, staying, left }) => {
    const made = await runJson(avow, 'backup', 'create')
    const bytes = readFileSync(join(avow.folder, 'backups', made.file))
    const texts = [leaving, staying].flatMap((who) => [...Object.values(who.texts), who.person.id])
    for (const text of texts) must(!bytes.includes(text), 'a backup shows in clear what it holds')
    left.backup = made.id
    return `${made.rows} rows, ${texts.length} texts not in clear`
  },
}

/** After the erasure: the backup still holds the person's rows, and their key is nowhere. */
const restoreBackup: Story = {
  kinds: ['backups-protected', 'erase'],
  does: 'restores the backup of before the erasure, searches what was restored, and starts the server on it',
  run: async ({ avow, leaving, staying, left, clear }) => {
    must(left.backup !== undefined, 'no backup was made')
    await avow.stop()
    await runJson(avow, 'backup', 'restore', left.backup, '--yes')
    const texts = Object.values(leaving.texts)
    const search = () => searchFiles(avow.folder, [...texts, clear])
    const inFiles = (found: ReadonlyMap<string, readonly string[]>) =>
      [...found].flatMap(([text, files]) => (text === clear ? [] : files))
    const loaded = search()
    must(loaded.found.has(clear), 'the search does not see into the restored database')
    must(inFiles(loaded.found).length === 0, `the restored backup shows ${inFiles(loaded.found).join(', ')}`)
    await avow.restart()
    const { email, password } = leaving.person
    const gone = await failure(avow.api(null).POST('/api/v1/auth/sign-in', { body: { email, password } }))
    must(gone.status === 401, 'an erased person came back with a restore')
    const { items } = await ok(avow.api().GET('/api/v1/operate/outbox', { params: { query: { to: email } } }))
    must(items.length === 0, 'mail to an erased person came back with a restore')
    const { api } = await signInAgain(avow, staying.person)
    must((await ok(api.GET('/api/v1/me'))).name === staying.texts.name, 'the restore lost somebody else')
    const served = search()
    must(inFiles(served.found).length === 0, `after the restore: ${inFiles(served.found).join(', ')}`)
    return `${texts.length} texts in ${loaded.files} files before and ${served.files} after the start: 0 found; erased again, the other person is back`
  },
}

export const backupStories: readonly Story[] = [makeBackup]
export const restoreStories: readonly Story[] = [restoreBackup]
