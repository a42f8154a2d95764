import { NativeSelect } from '@mantine/core'
import { useState } from 'react'
import { useApi } from '../../app/app-context.tsx'
import { answer } from '../../app/problem.ts'
import { useAct } from '../../app/use-act.ts'
import type { Key, KeyWithSecret } from '../../app/views.ts'
import { ActDialog } from '../../ui/act-dialog.tsx'
import { avowLine } from '../../ui/command-line.ts'
import { useFields } from '../../ui/use-fields.ts'
import { KeyFormFields } from './key-fields.tsx'
import { keyBodyOf, keyFieldsOf, keyRules } from './key-form.ts'
import { updateKeyLine } from './key-lines.ts'

interface Props {
  apiKey: Key
  onClose: () => void
}

const pathOf = (key: Key) => `/api/v1/projects/${key.projectId}/keys/${key.id}`
const paramsOf = (key: Key) => ({ path: { projectId: key.projectId, keyId: key.id } })

/** Changes a key's name and limits; its secret stays. */
export const EditKeyDialog = ({ apiKey, onClose }: Props) => {
  const api = useApi()
  const form = useFields(keyFieldsOf(apiKey), keyRules)
  const save = useAct(
    (body: ReturnType<typeof keyBodyOf>) =>
      answer(api.PATCH('/api/v1/projects/{projectId}/keys/{keyId}', { params: paramsOf(apiKey), body })),
    { changes: [['keys', apiKey.projectId]], onDone: onClose },
  )
  const body = keyBodyOf(form.values, apiKey)
  return (
    <ActDialog
      onClose={onClose}
      title={`Change ${apiKey.name}`}
      act="Save"
      busy={save.isPending}
      error={save.error}
      cli={updateKeyLine(body, apiKey)}
      call={{ method: 'PATCH', path: pathOf(apiKey), body }}
      onSubmit={() => {
        if (form.check()) save.mutate(body)
      }}
    >
      <KeyFormFields form={form} />
    </ActDialog>
  )
}

const overlaps = [
  { value: '0', label: 'No time: stop it at once' },
  { value: '1h', label: 'One hour' },
  { value: '1d', label: 'One day' },
  { value: '7d', label: 'Seven days' },
]

const overlapSeconds: Record<string, number> = { '0': 0, '1h': 3600, '1d': 86_400, '7d': 604_800 }

/** Replaces a key: the new secret is shown once, the old one works on for the overlap. */
export const RotateKeyDialog = ({
  apiKey,
  onClose,
  onRotated,
}: Props & { onRotated: (key: KeyWithSecret) => void }) => {
  const api = useApi()
  const [overlap, setOverlap] = useState('1d')
  const body = { overlapSeconds: overlapSeconds[overlap] ?? 86_400 }
  const rotate = useAct(
    (input: typeof body, header) =>
      answer(
        api.POST('/api/v1/projects/{projectId}/keys/{keyId}/rotate', {
          params: { ...paramsOf(apiKey), header },
          body: input,
        }),
      ),
    { changes: [['keys', apiKey.projectId]], onDone: onRotated },
  )
  return (
    <ActDialog
      onClose={onClose}
      title={`Rotate ${apiKey.name}`}
      act="Rotate key"
      busy={rotate.isPending}
      error={rotate.error}
      cli={avowLine('key', 'rotate', apiKey.id, '--overlap', overlap, '--project', apiKey.projectId)}
      call={{ method: 'POST', path: `${pathOf(apiKey)}/rotate`, body }}
      onSubmit={() => rotate.mutate(body)}
    >
      <p>
        A new key with the same name and limits takes its place. Put the new secret into the program before the old one
        stops.
      </p>
      <NativeSelect
        label="The old secret goes on working for"
        value={overlap}
        onChange={(event) => setOverlap(event.currentTarget.value)}
        data={overlaps}
      />
    </ActDialog>
  )
}

/** Revokes a key for good. */
export const RevokeKeyDialog = ({ apiKey, onClose }: Props) => {
  const api = useApi()
  const revoke = useAct(
    () => answer(api.DELETE('/api/v1/projects/{projectId}/keys/{keyId}', { params: paramsOf(apiKey) })),
    { changes: [['keys', apiKey.projectId]], onDone: onClose },
  )
  return (
    <ActDialog
      onClose={onClose}
      title={`Revoke ${apiKey.name}`}
      act="Revoke key"
      danger
      busy={revoke.isPending}
      error={revoke.error}
      cli={avowLine('key', 'revoke', apiKey.id, '--yes', '--project', apiKey.projectId)}
      call={{ method: 'DELETE', path: pathOf(apiKey) }}
      onSubmit={() => revoke.mutate(undefined)}
    >
      <p>
        Programs that use <code>{apiKey.prefix}…</code> are refused within a second. It cannot be undone; usage already
        counted stays.
      </p>
    </ActDialog>
  )
}
