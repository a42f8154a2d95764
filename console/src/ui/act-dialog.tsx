import { Button } from '@mantine/core'
import type { FormEvent, ReactNode } from 'react'
import type { HttpCall } from './command-line.ts'
import { Dialog } from './dialog.tsx'
import { ProblemNotice } from './notice.tsx'
import { SameAct } from './same-act.tsx'

interface Props {
  onClose: () => void
  title: string
  /** The word on the button: what happens, such as "Revoke key". */
  act: string
  danger?: boolean
  busy: boolean
  error: unknown
  /** The CLI line of the same act; null where the CLI has none. */
  cli: string | null
  call: HttpCall
  onSubmit: () => void
  children: ReactNode
  wide?: boolean
}

/** A dialog that does one thing: its fields or its consequences, the same act as a script, and two buttons. */
export const ActDialog = ({ onClose, title, act, danger, busy, error, cli, call, onSubmit, children, wide }: Props) => {
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (!busy) onSubmit()
  }
  return (
    <Dialog title={title} onClose={onClose} shape={wide ? 'wide' : 'box'}>
      <form onSubmit={submit} className="stack" noValidate>
        {children}
        <ProblemNotice error={error} />
        <SameAct cli={cli} call={call} />
        <div className="dialog-buttons">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={busy} color={danger ? 'danger' : 'accent'}>
            {act}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
