import { Button, Textarea } from '@mantine/core'
import { useRef, useState } from 'react'
import { useApi } from '../../../app/app-context.tsx'
import { answer } from '../../../app/problem.ts'
import { useAct } from '../../../app/use-act.ts'
import { ActDialog } from '../../../ui/act-dialog.tsx'
import { avowLine } from '../../../ui/command-line.ts'

/** Announces a new version of the policy from its file. */
export const PublishDialog = ({ onClose }: { onClose: () => void }) => {
  const api = useApi()
  const input = useRef<HTMLInputElement>(null)
  const [file, setFile] = useState('my-policy.yaml')
  const [text, setText] = useState('')
  const publish = useAct(
    (body: { text: string }, header) => answer(api.POST('/api/v1/policy/versions', { params: { header }, body })),
    { changes: [['policy-versions'], ['notices'], ['my-notices']], onDone: onClose },
  )
  return (
    <ActDialog
      onClose={onClose}
      title="Announce a version of the policy"
      act="Announce to every account"
      wide
      busy={publish.isPending}
      error={publish.error}
      cli={avowLine('policy', 'publish', file, '--yes')}
      call={{ method: 'POST', path: '/api/v1/policy/versions', body: { text: 'THE FILE' } }}
      onSubmit={() => publish.mutate({ text })}
    >
      <p>
        The server works out what changes, tells every account, and lets the version wait as long as the one in force
        promises. It holds from the first start after that. <code>avow policy diff</code> shows what would change.
      </p>
      <Textarea
        label="Policy file"
        description="YAML, with a higher version"
        autosize
        minRows={6}
        maxRows={14}
        spellCheck={false}
        classNames={{ input: 'mono' }}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
      />
      <div>
        <Button variant="default" size="xs" onClick={() => input.current?.click()}>
          Choose a file
        </Button>
        <input
          ref={input}
          type="file"
          accept=".yaml,.yml"
          aria-label="File of the policy"
          hidden
          onChange={async (event) => {
            const chosen = event.currentTarget.files?.[0]
            if (chosen === undefined) return
            setFile(chosen.name)
            setText(await chosen.text())
          }}
        />
      </div>
    </ActDialog>
  )
}
