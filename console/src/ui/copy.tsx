import { Button, type ButtonProps } from '@mantine/core'
import { useClipboard } from '@mantine/hooks'
import { IconCheck, IconCopy } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import { shortId } from './format.ts'

/** A button that copies `value` and says so. */
export const CopyButton = ({ value, label = 'Copy', ...props }: { value: string; label?: string } & ButtonProps) => {
  const clipboard = useClipboard({ timeout: 1500 })
  return (
    <Button
      variant="default"
      size="xs"
      leftSection={clipboard.copied ? <IconCheck size={14} aria-hidden /> : <IconCopy size={14} aria-hidden />}
      onClick={() => clipboard.copy(value)}
      {...props}
    >
      <span aria-live="polite">{clipboard.copied ? 'Copied' : label}</span>
    </Button>
  )
}

/** An id that copies on click; in a narrow place it is shown short. */
export const CopyId = ({
  id,
  short = false,
  shown = short ? shortId(id) : id,
}: {
  id: string
  short?: boolean
  shown?: string
}) => {
  const clipboard = useClipboard({ timeout: 1500 })
  return (
    <button type="button" className="copy-id" title={`Copy ${id}`} onClick={() => clipboard.copy(id)}>
      <code>{shown}</code>
      {clipboard.copied ? <IconCheck size={12} aria-hidden /> : <IconCopy size={12} aria-hidden />}
      <span className="only-read" aria-live="polite">
        {clipboard.copied ? 'copied' : ''}
      </span>
    </button>
  )
}

/** A long line scrolls sideways, so the keyboard must be able to reach the block. */
const region = (label: string) => ({ tabIndex: 0, role: 'region', 'aria-label': label })

/** Browsers break a line after a hyphen: an option such as `--email` would end one line as `-` and go on as `-email`. */
const wholeOptions = (line: string): ReactNode[] => {
  const parts: ReactNode[] = []
  let end = 0
  for (const { 0: option, index } of line.matchAll(/(?<= )--?[a-z][a-z-]{0,30}/g)) {
    parts.push(
      line.slice(end, index),
      <span key={index} className="whole">
        {option}
      </span>,
    )
    end = index + option.length
  }
  return [...parts, line.slice(end)]
}

/** A block of text to copy, such as a command. `wrap` shows one long line whole; the copy stays one line. */
export const CodeBlock = ({ code, label, wrap = false }: { code: string; label: string; wrap?: boolean }) => (
  <div className={wrap ? 'code-block code-wrap' : 'code-block'}>
    <pre {...region(label)}>{wrap ? wholeOptions(code) : code}</pre>
    <CopyButton value={code} className="code-copy" />
  </div>
)
