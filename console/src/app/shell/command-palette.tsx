import { type KeyboardEvent, useEffect, useId, useRef, useState } from 'react'
import { Dialog } from '../../ui/dialog.tsx'
import { findChoices } from './palette-choices.ts'
import { type PaletteChoice, useChoices } from './use-choices.tsx'

const List = ({
  id,
  choices,
  at,
  onChoose,
}: {
  id: string
  choices: readonly PaletteChoice[]
  at: number
  onChoose: (choice: PaletteChoice) => void
}) => {
  const list = useRef<HTMLDivElement>(null)
  useEffect(() => {
    list.current?.querySelectorAll('[role="option"]')[at]?.scrollIntoView({ block: 'nearest' })
  }, [at])
  return (
    <div ref={list} id={id} role="listbox" tabIndex={-1} aria-label="Pages and acts" className="palette-list">
      {choices.map((choice, index) => (
        // The keyboard works in the text field; an option needs the mouse only.
        <div
          key={choice.id}
          id={`${id}-${choice.id}`}
          role="option"
          tabIndex={-1}
          aria-selected={index === at}
          className="palette-choice"
          onMouseDown={(event) => {
            event.preventDefault()
            onChoose(choice)
          }}
        >
          {choice.icon}
          <span>{choice.name}</span>
          <span className="small soft palette-group">{choice.group}</span>
        </div>
      ))}
    </div>
  )
}

/** Reaches every page and act by typing: arrows move, Enter goes. */
export const CommandPalette = ({ onClose }: { onClose: () => void }) => {
  const id = useId()
  const [text, setText] = useState('')
  const [at, setAt] = useState(0)
  const choices = findChoices(useChoices(), text)
  const chosen = choices[at]
  const choose = (choice: PaletteChoice) => {
    onClose()
    choice.choose()
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Enter' && chosen !== undefined && !event.nativeEvent.isComposing) choose(chosen)
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    if (step === undefined || choices.length === 0) return
    event.preventDefault()
    setAt((at + step + choices.length) % choices.length)
  }
  return (
    <Dialog title="Go to…" onClose={onClose} shape="top">
      <input
        className="palette-text"
        type="text"
        role="combobox"
        aria-label="Go to a page, or do something"
        aria-expanded="true"
        aria-controls={id}
        aria-activedescendant={chosen === undefined ? undefined : `${id}-${chosen.id}`}
        autoComplete="off"
        placeholder="Go to a page, or do something"
        data-autofocus
        value={text}
        onChange={(event) => {
          setText(event.currentTarget.value)
          setAt(0)
        }}
        onKeyDown={onKeyDown}
      />
      <List id={id} choices={choices} at={at} onChoose={choose} />
      <p className="soft palette-none" role="status">
        {choices.length === 0 ? 'Nothing is called that.' : ''}
      </p>
    </Dialog>
  )
}
