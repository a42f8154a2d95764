import {
  IconAlertOctagon,
  IconArrowsHorizontal,
  IconCircle,
  IconCircleCheck,
  IconCircleDashed,
  IconCircleOff,
  IconClockHour4,
  IconGavel,
  IconInfoSquare,
  IconProgressDown,
  IconRosetteDiscountCheck,
  IconTrendingDown,
  IconTrendingUp,
} from '@tabler/icons-react'
import type { ComponentType } from 'react'
import type {
  Attestation,
  AuthorityRequest,
  Backup,
  ClauseState,
  Invitation,
  Key,
  Mail,
  Model,
  ModelRoute,
  MyRequest,
  PlanSetting,
  PolicyVersion,
  WantedAttestation,
} from '../app/views.ts'

type Tone = 'good' | 'bad' | 'warn' | 'calm' | 'note'
type Shape = ComponentType<{ size?: number; 'aria-hidden'?: boolean }>

/** A state as a word with a shape and a colour, so that none of the three is needed alone. */
export const Badge = ({ tone, shape: Shape, word }: { tone: Tone; shape: Shape; word: string }) => (
  <span className={`state state-${tone}`}>
    <Shape size={15} aria-hidden />
    {word}
  </span>
)

const clauseLooks: Record<ClauseState, { tone: Tone; shape: Shape }> = {
  kept: { tone: 'good', shape: IconCircleCheck },
  broken: { tone: 'bad', shape: IconAlertOctagon },
  attested: { tone: 'note', shape: IconRosetteDiscountCheck },
  informed: { tone: 'calm', shape: IconInfoSquare },
  unproven: { tone: 'warn', shape: IconCircleDashed },
}
export const ClauseStateBadge = ({ state }: { state: ClauseState }) => <Badge {...clauseLooks[state]} word={state} />

const keyLooks: Record<Key['state'], { tone: Tone; shape: Shape }> = {
  active: { tone: 'good', shape: IconCircleCheck },
  rotating: { tone: 'warn', shape: IconClockHour4 },
  revoked: { tone: 'bad', shape: IconCircleOff },
  expired: { tone: 'calm', shape: IconCircleDashed },
}
export const KeyStateBadge = ({ state }: { state: Key['state'] }) => <Badge {...keyLooks[state]} word={state} />

const modelLooks: Record<Model['state'], { tone: Tone; shape: Shape; word: string }> = {
  ready: { tone: 'good', shape: IconCircleCheck, word: 'ready' },
  absent: { tone: 'calm', shape: IconCircle, word: 'not downloaded' },
  downloading: { tone: 'note', shape: IconProgressDown, word: 'downloading' },
  starting: { tone: 'warn', shape: IconClockHour4, word: 'starting' },
  failed: { tone: 'bad', shape: IconAlertOctagon, word: 'failed' },
  disabled: { tone: 'calm', shape: IconCircleOff, word: 'disabled' },
}
const routeLooks: Record<ModelRoute['state'], { tone: Tone; shape: Shape }> = {
  ready: { tone: 'good', shape: IconCircleCheck },
  starting: { tone: 'warn', shape: IconClockHour4 },
  failed: { tone: 'bad', shape: IconAlertOctagon },
  resting: { tone: 'warn', shape: IconCircleDashed },
  absent: { tone: 'calm', shape: IconCircle },
  disabled: { tone: 'calm', shape: IconCircleOff },
}
export const RouteStateBadge = ({ state }: { state: ModelRoute['state'] }) => (
  <Badge {...routeLooks[state]} word={state} />
)

export const ModelStateBadge = ({ state }: { state: Model['state'] }) => <Badge {...modelLooks[state]} />

const mailLooks: Record<Mail['state'], { tone: Tone; shape: Shape }> = {
  held: { tone: 'note', shape: IconInfoSquare },
  queued: { tone: 'warn', shape: IconClockHour4 },
  sent: { tone: 'good', shape: IconCircleCheck },
  failed: { tone: 'bad', shape: IconAlertOctagon },
  refused: { tone: 'calm', shape: IconCircleOff },
}
export const MailStateBadge = ({ state }: { state: Mail['state'] }) => <Badge {...mailLooks[state]} word={state} />

const invitationLooks: Record<Invitation['state'], { tone: Tone; shape: Shape }> = {
  pending: { tone: 'warn', shape: IconClockHour4 },
  accepted: { tone: 'good', shape: IconCircleCheck },
  revoked: { tone: 'bad', shape: IconCircleOff },
  expired: { tone: 'calm', shape: IconCircleDashed },
}
export const InvitationStateBadge = ({ state }: { state: Invitation['state'] }) => (
  <Badge {...invitationLooks[state]} word={state} />
)

const requestLooks: Record<MyRequest['state'], { tone: Tone; shape: Shape; word: string }> = {
  waiting: { tone: 'warn', shape: IconClockHour4, word: 'waiting' },
  running: { tone: 'note', shape: IconProgressDown, word: 'under way' },
  held: { tone: 'warn', shape: IconGavel, word: 'not done: a hold keeps a part' },
  done: { tone: 'good', shape: IconCircleCheck, word: 'done' },
  denied: { tone: 'bad', shape: IconCircleOff, word: 'refused' },
  cancelled: { tone: 'calm', shape: IconCircleOff, word: 'cancelled' },
}
export const RequestStateBadge = ({ state }: { state: MyRequest['state'] }) => <Badge {...requestLooks[state]} />

const attestationLooks: Record<
  WantedAttestation['state'] | Attestation['state'],
  { tone: Tone; shape: Shape; word: string }
> = {
  missing: { tone: 'warn', shape: IconCircleDashed, word: 'nobody stated it' },
  'in force': { tone: 'good', shape: IconRosetteDiscountCheck, word: 'in force' },
  'ends soon': { tone: 'warn', shape: IconClockHour4, word: 'ends soon' },
  'ran out': { tone: 'bad', shape: IconClockHour4, word: 'ran out' },
  revoked: { tone: 'calm', shape: IconCircleOff, word: 'taken back' },
}
export const AttestationStateBadge = ({ state }: { state: WantedAttestation['state'] }) => (
  <Badge {...attestationLooks[state]} />
)

const versionLooks: Record<PolicyVersion['state'], { tone: Tone; shape: Shape; word: string }> = {
  'in-force': { tone: 'good', shape: IconCircleCheck, word: 'in force' },
  waiting: { tone: 'warn', shape: IconClockHour4, word: 'waiting' },
  ended: { tone: 'calm', shape: IconCircleOff, word: 'ended' },
  withdrawn: { tone: 'calm', shape: IconCircleOff, word: 'withdrawn' },
}
export const VersionStateBadge = ({ state }: { state: PolicyVersion['state'] }) => <Badge {...versionLooks[state]} />

type Direction = PolicyVersion['changes'][number]['direction']
const directionLooks: Record<Direction, { tone: Tone; shape: Shape }> = {
  weaker: { tone: 'bad', shape: IconTrendingDown },
  stronger: { tone: 'good', shape: IconTrendingUp },
  different: { tone: 'note', shape: IconArrowsHorizontal },
}
export const DirectionBadge = ({ direction }: { direction: Direction }) => (
  <Badge {...directionLooks[direction]} word={direction} />
)

const backupLooks: Record<Backup['state'], { tone: Tone; shape: Shape }> = {
  waiting: { tone: 'warn', shape: IconClockHour4 },
  running: { tone: 'note', shape: IconProgressDown },
  kept: { tone: 'good', shape: IconCircleCheck },
  failed: { tone: 'bad', shape: IconAlertOctagon },
  expired: { tone: 'calm', shape: IconCircleDashed },
}
export const BackupStateBadge = ({ state }: { state: Backup['state'] }) => (
  <Badge {...backupLooks[state]} word={state} />
)

const comparedLooks: Record<PlanSetting['compared'], { tone: Tone; shape: Shape }> = {
  same: { tone: 'calm', shape: IconCircle },
  stricter: { tone: 'good', shape: IconTrendingUp },
  different: { tone: 'note', shape: IconArrowsHorizontal },
}
export const ComparedBadge = ({ compared }: { compared: PlanSetting['compared'] }) => (
  <Badge {...comparedLooks[compared]} word={compared} />
)

const authorityLooks: Record<AuthorityRequest['state'], { tone: Tone; shape: Shape; word: string }> = {
  received: { tone: 'warn', shape: IconCircleDashed, word: 'received' },
  prepared: { tone: 'warn', shape: IconClockHour4, word: 'waits for review' },
  approved: { tone: 'note', shape: IconCircleCheck, word: 'approved' },
  refused: { tone: 'bad', shape: IconCircleOff, word: 'refused' },
  'handed-out': { tone: 'note', shape: IconGavel, word: 'handed out' },
  closed: { tone: 'calm', shape: IconCircle, word: 'closed' },
}
export const AuthorityStateBadge = ({ state }: { state: AuthorityRequest['state'] }) => (
  <Badge {...authorityLooks[state]} />
)

/** On or off, as a word. */
export const YesNoBadge = ({ yes, words }: { yes: boolean; words: [yes: string, no: string] }) => (
  <Badge
    tone={yes ? 'good' : 'calm'}
    shape={yes ? IconCircleCheck : IconCircleDashed}
    word={yes ? words[0] : words[1]}
  />
)
