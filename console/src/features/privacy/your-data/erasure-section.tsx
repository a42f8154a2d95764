import { Button } from '@mantine/core'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { lazy, Suspense, useState } from 'react'
import { useApi } from '../../../app/app-context.tsx'
import { answer } from '../../../app/problem.ts'
import { useAct } from '../../../app/use-act.ts'
import type { AskedErasure, MyRequest } from '../../../app/views.ts'
import { ActDialog } from '../../../ui/act-dialog.tsx'
import { Notice } from '../../../ui/notice.tsx'
import { Section } from '../../../ui/page.tsx'
import { When } from '../../../ui/when.tsx'
import { LostReceiptDialog } from './lost-receipt-dialog.tsx'
import { myRequestsQuery } from './my-data-queries.ts'

// Few people ever open it, and nobody at once.
const EraseDialog = lazy(async () => ({ default: (await import('./erase-dialog.tsx')).EraseDialog }))

const CancelDialog = ({ onClose }: { onClose: () => void }) => {
  const api = useApi()
  const cancel = useAct(() => answer(api.POST('/api/v1/me/erasure/cancel')), {
    changes: [['my-requests']],
    onDone: onClose,
  })
  return (
    <ActDialog
      onClose={onClose}
      title="Cancel your erasure"
      act="Keep my account"
      busy={cancel.isPending}
      error={cancel.error}
      cli="avow privacy erase --me --cancel"
      call={{ method: 'POST', path: '/api/v1/me/erasure/cancel' }}
      onSubmit={() => cancel.mutate(undefined)}
    >
      <p>Nothing was erased yet, and nothing will be. You can ask again at any time.</p>
    </ActDialog>
  )
}

/** The erasure of the person that is not over, if there is one. */
export const openErasureOf = (requests: readonly MyRequest[]): MyRequest | undefined =>
  requests.find(({ kind, state }) => kind === 'erasure' && (state === 'waiting' || state === 'running'))

const Waiting = ({ erasure, onCancel }: { erasure: MyRequest; onCancel: () => void }) => (
  <Notice
    kind="info"
    title={
      erasure.state === 'waiting' ? (
        <>
          Your erasure begins <When at={erasure.startsAt} />
        </>
      ) : (
        'Your erasure is under way'
      )
    }
  >
    <p>
      Asked for <When at={erasure.askedAt} />, to be done by <When at={erasure.dueAt} />. The address of your receipt
      was shown when you asked, and is in the mail about it.
    </p>
    {erasure.state === 'waiting' && (
      <Button size="xs" variant="default" mt="xs" onClick={onCancel}>
        Cancel the erasure
      </Button>
    )}
  </Notice>
)

/** Erasure: asks for it, shows what waits, takes it back. */
export const ErasureSection = () => {
  const { data } = useInfiniteQuery(myRequestsQuery(useApi()))
  const [open, setOpen] = useState<'erase' | 'cancel' | null>(null)
  const [lost, setLost] = useState<AskedErasure | null>(null)
  const navigate = useNavigate()
  const erasure = openErasureOf(data?.pages.flatMap(({ items }) => items) ?? [])
  const close = () => setOpen(null)
  return (
    <Section
      title="Have it erased"
      about="Your account and everything about you, with a receipt that anyone can check. Organisations that you share stay, and so does other people’s data."
      actions={
        data !== undefined &&
        erasure === undefined && (
          <Button variant="default" onClick={() => setOpen('erase')}>
            Erase everything about me
          </Button>
        )
      }
    >
      {erasure !== undefined && <Waiting erasure={erasure} onCancel={() => setOpen('cancel')} />}
      {open === 'erase' && (
        <Suspense fallback={null}>
          <EraseDialog
            onClose={close}
            onAsked={(asked) => {
              close()
              if (asked.receiptToken === null) return setLost(asked)
              // An erasure that begins at once ends the session: the receipt must be where none is needed.
              void navigate({ to: '/receipts/$token', params: { token: asked.receiptToken } })
            }}
          />
        </Suspense>
      )}
      {open === 'cancel' && <CancelDialog onClose={close} />}
      {lost !== null && <LostReceiptDialog asked={lost} onClose={() => setLost(null)} />}
    </Section>
  )
}
