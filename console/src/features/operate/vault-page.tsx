import { Button } from '@mantine/core'
import { IconCircleCheck, IconProgressDown } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useApi } from '../../app/app-context.tsx'
import { answer } from '../../app/problem.ts'
import { useAct } from '../../app/use-act.ts'
import { ActDialog } from '../../ui/act-dialog.tsx'
import { CopyId } from '../../ui/copy.tsx'
import { count, counted } from '../../ui/format.ts'
import { ProblemNotice } from '../../ui/notice.tsx'
import { Figure, Page, PageLoading } from '../../ui/page.tsx'
import { SameAct } from '../../ui/same-act.tsx'
import { Badge } from '../../ui/state-badge.tsx'
import { When } from '../../ui/when.tsx'
import { StaffDoor } from './staff-only.tsx'

const RotateDialog = ({ onClose }: { onClose: () => void }) => {
  const api = useApi()
  const rotate = useAct(() => answer(api.POST('/api/v1/operate/vault/rotate-key')), {
    changes: [['vault']],
    onDone: onClose,
  })
  return (
    <ActDialog
      onClose={onClose}
      title="Replace the key-encryption key"
      act="Replace it"
      danger
      busy={rotate.isPending}
      error={rotate.error}
      cli="avow vault rotate-key"
      call={{ method: 'POST', path: '/api/v1/operate/vault/rotate-key' }}
      onSubmit={() => rotate.mutate(undefined)}
    >
      <p>
        A new key is made, the key of every subject is wrapped with it, and the old one is removed. Sealed data is not
        touched, and everything goes on working meanwhile.
      </p>
      <p>Keep a copy of the new key file: without it nothing that is sealed can be read again.</p>
    </ActDialog>
  )
}

const State = () => {
  const api = useApi()
  const [rotating, setRotating] = useState(false)
  const { data, error, isPending, refetch } = useQuery({
    queryKey: ['vault'],
    queryFn: () => answer(api.GET('/api/v1/operate/vault')),
    refetchInterval: ({ state }) => (state.data?.rotation ? 1000 : 30_000),
  })
  return (
    <Page
      title="Vault"
      about="What is personal is sealed with a key for each subject. One key-encryption key wraps all of these."
      actions={<Button onClick={() => setRotating(true)}>Replace the key</Button>}
    >
      <ProblemNotice error={error} again={() => void refetch()} />
      {isPending && <PageLoading />}
      {data !== undefined && (
        <>
          <p role="status">
            {data.rotation === null ? (
              <Badge tone="good" shape={IconCircleCheck} word="one key wraps everything" />
            ) : (
              <Badge
                tone="note"
                shape={IconProgressDown}
                word={`being replaced, ${counted(data.rotation.left, 'key')} left`}
              />
            )}
          </p>
          <dl className="figures">
            <Figure
              name="Key in force since"
              value={<When at={data.since} />}
              note={<CopyId short id={data.keyId} />}
            />
            <Figure
              name="Subjects with a key"
              value={count(data.dataKeys)}
              note="one for each person and organisation"
            />
            <Figure name="Keys destroyed" value={count(data.shredded)} note="what they sealed is unreadable" />
          </dl>
        </>
      )}
      <SameAct cli="avow vault show" call={{ method: 'GET', path: '/api/v1/operate/vault' }} />
      {rotating && <RotateDialog onClose={() => setRotating(false)} />}
    </Page>
  )
}

/** The key-encryption key, and how many subjects have keys; for operators. */
export const VaultPage = () => (
  <StaffDoor title="Vault" roles={['operator']}>
    <State />
  </StaffDoor>
)
