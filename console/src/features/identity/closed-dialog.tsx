import { Button } from '@mantine/core'
import type { ReactNode } from 'react'
import type { Closure } from '../../app/views.ts'
import { Dialog } from '../../ui/dialog.tsx'
import { period } from '../../ui/format.ts'
import { Notice } from '../../ui/notice.tsx'
import { When } from '../../ui/when.tsx'

interface Props {
  title: string
  closure: Closure
  /** What stopped at once. */
  effect: string
  /** Where it can be opened again. */
  where: ReactNode
  /** The way back as a script, and what went wrong with it; shown where there is a way back. */
  children: ReactNode
  /** The button that opens it again. */
  again?: ReactNode
  onDone: () => void
}

/** What a closure means, and the way back. */
export const ClosedDialog = ({ title, closure, effect, where, children, again, onDone }: Props) => {
  const { keptFor, reopenUntil } = closure
  return (
    <Dialog title={title}>
      <div className="stack">
        <Notice kind="info" title={effect}>
          {keptFor === 'forever' ? 'It is kept' : `It is removed ${period(keptFor)} after the closure`}.{' '}
          {reopenUntil === null ? (
            'It is not opened again.'
          ) : (
            <>
              You can open it again until <When exact at={reopenUntil} />: {where}
            </>
          )}
        </Notice>
        {reopenUntil !== null && children}
        <div className="dialog-buttons">
          {reopenUntil !== null && again}
          <Button data-autofocus onClick={onDone}>
            Done
          </Button>
        </div>
      </div>
    </Dialog>
  )
}
