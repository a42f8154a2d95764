import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { mailTo, ok } from '../../people.ts'
import { newFolder } from '../../start-avow.ts'
import { nextVersion, weakerVersion } from '../policy-under-test.ts'
import { signInAgain } from '../sign-in-again.ts'
import { must, runJson, type Story, until } from '../story.ts'

const acceptance: Story = {
  kinds: ['acceptance-recorded'],
  does: 'takes out a copy and looks for the version that the person went on under',
  run: async ({ avow, staying }) => {
    const folder = newFolder()
    const archive = join(folder, 'me.tar.gz')
    const { token } = await signInAgain(avow, staying.person)
    await runJson(avow, 'privacy', 'export', '--me', '--out', archive, '--token', token)
    execFileSync('tar', ['-xzf', archive, '-C', folder])
    const rows = readFileSync(join(folder, 'data/policy_acceptance.jsonl'), 'utf8').trim().split('\n')
    must(rows.length === 1, `${rows.length} acceptances of 1 version`)
    return '1 acceptance of the version in force in the copy'
  },
}

const weakerPolicy: Story = {
  kinds: ['change-notice', 'weaker-change-waits'],
  does: 'starts again with a policy that protects less, and reads what is in force and who was told',
  run: async ({ avow, tested, staying, left }) => {
    writeFileSync(String(tested.env.AVOW_POLICY), weakerVersion(tested))
    await avow.stop()
    await avow.restart()
    const newest = async () => (await runJson(avow, 'policy', 'versions')).items[0]
    await until(async () => (await newest()).notice?.finishedAt != null, 20, 'not everyone was told')
    const { version, state, takesEffectAt } = await newest()
    must(version === nextVersion && state === 'waiting', `${version} is ${state}`)
    const { version: inForce } = await ok(avow.api(null).GET('/api/v1/policy'))
    must(inForce === tested.policy.version, `${inForce} is in force before people had their time`)
    const mail = await mailTo(avow, staying.person.email, 'notice')
    must(mail.subject?.includes(nextVersion) === true, 'nobody was told by mail')
    const { api } = await signInAgain(avow, staying.person)
    const { items } = await ok(api.GET('/api/v1/me/notices'))
    must(
      items.some(({ kind }) => kind === 'policy-change'),
      'nobody was told in the console',
    )
    must((await fetch(`${avow.url}/policy/next`)).status === 200, 'the page of the next version is not there')
    left.waitingUntil = new Date(takesEffectAt)
    return `${nextVersion} waits until ${takesEffectAt}, told by mail, in the console and on the page`
  },
}

export const versionStories: readonly Story[] = [acceptance, weakerPolicy]
