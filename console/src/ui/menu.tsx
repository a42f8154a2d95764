import { Link, type LinkProps } from '@tanstack/react-router'
import { type FocusEvent, type KeyboardEvent, type ReactNode, useEffect, useId, useRef, useState } from 'react'

export interface MenuEntry {
  name: string
  icon?: ReactNode
  /** Either where it leads, or what it does. */
  link?: Pick<LinkProps, 'to' | 'params' | 'search'>
  onSelect?: () => void
  disabled?: boolean
}

export interface MenuGroup {
  label?: string
  /** A second line under the label. */
  note?: string
  entries: readonly MenuEntry[]
}

interface Props {
  /** What the button is called, for those who do not see its face. */
  label: string
  face: ReactNode
  faceClass?: string
  align?: 'start' | 'end'
  groups: readonly MenuGroup[]
}

const Entry = ({ entry, onDone }: { entry: MenuEntry; onDone: (toButton: boolean) => void }) => {
  const inside = (
    <>
      {entry.icon}
      {entry.name}
    </>
  )
  const shared = { role: 'menuitem', className: 'menu-entry', tabIndex: -1 }
  if (entry.link !== undefined)
    return (
      <Link {...entry.link} {...shared} onClick={() => onDone(false)}>
        {inside}
      </Link>
    )
  return (
    <button
      type="button"
      {...shared}
      disabled={entry.disabled}
      onClick={() => {
        onDone(true)
        entry.onSelect?.()
      }}
    >
      {inside}
    </button>
  )
}

const steps: Record<string, (at: number, last: number) => number> = {
  ArrowDown: (at, last) => (at >= last ? 0 : at + 1),
  ArrowUp: (at, last) => (at <= 0 ? last : at - 1),
  Home: () => 0,
  End: (_, last) => last,
}

/** A button that opens a menu: arrows move, Escape closes and gives the focus back. */
export const Menu = ({ label, face, faceClass = 'icon-button', align = 'end', groups }: Props) => {
  const [open, setOpen] = useState(false)
  const button = useRef<HTMLButtonElement>(null)
  const frame = useRef<HTMLSpanElement>(null)
  const list = useRef<HTMLDivElement>(null)
  const id = useId()
  const entries = () => [...(list.current?.querySelectorAll<HTMLElement>('.menu-entry:not(:disabled)') ?? [])]
  useEffect(() => {
    if (open) list.current?.querySelector<HTMLElement>('.menu-entry:not(:disabled)')?.focus()
  }, [open])
  const close = (toButton: boolean) => {
    setOpen(false)
    if (toButton) button.current?.focus()
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Escape') return close(true)
    const step = steps[event.key]
    if (step === undefined) return
    event.preventDefault()
    const all = entries()
    const at = all.findIndex((entry) => entry.contains(document.activeElement))
    all[step(at, all.length - 1)]?.focus()
  }
  const onBlur = (event: FocusEvent) => {
    if (!frame.current?.contains(event.relatedTarget)) setOpen(false)
  }
  return (
    <span ref={frame} className="menu">
      <button
        ref={button}
        type="button"
        className={faceClass}
        aria-label={label}
        aria-haspopup="menu"
        aria-expanded={open}
        aria-controls={open ? id : undefined}
        onBlur={onBlur}
        onClick={() => setOpen(!open)}
        onKeyDown={(event) => {
          if (event.key === 'ArrowDown') {
            event.preventDefault()
            setOpen(true)
          }
        }}
      >
        {face}
      </button>
      {open && (
        <div
          ref={list}
          id={id}
          role="menu"
          tabIndex={-1}
          aria-label={label}
          className={`menu-list menu-${align}`}
          onKeyDown={onKeyDown}
          onBlur={onBlur}
        >
          {groups.map((group, at) => (
            <div key={group.label ?? at} {...groupRole(group.label)} className="menu-group">
              {group.label !== undefined && (
                <p className="menu-label" aria-hidden>
                  {group.label}
                  {group.note !== undefined && <span className="menu-note">{group.note}</span>}
                </p>
              )}
              {group.entries.map((entry) => (
                <Entry key={entry.name} entry={entry} onDone={close} />
              ))}
            </div>
          ))}
        </div>
      )}
    </span>
  )
}

const groupRole = (label: string | undefined) => ({ role: 'group', 'aria-label': label })
