import {
  IconAlertOctagon,
  IconCircle,
  IconCircleCheck,
  IconCircleDashed,
  IconCircleOff,
  IconClockHour4,
  IconInfoSquare,
  IconProgressDown,
  IconRosetteDiscountCheck,
} from '@tabler/icons-react'
import type { ComponentType } from 'react'
import type { ClauseState, Invitation, Key, Mail, Model } from '../app/views.ts'

type Tone = 'good' | 'bad' | 'warn' | 'calm' | 'note'
type Shape = ComponentType<{ size?: number; 'aria-hidden'?: boolean }>

/** A state as a word with a shape and a colour, so that none of the three is needed alone. */
const Badge = ({ tone, shape: Shape, word }: { tone: Tone; shape: Shape; word: string }) => (
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
export const ModelStateBadge = ({ state }: { state: Model['state'] }) => <Badge {...modelLooks[state]} />

const mailLooks: Record<Mail['state'], { tone: Tone; shape: Shape }> = {
  held: { tone: 'note', shape: IconInfoSquare },
  queued: { tone: 'warn', shape: IconClockHour4 },
  sent: { tone: 'good', shape: IconCircleCheck },
  failed: { tone: 'bad', shape: IconAlertOctagon },
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

/** On or off, as a word. */
export const YesNoBadge = ({ yes, words }: { yes: boolean; words: [yes: string, no: string] }) => (
  <Badge
    tone={yes ? 'good' : 'calm'}
    shape={yes ? IconCircleCheck : IconCircleDashed}
    word={yes ? words[0] : words[1]}
  />
)
