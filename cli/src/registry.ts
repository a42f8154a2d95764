import type { AnyCommand } from './command.ts'

type Load = () => Promise<AnyCommand>

/** A word after `avow`: a command by itself, or a noun with verbs. Loaded only when it is used. */
export type Noun =
  | { readonly kind: 'command'; readonly name: string; readonly summary: string; readonly load: Load }
  | {
      readonly kind: 'group'
      readonly name: string
      readonly summary: string
      readonly verbs: Readonly<Record<string, Load>>
    }

const single = (name: string, summary: string, load: Load): Noun => ({ kind: 'command', name, summary, load })
const group = (name: string, summary: string, verbs: Readonly<Record<string, Load>>): Noun => ({
  kind: 'group',
  name,
  summary,
  verbs,
})

/** Every command of the CLI, in the order of the help. */
export const nouns: readonly Noun[] = [
  single(
    'login',
    'Sign in and keep the session on this machine',
    async () => (await import('./commands/account/login.ts')).login,
  ),
  single('logout', 'End the kept session', async () => (await import('./commands/account/logout.ts')).logout),
  single('signup', 'Sign up for an account', async () => (await import('./commands/account/signup.ts')).signup),
  single('whoami', 'Show who is signed in, where', async () => (await import('./commands/account/whoami.ts')).whoami),
  single(
    'status',
    'Show which server is asked and whether it answers',
    async () => (await import('./commands/status.ts')).status,
  ),
  single(
    'chat',
    'Talk to a model; the answer is shown as it is written',
    async () => (await import('./commands/chat/chat.ts')).chat,
  ),
  group('key', 'API keys', {
    create: async () => (await import('./commands/key/create.ts')).createKey,
    list: async () => (await import('./commands/key/list.ts')).listKeys,
    show: async () => (await import('./commands/key/show.ts')).showKey,
    update: async () => (await import('./commands/key/update.ts')).updateKey,
    rotate: async () => (await import('./commands/key/rotate.ts')).rotateKey,
    revoke: async () => (await import('./commands/key/revoke.ts')).revokeKey,
  }),
  group('model', 'Models', {
    list: async () => (await import('./commands/model/list.ts')).listModels,
    show: async () => (await import('./commands/model/show.ts')).showModel,
    add: async () => (await import('./commands/model/add.ts')).addModel,
    update: async () => (await import('./commands/model/update.ts')).updateModel,
    download: async () => (await import('./commands/model/download.ts')).downloadModel,
    remove: async () => (await import('./commands/model/remove.ts')).removeModel,
  }),
  single(
    'usage',
    'Show what was used: requests, tokens, cost',
    async () => (await import('./commands/usage.ts')).usage,
  ),
  group('data', 'The data that this cloud holds', {
    map: async () => (await import('./commands/data/map.ts')).dataMap,
  }),
  group('policy', 'The policy: check it, read it, compare it', {
    verify: async () => (await import('./commands/policy/verify.ts')).verifyPolicy,
    show: async () => (await import('./commands/policy/show.ts')).showPolicy,
    explain: async () => (await import('./commands/policy/explain.ts')).explainClause,
    diff: async () => (await import('./commands/policy/diff.ts')).diffPolicy,
    lint: async () => (await import('./commands/policy/lint.ts')).lintPolicy,
  }),
  group('evidence', 'The log of decisions that anyone can check', {
    checkpoint: async () => (await import('./commands/evidence/checkpoint.ts')).evidenceCheckpoint,
    key: async () => (await import('./commands/evidence/key.ts')).evidenceKey,
    proof: async () => (await import('./commands/evidence/proof.ts')).evidenceProof,
    verify: async () => (await import('./commands/evidence/verify.ts')).evidenceVerify,
  }),
  single(
    'retention',
    'Show how long each kind of data is kept, and what is past due',
    async () => (await import('./commands/retention.ts')).retention,
  ),
  group('privacy', 'Your data: see it, take it with you, have it erased', {
    data: async () => (await import('./commands/privacy/data.ts')).myData,
    export: async () => (await import('./commands/privacy/export.ts')).exportMe,
    erase: async () => (await import('./commands/privacy/erase.ts')).eraseMe,
    requests: async () => (await import('./commands/privacy/requests.ts')).listRequests,
    receipt: async () => (await import('./commands/privacy/receipt.ts')).showReceipt,
  }),
  group('hold', 'Legal holds', {
    create: async () => (await import('./commands/hold/create.ts')).createHold,
    list: async () => (await import('./commands/hold/list.ts')).listHolds,
    release: async () => (await import('./commands/hold/release.ts')).releaseHold,
  }),
  group('organisation', 'Organisations', {
    list: async () => (await import('./commands/organisation/list.ts')).listOrganisations,
    create: async () => (await import('./commands/organisation/create.ts')).createOrganisation,
    use: async () => (await import('./commands/organisation/use.ts')).useOrganisation,
  }),
  group('project', 'Projects', {
    list: async () => (await import('./commands/project/list.ts')).listProjects,
    create: async () => (await import('./commands/project/create.ts')).createProject,
    use: async () => (await import('./commands/project/use.ts')).useProject,
  }),
  group('member', 'Members of the organisation', {
    list: async () => (await import('./commands/member/list.ts')).listMembers,
    invite: async () => (await import('./commands/member/invite.ts')).inviteMember,
    invitations: async () => (await import('./commands/member/invitations.ts')).listInvitations,
    role: async () => (await import('./commands/member/role.ts')).changeRole,
    remove: async () => (await import('./commands/member/remove.ts')).removeMember,
  }),
  group('session', 'Your sessions', {
    list: async () => (await import('./commands/session/list.ts')).listSessions,
    end: async () => (await import('./commands/session/end.ts')).endSession,
  }),
  group('staff', 'The operator’s staff', {
    list: async () => (await import('./commands/staff/list.ts')).listStaff,
    add: async () => (await import('./commands/staff/add.ts')).addStaff,
    remove: async () => (await import('./commands/staff/remove.ts')).removeStaff,
  }),
  group('vault', 'Keys of what is sealed', {
    show: async () => (await import('./commands/vault/show.ts')).showVault,
    'rotate-key': async () => (await import('./commands/vault/rotate-key.ts')).rotateVaultKey,
  }),
  group('outbox', 'Mail that this cloud wrote', {
    list: async () => (await import('./commands/outbox/list.ts')).listOutbox,
    show: async () => (await import('./commands/outbox/show.ts')).showMail,
  }),
]

export const findNoun = (name: string | undefined): Noun | undefined => nouns.find((noun) => noun.name === name)
