import { IconX } from '@tabler/icons-react'
import { type ReactNode, useEffect, useId, useRef } from 'react'

interface Props {
  title: string
  /** Asked for by Escape or the close button; without it only the content can close the dialog. */
  onClose?: (() => void) | undefined
  shape?: 'box' | 'wide' | 'side' | 'top'
  children: ReactNode
}

/** A modal dialog of the browser's own kind: it holds the focus and gives it back. Mounted means open. */
export const Dialog = ({ title, onClose, shape = 'box', children }: Props) => {
  const dialog = useRef<HTMLDialogElement>(null)
  const titleId = useId()
  useEffect(() => {
    const element = dialog.current
    const before = document.activeElement
    element?.showModal()
    element?.querySelector<HTMLElement>('[data-autofocus]')?.focus()
    return () => {
      element?.close()
      if (before instanceof HTMLElement && before.isConnected) before.focus()
    }
  }, [])
  return (
    <dialog
      ref={dialog}
      className={`dialog dialog-${shape}`}
      aria-labelledby={titleId}
      onCancel={(event) => {
        event.preventDefault()
        onClose?.()
      }}
    >
      <header className="dialog-head">
        <h2 id={titleId}>{title}</h2>
        {onClose !== undefined && (
          <button type="button" className="icon-button" aria-label="Close" onClick={onClose}>
            <IconX size={18} aria-hidden />
          </button>
        )}
      </header>
      {children}
    </dialog>
  )
}
