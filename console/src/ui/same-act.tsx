import { SegmentedControl } from '@mantine/core'
import { useState } from 'react'
import { curlLine, type HttpCall } from './command-line.ts'
import { CodeBlock } from './copy.tsx'

interface Props {
  /** Null where the CLI has none. */
  cli: string | null
  call: HttpCall
  /** Which act, on a page that shows more than one. */
  of?: string
}

/** The act of a form or dialog as a command and as a curl call, to copy into a script. */
export const SameAct = ({ cli, call, of }: Props) => {
  const named = (name: string) => (of === undefined ? name : `${name}: ${of}`)
  const [way, setWay] = useState<'cli' | 'curl'>(cli === null ? 'curl' : 'cli')
  const curl = curlLine(location.origin, call)
  return (
    <section className="same-act" aria-label={named('The same from a script')}>
      <div className="same-act-head">
        <span className="soft small">The same from a script</span>
        {cli !== null && (
          <SegmentedControl
            size="xs"
            aria-label={named('Kind of script')}
            value={way}
            onChange={(value) => setWay(value === 'curl' ? 'curl' : 'cli')}
            data={[
              { value: 'cli', label: 'CLI' },
              { value: 'curl', label: 'curl' },
            ]}
          />
        )}
      </div>
      <CodeBlock
        wrap
        code={way === 'cli' && cli !== null ? cli : curl}
        label={named(way === 'cli' ? 'CLI line' : 'curl call')}
      />
    </section>
  )
}
