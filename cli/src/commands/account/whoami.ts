import { command } from '../../command.ts'
import { CliFailure, exitCodes } from '../../failure.ts'
import { harmless } from '../../terminal.ts'

export const whoami = command({
  summary: 'Show who is signed in, where',
  examples: [
    ['avow whoami', 'person, roles, organisations'],
    ['avow whoami --json', 'the same for scripts'],
  ],
  run: async (session) => {
    const { url, token } = session.connection()
    if (token === undefined)
      throw new CliFailure(
        `Not signed in on ${url.value}`,
        exitCodes.notSignedIn,
        `Sign in with \`avow login --url ${url.value}\`.`,
      )
    const me = await session.must(session.api().GET('/api/v1/me'))
    session.print(me, () => {
      const staff =
        me.staffRole === null
          ? []
          : [`Staff:  ${me.staffRole}${me.staffActive ? '' : ' (needs a second factor in this session)'}`]
      const organisations = me.organisations.map(({ name, id, role }) => `  ${harmless(name)} (${id}): ${role}`)
      return `${[
        `${harmless(me.name)} <${harmless(me.email)}>`,
        `Server: ${url.value} (from ${url.from})`,
        `Signed in by ${token.from}; two-step sign-in is ${me.secondFactor ? 'on' : 'off'}`,
        ...staff,
        organisations.length === 0 ? 'No organisation yet: avow organisation create NAME' : 'Organisations:',
        ...organisations,
      ].join('\n')}\n`
    })
  },
})
