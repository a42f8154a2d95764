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
  group('account', 'Your account', {
    email: async () => (await import('./commands/account/email.ts')).changeEmail,
    update: async () => (await import('./commands/account/update.ts')).updateAccount,
    close: async () => (await import('./commands/account/close.ts')).closeAccount,
    reopen: async () => (await import('./commands/account/close.ts')).reopenAccount,
  }),
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
  group('endpoint', 'Models served for a project alone, on replicas of its own', {
    create: async () => (await import('./commands/endpoint/change.ts')).createEndpoint,
    list: async () => (await import('./commands/endpoint/look.ts')).listEndpoints,
    get: async () => (await import('./commands/endpoint/look.ts')).getEndpoint,
    scale: async () => (await import('./commands/endpoint/change.ts')).scaleEndpoint,
    update: async () => (await import('./commands/endpoint/change.ts')).updateEndpoint,
    logs: async () => (await import('./commands/endpoint/look.ts')).endpointLogs,
    events: async () => (await import('./commands/endpoint/look.ts')).endpointEvents,
    sizes: async () => (await import('./commands/endpoint/look.ts')).endpointSizes,
    delete: async () => (await import('./commands/endpoint/change.ts')).deleteEndpoint,
  }),
  group('route', 'Servers that answer for a model: its pool', {
    list: async () => (await import('./commands/route/list.ts')).listRoutes,
    add: async () => (await import('./commands/route/add.ts')).addRoute,
    set: async () => (await import('./commands/route/set.ts')).setRoute,
    remove: async () => (await import('./commands/route/remove.ts')).removeRoute,
  }),
  single(
    'usage',
    'Show what was used: requests, tokens, cost',
    async () => (await import('./commands/usage.ts')).usage,
  ),
  single(
    'live',
    'Show the last minutes: requests, errors, times, speed',
    async () => (await import('./commands/live.ts')).live,
  ),
  group('budgets', 'What an organisation, a project or a key may spend in a month', {
    list: async () => (await import('./commands/budgets/list.ts')).listBudgets,
    set: async () => (await import('./commands/budgets/set.ts')).setBudget,
    remove: async () => (await import('./commands/budgets/remove.ts')).removeBudget,
  }),
  group('balance', 'What an organisation paid beforehand', {
    show: async () => (await import('./commands/balance/show.ts')).showBalance,
    history: async () => (await import('./commands/balance/history.ts')).balanceHistory,
    tell: async () => (await import('./commands/balance/tell.ts')).tellBalance,
    list: async () => (await import('./commands/balance/list.ts')).listBalances,
    'top-up': async () => (await import('./commands/balance/top-up.ts')).topUpBalance,
    end: async () => (await import('./commands/balance/end.ts')).endBalance,
  }),
  group('limits', 'What an organisation and its projects may call in a minute and at once', {
    list: async () => (await import('./commands/limits/list.ts')).listLimits,
    set: async () => (await import('./commands/limits/set.ts')).setLimits,
  }),
  group('data', 'The data that this cloud holds', {
    map: async () => (await import('./commands/data/map.ts')).dataMap,
  }),
  group('policy', 'The policy: check it, read it, compare it', {
    verify: async () => (await import('./commands/policy/verify.ts')).verifyPolicy,
    show: async () => (await import('./commands/policy/show.ts')).showPolicy,
    explain: async () => (await import('./commands/policy/explain.ts')).explainClause,
    diff: async () => (await import('./commands/policy/diff.ts')).diffPolicy,
    lint: async () => (await import('./commands/policy/lint.ts')).lintPolicy,
    'processing-record': async () => (await import('./commands/policy/processing-record.ts')).processingRecord,
    versions: async () => (await import('./commands/policy/versions.ts')).policyVersions,
    publish: async () => (await import('./commands/policy/publish.ts')).publishPolicy,
  }),
  single(
    'attest',
    'State what the policy wants stated by people',
    async () => (await import('./commands/attestation/attest.ts')).attest,
  ),
  group('attestation', 'Statements that only people can make true', {
    list: async () => (await import('./commands/attestation/list.ts')).listAttestations,
    history: async () => (await import('./commands/attestation/history.ts')).attestationHistory,
    revoke: async () => (await import('./commands/attestation/revoke.ts')).revokeAttestation,
    appoint: async () => (await import('./commands/attestation/appoint.ts')).appoint,
    responsible: async () => (await import('./commands/attestation/responsible.ts')).listResponsible,
    dismiss: async () => (await import('./commands/attestation/dismiss.ts')).dismiss,
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
  group('privacy', 'Your data: see it, say what it may serve, take it with you, have it erased', {
    data: async () => (await import('./commands/privacy/data.ts')).myData,
    choices: async () => (await import('./commands/privacy/choices.ts')).showChoices,
    restrict: async () => (await import('./commands/privacy/restrict.ts')).restrictUse,
    limit: async () => (await import('./commands/privacy/limit.ts')).limitUse,
    object: async () => (await import('./commands/privacy/object.ts')).objectTo,
    lift: async () => (await import('./commands/privacy/lift.ts')).liftChoice,
    consents: async () => (await import('./commands/privacy/consents.ts')).listConsents,
    consent: async () => (await import('./commands/privacy/consent.ts')).consent,
    export: async () => (await import('./commands/privacy/export.ts')).exportMe,
    import: async () => (await import('./commands/privacy/import.ts')).importMe,
    erase: async () => (await import('./commands/privacy/erase.ts')).eraseMe,
    requests: async () => (await import('./commands/privacy/requests.ts')).listRequests,
    request: async () => (await import('./commands/privacy/request.ts')).showRequest,
    receipt: async () => (await import('./commands/privacy/receipt.ts')).showReceipt,
    access: async () => (await import('./commands/privacy/access.ts')).myAccess,
    disclosures: async () => (await import('./commands/privacy/disclosures.ts')).myDisclosures,
    authorities: async () => (await import('./commands/privacy/authorities.ts')).myAuthorities,
    ask: async () => (await import('./commands/privacy/ask.ts')).askRight,
    appeal: async () => (await import('./commands/privacy/appeal.ts')).appealRefusal,
    open: async () => (await import('./commands/privacy/open.ts')).openForPerson,
    answer: async () => (await import('./commands/privacy/decide.ts')).answerRequest,
    deny: async () => (await import('./commands/privacy/decide.ts')).denyRequest,
    extend: async () => (await import('./commands/privacy/decide.ts')).extendRequest,
  }),
  single(
    'announce',
    'Tell every account something, by mail and in the console',
    async () => (await import('./commands/notice/announce.ts')).announce,
  ),
  group('notice', 'What every account was told', {
    list: async () => (await import('./commands/notice/list.ts')).listNotices,
    show: async () => (await import('./commands/notice/show.ts')).showNotice,
    mine: async () => (await import('./commands/notice/mine.ts')).myNotices,
    dismiss: async () => (await import('./commands/notice/dismiss.ts')).dismissNotice,
  }),
  group('processor', 'Parties that may receive data', {
    list: async () => (await import('./commands/processor/list.ts')).listProcessors,
    show: async () => (await import('./commands/processor/show.ts')).showProcessor,
  }),
  group('transfer', 'Data that crosses a border', {
    list: async () => (await import('./commands/transfer/list.ts')).listTransfers,
  }),
  group('plan', 'Deployment plans: what the agreement of one organisation sets', {
    lint: async () => (await import('./commands/plan/lint.ts')).lintPlan,
    apply: async () => (await import('./commands/plan/apply.ts')).applyPlan,
    show: async () => (await import('./commands/plan/show.ts')).showPlan,
    own: async () => (await import('./commands/plan/own.ts')).ownPlan,
    list: async () => (await import('./commands/plan/list.ts')).listPlans,
    remove: async () => (await import('./commands/plan/remove.ts')).removePlan,
  }),
  group('addendum', 'The data processing addendum of your organisation', {
    show: async () => (await import('./commands/addendum/show.ts')).showAddendum,
    sign: async () => (await import('./commands/addendum/sign.ts')).signAddendum,
    list: async () => (await import('./commands/addendum/list.ts')).listAddenda,
  }),
  group('training', 'Whether customer content may train models, and who agreed to that', {
    show: async () => (await import('./commands/training/show.ts')).showTraining,
    'opt-in': async () => (await import('./commands/training/opt-in.ts')).optInToTraining,
    withdraw: async () => (await import('./commands/training/withdraw.ts')).withdrawTraining,
    list: async () => (await import('./commands/training/list.ts')).listTraining,
    approve: async () => (await import('./commands/training/approve.ts')).approveTraining,
    revoke: async () => (await import('./commands/training/withdraw.ts')).revokeTraining,
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
    pin: async () => (await import('./commands/organisation/pin.ts')).pinOrganisation,
    update: async () => (await import('./commands/organisation/update.ts')).updateOrganisation,
    close: async () => (await import('./commands/organisation/close.ts')).closeOrganisation,
    closed: async () => (await import('./commands/organisation/closed.ts')).listClosed,
    reopen: async () => (await import('./commands/organisation/close.ts')).reopenOrganisation,
  }),
  group('provider', 'Other companies that may serve models', {
    list: async () => (await import('./commands/provider/list.ts')).listProviders,
    accept: async () => (await import('./commands/provider/decide.ts')).acceptProvider,
    refuse: async () => (await import('./commands/provider/decide.ts')).refuseProvider,
  }),
  group('project', 'Projects', {
    list: async () => (await import('./commands/project/list.ts')).listProjects,
    create: async () => (await import('./commands/project/create.ts')).createProject,
    use: async () => (await import('./commands/project/use.ts')).useProject,
  }),
  group('body', 'Bodies of calls, where the project keeps them', {
    keeping: async () => (await import('./commands/body/keeping.ts')).showKeeping,
    keep: async () => (await import('./commands/body/keeping.ts')).keepBodies,
    stop: async () => (await import('./commands/body/keeping.ts')).stopKeeping,
    list: async () => (await import('./commands/body/list.ts')).listBodies,
    show: async () => (await import('./commands/body/show.ts')).showBody,
    delete: async () => (await import('./commands/body/delete.ts')).deleteBodies,
  }),
  group('files', 'Files of calls for batches, and of their answers', {
    upload: async () => (await import('./commands/files/files.ts')).uploadFile,
    list: async () => (await import('./commands/files/files.ts')).listFiles,
    show: async () => (await import('./commands/files/files.ts')).showFile,
    content: async () => (await import('./commands/files/files.ts')).fileContent,
    delete: async () => (await import('./commands/files/files.ts')).deleteFile,
  }),
  group('batches', 'Many calls, answered within a day at half the price', {
    create: async () => (await import('./commands/batches/batches.ts')).createBatch,
    list: async () => (await import('./commands/batches/batches.ts')).listBatches,
    get: async () => (await import('./commands/batches/batches.ts')).getBatch,
    cancel: async () => (await import('./commands/batches/batches.ts')).cancelBatch,
    download: async () => (await import('./commands/batches/batches.ts')).downloadBatch,
  }),
  group('response', 'Stored responses, where the project keeps bodies', {
    list: async () => (await import('./commands/response/list.ts')).listResponses,
    show: async () => (await import('./commands/response/show.ts')).showResponse,
    delete: async () => (await import('./commands/response/delete.ts')).deleteResponse,
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
  group('backup', 'Encrypted backups, and restoring one', {
    create: async () => (await import('./commands/backup/create.ts')).createBackup,
    list: async () => (await import('./commands/backup/list.ts')).listBackups,
    show: async () => (await import('./commands/backup/show.ts')).showBackup,
    verify: async () => (await import('./commands/backup/verify.ts')).verifyBackup,
    restore: async () => (await import('./commands/backup/restore.ts')).restoreBackup,
  }),
  group('disclosure', 'Requests of authorities', {
    list: async () => (await import('./commands/disclosure/list.ts')).listDisclosures,
    show: async () => (await import('./commands/disclosure/show.ts')).showDisclosure,
    record: async () => (await import('./commands/disclosure/record.ts')).recordDisclosure,
    prepare: async () => (await import('./commands/disclosure/prepare.ts')).prepareDisclosure,
    review: async () => (await import('./commands/disclosure/review.ts')).reviewDisclosure,
    tell: async () => (await import('./commands/disclosure/tell.ts')).tellCustomer,
    silence: async () => (await import('./commands/disclosure/silence.ts')).keepSilent,
    'hand-out': async () => (await import('./commands/disclosure/hand-out.ts')).handOut,
    close: async () => (await import('./commands/disclosure/close.ts')).closeDisclosure,
  }),
  group('contact', 'Messages to the contacts of the policy', {
    write: async () => (await import('./commands/contact/write.ts')).writeMessage,
    messages: async () => (await import('./commands/contact/messages.ts')).listMessages,
    show: async () => (await import('./commands/contact/show.ts')).showMessage,
    answer: async () => (await import('./commands/contact/end.ts')).answerMessage,
    close: async () => (await import('./commands/contact/end.ts')).closeMessage,
  }),
  group('block', 'Addresses that were blocked after a flood', {
    list: async () => (await import('./commands/block/list.ts')).listBlocks,
    lift: async () => (await import('./commands/block/lift.ts')).liftBlock,
    confirm: async () => (await import('./commands/block/confirm.ts')).confirmBlock,
    review: async () => (await import('./commands/block/review.ts')).askReview,
  }),
  group('gateway', 'Processes that serve inference', {
    list: async () => (await import('./commands/gateway/list.ts')).listGateways,
  }),
  group('alert', 'Attacks that were seen', {
    list: async () => (await import('./commands/alert/list.ts')).listAlerts,
    acknowledge: async () => (await import('./commands/alert/acknowledge.ts')).acknowledgeAlert,
  }),
  group('access', 'When staff saw what is about people', {
    list: async () => (await import('./commands/access/list.ts')).listAccess,
    end: async () => (await import('./commands/access/end.ts')).endAccess,
  }),
  group('outbox', 'Mail that this cloud wrote', {
    list: async () => (await import('./commands/outbox/list.ts')).listOutbox,
    show: async () => (await import('./commands/outbox/show.ts')).showMail,
  }),
]

export const findNoun = (name: string | undefined): Noun | undefined => nouns.find((noun) => noun.name === name)
