import { IconDots } from '@tabler/icons-react'
import { useState } from 'react'
import { useRole } from '../../app/use-scope.ts'
import type { Key, KeyWithSecret } from '../../app/views.ts'
import { CopyId } from '../../ui/copy.tsx'
import { counted } from '../../ui/format.ts'
import { Menu } from '../../ui/menu.tsx'
import { type Column, Rows } from '../../ui/rows.tsx'
import { KeyStateBadge } from '../../ui/state-badge.tsx'
import { When } from '../../ui/when.tsx'
import { EditKeyDialog, RevokeKeyDialog, RotateKeyDialog } from './key-dialogs.tsx'

type Act = 'edit' | 'rotate' | 'revoke'

const KeyMenu = ({ apiKey, onAct }: { apiKey: Key; onAct: (act: Act) => void }) => (
  <Menu
    label={`Acts on ${apiKey.name}`}
    face={<IconDots size={16} aria-hidden />}
    faceClass="icon-button bordered"
    groups={[
      {
        entries: [
          { name: 'Change name or limits', onSelect: () => onAct('edit') },
          { name: 'Rotate', disabled: apiKey.state !== 'active', onSelect: () => onAct('rotate') },
          { name: 'Revoke', onSelect: () => onAct('revoke') },
        ],
      },
    ]}
  />
)

const limits = (key: Key): string => {
  const words = [
    key.requestsPerMinute === null ? null : `${counted(key.requestsPerMinute, 'request')}/min`,
    key.tokensPerMinute === null ? null : `${counted(key.tokensPerMinute, 'token')}/min`,
    key.concurrentRequests === null ? null : `${key.concurrentRequests} at once`,
    key.allowedModels === null ? null : `models: ${key.allowedModels.join(', ') || 'none'}`,
  ].filter((word) => word !== null)
  return words.length === 0 ? 'none of its own' : words.join(' · ')
}

/** What a rotation did, so that two rows of one name are told apart. */
const rotation = (key: Key, keys: readonly Key[]): string | null => {
  const before = keys.find(({ replacedBy }) => replacedBy === key.id)
  if (key.replacedBy !== null) {
    const after = keys.find(({ id }) => id === key.replacedBy)
    return `replaced by ${after === undefined ? key.replacedBy : `${after.prefix}…`}`
  }
  return before === undefined ? null : `replaces ${before.prefix}…`
}

const columnsOf = (keys: readonly Key[]): readonly Column<Key>[] => [
  {
    name: 'Name',
    show: (key) => (
      <div>
        <span className="row-name">{key.name}</span>{' '}
        {key.kind === 'playground' && <span className="tag">playground</span>}
        <br />
        <CopyId id={key.id} shown={`${key.prefix}…`} />
        {rotation(key, keys) !== null && <div className="small soft">{rotation(key, keys)}</div>}
      </div>
    ),
  },
  { name: 'State', show: (key) => <KeyStateBadge state={key.state} /> },
  { name: 'Limits', show: (key) => <span className="small">{limits(key)}</span> },
  { name: 'Last used', show: (key) => <When at={key.lastUsedAt} /> },
  { name: 'Ends', show: (key) => <When at={key.revokedAt ?? key.expiresAt} /> },
]

/** The keys, and what one can do with each. */
export const KeyRows = ({ keys, onSecret }: { keys: readonly Key[]; onSecret: (key: KeyWithSecret) => void }) => {
  const mayChange = useRole('owner', 'admin', 'member')
  const [chosen, setChosen] = useState<{ key: Key; act: Act } | null>(null)
  const close = () => setChosen(null)
  const columns = columnsOf(keys)
  const acts: Column<Key> = {
    name: 'Acts',
    quiet: true,
    show: (key) =>
      key.state === 'active' || key.state === 'rotating' ? (
        <div className="row-actions">
          <KeyMenu apiKey={key} onAct={(act) => setChosen({ key, act })} />
        </div>
      ) : null,
  }
  return (
    <>
      <Rows label="API keys" columns={mayChange ? [...columns, acts] : columns} rows={keys} keyOf={(key) => key.id} />
      {chosen?.act === 'edit' && <EditKeyDialog apiKey={chosen.key} onClose={close} />}
      {chosen?.act === 'revoke' && <RevokeKeyDialog apiKey={chosen.key} onClose={close} />}
      {chosen?.act === 'rotate' && (
        <RotateKeyDialog
          apiKey={chosen.key}
          onClose={close}
          onRotated={(fresh) => {
            close()
            onSecret(fresh)
          }}
        />
      )}
    </>
  )
}
